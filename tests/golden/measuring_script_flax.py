"""Measuring: predicts species from features (data set Iris)."""

# Needs: flax>=0.12, jax, optax, scikit-learn; with matplotlib it draws the curves, too

import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from sklearn import datasets

SEED = 0
VALIDATION_SPLIT = 0.2
TEST_SPLIT = 0.1
BATCH_SIZE = 32
EPOCHS = 10
SPECIES_NAMES = ("setosa", "versicolor", "virginica")


def load_iris() -> dict[str, np.ndarray]:
    """Load four measurements (in cm) of 150 irises of three species."""
    iris = datasets.load_iris()
    features = iris.data.astype("float32")
    return {
        "features": features,
        "sepal": features[:, :2],
        "petal": features[:, 2:],
        "species": iris.target.astype("int64"),
    }


def split_with_test(
    rows: int, validation: float, test: float, seed: int
) -> list[np.ndarray]:
    """Return the shuffled indices of the training, the validation and the test rows."""
    order = np.random.default_rng(seed).permutation(rows)
    first = round(rows * validation)
    second = first + round(rows * test)
    return [order[second:], order[:first], order[first:second]]


def to_tensor(rows):
    return jnp.asarray(rows)


@nnx.jit(static_argnums=2)
def train_batch(model, optimizer, loss_function, inputs, targets):
    """Change the weights by the gradients of one batch; return its outputs."""

    def loss_of(model):
        outputs = model(*inputs)
        return loss_function(outputs, targets), outputs

    gradients, outputs = nnx.grad(loss_of, has_aux=True)(model)
    optimizer.update(model, gradients)
    return outputs


def train_epoch(model, optimizer, measures, inputs, targets, batch_size, random):
    """Train on all rows once, in random order; return the mean of each measure."""
    model.train()
    totals = dict.fromkeys(measures, 0.0)
    order = random.permutation(len(targets))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        batch = [array[rows] for array in inputs]
        outputs = train_batch(model, optimizer, measures["loss"], batch, targets[rows])
        add_batch(totals, measures, outputs, targets[rows])
    return {name: total / len(targets) for name, total in totals.items()}


def add_batch(totals, measures, outputs, targets):
    """Add each measure of a batch to its total, once for each row."""
    for name, measure in measures.items():
        totals[name] += float(measure(outputs, targets)) * len(targets)


def evaluate(model, measures, inputs, targets, batch_size):
    """Return the mean of each measure over all rows."""
    model.eval()
    totals = dict.fromkeys(measures, 0.0)
    for start in range(0, len(targets), batch_size):
        rows = slice(start, start + batch_size)
        outputs = outputs_of(model, [array[rows] for array in inputs])
        add_batch(totals, measures, outputs, targets[rows])
    return {name: total / len(targets) for name, total in totals.items()}


@nnx.jit
def outputs_of(model, inputs):
    return model(*inputs)


def predict(model, inputs):
    """Return the outputs as an array."""
    model.eval()
    return np.asarray(outputs_of(model, inputs))


def classes_loss(outputs, targets):
    # The logarithm of a probability is limited as in Keras.
    logarithms = jnp.log(jnp.clip(outputs, 1e-7, 1 - 1e-7))
    return -jnp.take_along_axis(logarithms, targets[..., None], axis=-1).mean()


def classes_accuracy(outputs, targets):
    return (outputs.argmax(-1) == targets.reshape(outputs.shape[:-1])).mean()


def save_weights(model, file):
    """Save the weights, and what layers learned besides, as a NumPy archive."""
    np.savez(
        file, **{name: np.asarray(value[...]) for name, value in weights_of(model)}
    )


def weights_of(model):
    """The variables with weights, by their paths: "dense/kernel"."""
    state = nnx.state(model, (nnx.Param, nnx.BatchStat))
    return [
        ("/".join(map(str, path)), value) for path, value in nnx.to_flat_state(state)
    ]


