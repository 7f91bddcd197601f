"""Measuring: predicts species from features (data set Iris)."""

# Needs: torch>=2.4, numpy, scikit-learn; with matplotlib it draws the curves, too

import numpy as np
import torch
import torch.nn.functional as F
from sklearn import datasets
from torch import nn

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
    tensor = torch.tensor(np.asarray(rows))
    return tensor.float() if tensor.is_floating_point() else tensor.long()


def train_epoch(model, optimizer, measures, inputs, targets, batch_size):
    """Train on all rows once, in random order; return the mean of each measure."""
    model.train()
    totals = dict.fromkeys(measures, 0.0)
    for rows in torch.randperm(len(targets)).split(batch_size):
        optimizer.zero_grad()
        outputs = model(*(tensor[rows] for tensor in inputs))
        measures["loss"](outputs, targets[rows]).backward()
        optimizer.step()
        add_batch(totals, measures, outputs.detach(), targets[rows])
    return {name: total / len(targets) for name, total in totals.items()}


def add_batch(totals, measures, outputs, targets):
    """Add each measure of a batch to its total, once for each row."""
    for name, measure in measures.items():
        totals[name] += measure(outputs, targets).item() * len(targets)


def evaluate(model, measures, inputs, targets, batch_size):
    """Return the mean of each measure over all rows."""
    model.eval()
    totals = dict.fromkeys(measures, 0.0)
    for rows in torch.arange(len(targets)).split(batch_size):
        with torch.no_grad():
            outputs = model(*(tensor[rows] for tensor in inputs))
        add_batch(totals, measures, outputs, targets[rows])
    return {name: total / len(targets) for name, total in totals.items()}


def predict(model, inputs):
    """Return the outputs as an array."""
    model.eval()
    with torch.no_grad():
        return model(*inputs).numpy()


def classes_loss(outputs, targets):
    # The logarithm of a probability is limited as in Keras.
    logarithms = outputs.clamp(1e-7, 1 - 1e-7).log().movedim(-1, 1)
    return F.nll_loss(logarithms, targets)


def classes_accuracy(outputs, targets):
    return (outputs.argmax(-1) == targets.reshape(outputs.shape[:-1])).float().mean()


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


class Measuring(nn.Module):
    """Measuring: fully connected network from features (4,) to species (3,)."""

    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(4, 16)
        self.species = nn.Linear(16, 3)

    def forward(self, features):
        x = F.relu(self.dense(features))
        return F.softmax(self.species(x), dim=-1)


def main() -> None:
    """Train the model, evaluate it, and predict an example."""
    torch.manual_seed(SEED)
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

    # PyTorch draws the first weights in its own way, not as Keras does.
    model = Measuring()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-7)
    measures = {"loss": classes_loss, "accuracy": classes_accuracy}
    history = {}
    for epoch in range(1, EPOCHS + 1):
        scores = train_epoch(model, optimizer, measures, inputs, targets, BATCH_SIZE)
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
    torch.save(model.state_dict(), "measuring.pt")
    example = [validation_inputs[0][:1]]
    predicted = predict(model, example)
    print("Predicted species:", SPECIES_NAMES[predicted[0].argmax()])
    print("Expected species:", SPECIES_NAMES[data["species"][validation[0]]])
    plot_curves(history, "measuring.png")


if __name__ == "__main__":
    main()
