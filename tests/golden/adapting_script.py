"""Diabetes, normalized: predicts progression from features (data set Diabetes)."""

# Needs: keras>=3.3, tensorflow, scikit-learn; with matplotlib it draws the curves, too

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
from keras import layers
from sklearn import datasets

SEED = 3
VALIDATION_SPLIT = 0.2
BATCH_SIZE = 32
EPOCHS = 20


def standardize(values: np.ndarray) -> np.ndarray:
    """Shift and scale each column to mean 0 and standard deviation 1."""
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    return np.asarray(scaled, dtype="float32")


def load_diabetes() -> dict[str, np.ndarray]:
    """Load ten measurements of 442 patients, and their disease's progression."""
    diabetes = datasets.load_diabetes(scaled=False)
    return {
        "features": standardize(diabetes.data),
        "progression": standardize(diabetes.target[:, np.newaxis]),
    }


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


def build_model() -> keras.Model:
    """Build the model: fully connected network from features (10,) to progression."""
    features = keras.Input(shape=(10,), name="features")
    x = layers.Normalization(name="normalization")(features)
    x = layers.Dense(32, activation="relu")(x)
    progression = layers.Dense(1, name="progression")(x)
    return keras.Model(inputs=features, outputs=progression, name="diabetes_normalized")


def main() -> None:
    """Train the model, evaluate it on rows that it has not seen, and save it."""
    keras.utils.set_random_seed(SEED)
    data = load_diabetes()
    training, validation = split_rows(len(data["progression"]), VALIDATION_SPLIT, SEED)
    x_train = data["features"][training]
    y_train = data["progression"][training]
    x_validation = data["features"][validation]
    y_validation = data["progression"][validation]

    model = build_model()
    model.get_layer("normalization").adapt(x_train)
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
    model.save("diabetes_normalized.keras")
    example = x_validation[:1]
    predicted = model.predict(example, verbose=0)
    print("Predicted progression:", predicted[0])
    print("Expected progression:", data["progression"][validation[0]])
    plot_curves(history.history, "diabetes_normalized.png")


if __name__ == "__main__":
    main()
