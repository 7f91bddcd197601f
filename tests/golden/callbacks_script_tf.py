"""Iris with callbacks: predicts species from features (data set Iris)."""

# Needs: tensorflow>=2.15, tensorboard, scikit-learn; with matplotlib it draws the
# curves, too

import numpy as np
from sklearn import datasets
from tensorflow import keras
from tensorflow.keras import layers

SEED = 7
VALIDATION_SPLIT = 0.2
BATCH_SIZE = 16
EPOCHS = 40
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
    """Build the model: fully connected network from features (4,) to species (3,)."""
    features = keras.Input(shape=(4,), name="features")
    x = layers.Dense(16, activation="relu")(features)
    species = layers.Dense(3, activation="softmax", name="species")(x)
    return keras.Model(inputs=features, outputs=species, name="iris_with_callbacks")


def main() -> None:
    """Train the model, evaluate it on rows that it has not seen, and save it."""
    keras.utils.set_random_seed(SEED)
    data = load_iris()
    training, validation = split_rows(len(data["species"]), VALIDATION_SPLIT, SEED)
    x_train = data["features"][training]
    y_train = data["species"][training]
    x_validation = data["features"][validation]
    y_validation = data["species"][validation]

    model = build_model()
    model.compile(
        optimizer=keras.optimizers.AdamW(
            learning_rate=keras.optimizers.schedules.CosineDecay(0.01, 1000),
            weight_decay=0.01,
        ),
        loss="sparse_categorical_crossentropy",
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )
    history = model.fit(
        x_train,
        y_train,
        validation_data=(x_validation, y_validation),
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        callbacks=[
            keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True),
            keras.callbacks.TerminateOnNaN(),
            keras.callbacks.ModelCheckpoint(
                "iris_with_callbacks_best.keras",
                monitor="val_accuracy",
                save_best_only=True,
            ),
            keras.callbacks.ModelCheckpoint(
                "iris_with_callbacks_latest.weights.h5", save_weights_only=True
            ),
            keras.callbacks.CSVLogger("iris_with_callbacks.csv", separator=";"),
            keras.callbacks.TensorBoard("iris_with_callbacks_logs"),
            keras.callbacks.BackupAndRestore("iris_with_callbacks_backup"),
        ],
    )

    scores = model.evaluate(x_validation, y_validation, verbose=0, return_dict=True)
    print("Evaluation on the validation rows:", scores)
    model.save("iris_with_callbacks.keras")
    example = x_validation[:1]
    predicted = model.predict(example, verbose=0)
    print("Predicted species:", SPECIES_NAMES[predicted[0].argmax()])
    print("Expected species:", SPECIES_NAMES[data["species"][validation[0]]])
    plot_curves(history.history, "iris_with_callbacks.png")


if __name__ == "__main__":
    main()
