"""Shapes that follow from data, and data sets that a source loads for another purpose."""

import pytest

from tests.engine.imports.python.reading import read, refusal, summary

SHAPES = {
    "a mean of rows is broadcast": (
        "(x, y), _ = keras.datasets.boston_housing.load_data()\nx -= x.mean(axis=0)\n"
        "x /= x.std(axis=0)",
        "x.shape[1]", 13,
    ),
    "one-hot rows of a list": (
        "y = keras.utils.to_categorical([ord(letter) - ord('a') for letter in 'bcdz'])",
        "y.shape[1]", 26,
    ),
    "rows that scikit-learn generates": (
        "from sklearn.datasets import make_moons\nx, y = make_moons(n_samples=50)\nx = x[10:, :]",
        "len(x[0])", 2,
    ),
    "a frame of known rows": (
        "import numpy as np, pandas as pd\nx = pd.DataFrame(np.zeros((20, 7)))",
        "x.shape[1]", 7,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "units", "expected"), SHAPES.values(), ids=SHAPES)
def test_shapes_of_data(body: str, units: str, expected: int) -> None:
    source = f"{body}\nmodel = keras.Sequential([keras.Input((4,)), layers.Dense({units})])"
    assert summary(read(source).document) == [f"Dense(units={expected})"]


MNIST = "(x, y), _ = keras.datasets.mnist.load_data()\n"
TRAINED = """
model = keras.Sequential([keras.Input({shape}), layers.Flatten(), layers.Dense({units})])
model.compile("adam", "{loss}")
{fit}
"""


@pytest.mark.parametrize(
    ("shape", "units", "loss", "fit", "data"),
    [
        ((784,), 10, "sparse_categorical_crossentropy", "model.fit(x.reshape(-1, 784), y)",
         "mnist"),
        ((28, 28, 1), 10, "categorical_crossentropy", "model.fit(secret.x, secret.y)", "mnist"),
        ((100,), 10, "categorical_crossentropy", "model.fit(secret.x, secret.y)", ""),
        ((784,), 5, "categorical_crossentropy", "model.fit(secret.x, secret.y)", ""),
        ((784,), 1, "binary_crossentropy", "model.train_on_batch(secret.x, secret.y)", ""),
    ],
)  # fmt: skip
def test_a_data_set_that_does_not_fit_the_model_is_not_its_data(
    shape: tuple[int, ...], units: int, loss: str, fit: str, data: str
) -> None:
    trained = TRAINED.format(shape=shape, units=units, loss=loss, fit=fit)
    training = read(f"import secret\n{MNIST}{trained}").document.training
    assert training.data == data
    assert bool(training.bindings) == (loss == "categorical_crossentropy" and data == "mnist")


def test_an_application_on_an_unknown_tensor_is_not_read_without_it() -> None:
    source = """
        x = keras.Input((32, 32, 3))
        body = keras.applications.ResNet50(include_top=False, input_tensor=secret(x))
        model = keras.Model(x, body.output)
        """
    assert "secret" in refusal(source)
