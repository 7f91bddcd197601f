"""Digits as lists: predicts digit and image from image (data set Digits)."""

# Needs: keras>=3.9, tensorflow, scikit-learn; with matplotlib it draws the curves, too

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
from keras import layers
from sklearn import datasets

SEED = 0
VALIDATION_SPLIT = 0.2
BATCH_SIZE = 32
EPOCHS = 5


def load_digits() -> dict[str, np.ndarray]:
    """Load 1,797 handwritten digits: grey images of 8 × 8 pixels, scaled to 0..1."""
    digits = datasets.load_digits()
    return {
        "image": digits.images[..., np.newaxis].astype("float32") / 16.0,
        "digit": digits.target.astype("int64"),
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
    """Build the model: fully connected network from pixels to digit and picture."""
    pixels = keras.Input(shape=(64,), name="pixels")
    x = layers.Dense(32, activation="relu")(pixels)
    digit = layers.Dense(10, activation="softmax", name="digit")(x)
    x = layers.Dense(64, activation="sigmoid")(x)
    picture = layers.Reshape((8, -1), name="picture")(x)
    return keras.Model(inputs=pixels, outputs=[digit, picture], name="digits_as_lists")


def main() -> None:
    """Train the model, evaluate it on rows that it has not seen, and save it."""
    keras.utils.set_random_seed(SEED)
    data = load_digits()
    training, validation = split_rows(len(data["digit"]), VALIDATION_SPLIT, SEED)
    x_train = data["image"][training].reshape(-1, 64)
    y_train = {
        "digit": keras.utils.to_categorical(data["digit"][training], 10),
        "picture": data["image"][training].reshape(-1, 8, 8),
    }
    x_validation = data["image"][validation].reshape(-1, 64)
    y_validation = {
        "digit": keras.utils.to_categorical(data["digit"][validation], 10),
        "picture": data["image"][validation].reshape(-1, 8, 8),
    }

    model = build_model()
    model.compile(
        optimizer="adam",
        loss={"digit": "categorical_crossentropy", "picture": "mean_squared_error"},
        metrics={
            "digit": [keras.metrics.CategoricalAccuracy(name="accuracy")],
            "picture": [keras.metrics.MeanAbsoluteError(name="mae")],
        },
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
    model.save("digits_as_lists.keras")
    example = x_validation[:1]
    predicted_digit, predicted_picture = model.predict(example, verbose=0)
    print("Predicted digit:", predicted_digit[0].argmax())
    print("Expected digit:", data["digit"][validation[0]])
    print("Shape of the predicted image:", predicted_picture[0].shape)
    plot_curves(history.history, "digits_as_lists.png")


if __name__ == "__main__":
    main()
