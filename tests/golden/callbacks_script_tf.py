"""Iris with callbacks: features in, species out, 2 layers."""

import numpy as np
from sklearn import datasets
from tensorflow import keras
from tensorflow.keras import layers

SEED = 7
VALIDATION_SPLIT = 0.2
BATCH_SIZE = 16
EPOCHS = 40


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


def build_model() -> keras.Model:
    """Iris with callbacks: features in, species out, 2 layers."""
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
    model.fit(
        x_train,
        y_train,
        validation_data=(x_validation, y_validation),
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        callbacks=[
            keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True),
            keras.callbacks.TerminateOnNaN(),
        ],
    )
    model.evaluate(x_validation, y_validation)
    model.save("iris_with_callbacks.keras")


if __name__ == "__main__":
    main()