def load_weights(model, file):
    """Load what `save_weights` saved into a model of the same class."""
    with np.load(file) as arrays:
        for name, value in weights_of(model):
            value[...] = arrays[name]


def record(
    history: dict[str, list[float]], scores: dict[str, float], prefix: str = ""
) -> None:
    """Add the scores of an epoch to those of the epochs before it."""
    for name, value in scores.items():
        history.setdefault(prefix + name, []).append(value)


def last_scores(history: dict[str, list[float]]) -> str:
    """Return the scores of the last epoch in one line."""
    return ", ".join(f"{name}: {values[-1]:.4f}" for name, values in history.items())


def plot_curves(history: dict[str, list[float]], path: str) -> None:
    """Draw the loss and the metrics of each epoch, if Matplotlib is installed."""
    try:
        from matplotlib import pyplot as plt
    except ImportError:
        print("No picture of the curves: Matplotlib is not installed.")
        return
    names = [name for name in history if not name.startswith("val_")]
    epochs = range(1, len(history["loss"]) + 1)
    figure, rows = plt.subplots(
        1, len(names), figsize=(5 * len(names), 4), squeeze=False
    )
    for axes, name in zip(rows[0], names, strict=True):
        axes.plot(epochs, history[name], label="training")
        if f"val_{name}" in history:
            axes.plot(epochs, history[f"val_{name}"], label="validation")
        axes.set(xlabel="epoch", ylabel=name)
        axes.legend()
    figure.tight_layout()
    figure.savefig(path)


class Measuring(nnx.Module):
    """Measuring: fully connected network from features (4,) to species (3,)."""

    def __init__(self, *, rngs):
        self.dense = nnx.Linear(4, 16, rngs=rngs)
        self.species = nnx.Linear(16, 3, rngs=rngs)

    def __call__(self, features):
        x = nnx.relu(self.dense(features))
        return nnx.softmax(self.species(x), axis=-1)


def main() -> None:
    """Train the model, evaluate it, and predict an example."""
    random = np.random.default_rng(SEED)
    data = load_iris()
    training, validation, test = split_with_test(
        len(data["species"]), VALIDATION_SPLIT, TEST_SPLIT, SEED
    )
    inputs = [to_tensor(data["features"][training])]
    targets = to_tensor(data["species"][training])
    validation_inputs = [to_tensor(data["features"][validation])]
    validation_targets = to_tensor(data["species"][validation])
    test_inputs = [to_tensor(data["features"][test])]
    test_targets = to_tensor(data["species"][test])

    # Flax draws the first weights in its own way, not as Keras does.
    model = Measuring(rngs=nnx.Rngs(SEED))
    optimizer = nnx.Optimizer(model, optax.adam(0.001, eps=1e-7), wrt=nnx.Param)
    measures = {"loss": classes_loss, "accuracy": classes_accuracy}
    history = {}
    for epoch in range(1, EPOCHS + 1):
        scores = train_epoch(
            model, optimizer, measures, inputs, targets, BATCH_SIZE, random
        )
        record(history, scores)
        scores = evaluate(
            model, measures, validation_inputs, validation_targets, BATCH_SIZE
        )
        record(history, scores, "val_")
        print("Epoch", epoch, last_scores(history))

    scores = evaluate(
        model, measures, validation_inputs, validation_targets, BATCH_SIZE
    )
    print("Evaluation on the validation rows:", scores)
    test_scores = evaluate(model, measures, test_inputs, test_targets, BATCH_SIZE)
    print("Evaluation on the test rows:", test_scores)
    save_weights(model, "measuring.npz")
    example = [validation_inputs[0][:1]]
    predicted = predict(model, example)
    print("Predicted species:", SPECIES_NAMES[predicted[0].argmax()])
    print("Expected species:", SPECIES_NAMES[data["species"][validation[0]]])
    plot_curves(history, "measuring.png")


if __name__ == "__main__":
    main()
