"""Frozen: network with attention from (6, 8) to (3,)."""

# Needs: keras>=3.3, tensorflow; with matplotlib it draws the curves, too

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
from keras import layers

SEED = 0
VALIDATION_SPLIT = 0.2
BATCH_SIZE = 32
EPOCHS = 10


def load_data() -> dict[str, np.ndarray]:
    """Load your data: arrays by name, rows first.

    inputs: float32, (…, 6, 8)
    targets: float32, (…, 3)
    """
    raise NotImplementedError("Load your data in load_data().")


def split_rows(rows: int, fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the shuffled indices of the training rows and of the validation rows."""
    order = np.random.default_rng(seed).permutation(rows)
    validation = round(rows * fraction)
    return order[validation:], order[:validation]


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


def build_base(name: str = "base") -> keras.Model:
    """base: fully connected network from (6, 8) to (6, 8)."""
    inputs = keras.Input(shape=(6, 8))
    x = layers.Dense(8, activation="relu")(inputs)
    outputs = layers.BatchNormalization()(x)
    return keras.Model(inputs=inputs, outputs=outputs, name=name)


def build_model() -> keras.Model:
    """Build the model."""
    inputs = keras.Input(shape=(6, 8))
    base = build_base()
    base.trainable = False
    x = base(inputs, training=False)
    shortcut = x
    multi_head_attention = layers.MultiHeadAttention(num_heads=2, key_dim=4)
    x = multi_head_attention(x, value=x)
    multi_head_attention.trainable = False
    x = layers.Add()([shortcut, x])
    steps = layers.TimeDistributed(layers.LayerNormalization(), name="steps")
    x = steps(x)
    steps.trainable = False
    x = layers.Flatten()(x)
    for training in (False, True, False):
        x = layers.Dense(64, trainable=False)(x)
        x = layers.BatchNormalization()(x, training=training)
        x = layers.Dropout(0.5)(x)
    outputs = layers.Dense(3, activation="softmax")(x)
    return keras.Model(inputs=inputs, outputs=outputs, name="frozen")


def main() -> None:
    """Train the model, evaluate it on rows that it has not seen, and save it."""
    keras.utils.set_random_seed(SEED)
    data = load_data()
    training, validation = split_rows(len(data["targets"]), VALIDATION_SPLIT, SEED)
    x_train = data["inputs"][training]
    y_train = data["targets"][training]
    x_validation = data["inputs"][validation]
    y_validation = data["targets"][validation]

    model = build_model()
    model.compile(
        optimizer="adam",
        loss="mean_squared_error",
        metrics=[keras.metrics.MeanAbsoluteError(name="mae")],
    )
    history = model.fit(
        x_train,
        y_train,
        validation_data=(x_validation, y_validation),
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
    )

    scores = model.evaluate(x_validation, y_validation, verbose=0, return_dict=True)
    print("Evaluation on the validation rows:", scores)
    model.save("frozen.keras")
    example = x_validation[:1]
    predicted = model.predict(example, verbose=0)
    print("Predicted targets:", predicted[0])
    print("Expected targets:", data["targets"][validation[0]])
    plot_curves(history.history, "frozen.png")


if __name__ == "__main__":
    main()
