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
    "clusters around given centers": (
        "from sklearn.datasets import make_blobs\n"
        "x, y = make_blobs(n_samples=50, n_features=4, centers=[(1, 2, 3), (4, 5, 6)])",
        "x.shape[1]", 3,
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


def test_the_data_are_those_that_fit_takes() -> None:
    source = """
        from sklearn.datasets import load_iris
        iris = load_iris()
        (x, y), _ = keras.datasets.fashion_mnist.load_data()
        model = keras.Sequential(
            [keras.Input((28, 28)), layers.Flatten(), layers.Dense(10, activation="softmax")]
        )
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(x, y)
        """
    assert read(source).document.training.data == "fashion_mnist"


def test_some_classes_of_a_data_set_are_other_data() -> None:
    source = (
        MNIST
        + """
y = keras.utils.to_categorical(y[y < 5], 5)
model = keras.Sequential([keras.Input((784,)), layers.Dense(5, activation="softmax")])
model.compile("adam", "categorical_crossentropy")
model.fit(x.reshape(-1, 784), y)
"""
    )
    assert read(source).document.training.data == ""


def test_two_inputs_may_take_the_same_column() -> None:
    source = (
        MNIST
        + """
left, right = keras.Input((28, 28)), keras.Input((28, 28))
both = layers.Flatten()(layers.Concatenate()([left, right]))
model = keras.Model([left, right], layers.Dense(10, activation="softmax")(both))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit([x, x], y)
"""
    )
    training = read(source).document.training
    assert training.data == "mnist"
    assert [binding.column for binding in training.bindings] == ["image", "image"]


NAMED = {
    "a training step of its own": (
        """
        class Own(keras.Model):
            def train_step(self, data):
                return {}
        x = keras.Input((4,))
        model = Own(x, layers.Dense(3)(x))
        model.compile("adam")
        """,
        "train_step(…) of Own",
    ),
}


def test_an_axis_at_the_end_of_images() -> None:
    source = """
        import tensorflow as tf
        (x, y), _ = keras.datasets.mnist.load_data()
        x = x[..., tf.newaxis] / 255.0
        model = keras.Sequential([layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(10)])
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(x, y)
        """
    document = read(source).document
    assert document.main.nodes[0].params == {"shape": [28, 28, 1]}
    assert document.training.data == "mnist"


@pytest.mark.parametrize(("source", "what"), NAMED.values(), ids=NAMED)
def test_other_ways_to_train_are_named(source: str, what: str) -> None:
    imported = read(source)
    assert summary(imported.document) == ["Dense(units=3)"]
    (problem,) = imported.problems
    assert what in problem.message


SPLIT = """
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, {size})
model = keras.Sequential([keras.Input((4,)), layers.Dense(len(set(y)), activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit({fit})
"""


@pytest.mark.parametrize(
    ("size", "fit", "split", "test_split"),
    [
        ("test_size=0.4", "X_train, y_train", 0.0, 0.4),
        ("test_size=30", "X_train, y_train", 0.0, 0.2),
        ("train_size=0.9", "X_train, y_train", 0.0, 0.1),
        ("", "X_train, y_train, validation_split=0.2", 0.15, 0.25),
        ("test_size=0.4", "X_train, y_train, validation_data=(X_test, y_test)", 0.4, 0.0),
        ("test_size=0.4", "X, y", 0.0, 0.0),
    ],
)
def test_rows_that_are_kept_from_fit(size: str, fit: str, split: float, test_split: float) -> None:
    imported = read(SPLIT.format(size=size, fit=fit))
    training = imported.document.training
    assert (training.data, training.split, training.test_split) == ("iris", split, test_split)
    assert imported.problems == ()


TWICE = "0.4)\nX_{a}, X_{b}, y_{a}, y_{b} = train_test_split(X_{of}, y_{of}, test_size=0.25"


@pytest.mark.parametrize(
    ("names", "split", "test_split"),
    [(("train", "val", "train"), 0.15, 0.4), (("val", "late", "test"), 0.3, 0.1)],
    ids=["of the first part", "of the second part"],
)
def test_rows_that_are_divided_twice(
    names: tuple[str, str, str], split: float, test_split: float
) -> None:
    size = f"test_size={TWICE.format(**dict(zip(('a', 'b', 'of'), names, strict=True)))}"
    source = SPLIT.format(size=size, fit="X_train, y_train, validation_data=(X_val, y_val)")
    imported = read(source)
    training = imported.document.training
    assert (training.split, training.test_split) == (split, test_split)
    assert imported.problems == ()


@pytest.mark.parametrize(
    ("size", "fit", "what"),
    [
        ("test_size=unknown", "X_train, y_train", "the fraction for test"),
        ("train_size=unknown", "X_train, y_train", "the fraction for test"),
        (
            "test_size=unknown",
            "X_train, y_train, validation_data=(X_test, y_test)",
            "the fraction for test (line 11), the fraction for validation",
        ),
        ("shuffle=False", "X_train, y_train", "shuffle=False of train_test_split(…)"),
        ("stratify=X[:, 0]", "X_train, y_train", "stratify of train_test_split(…)"),
    ],
)
def test_divisions_of_rows_that_are_not_read_are_named(size: str, fit: str, what: str) -> None:
    (problem,) = read(SPLIT.format(size=size, fit=fit)).problems
    assert problem.message.startswith(f"Of the training: {what}")


def test_rows_that_are_divided_by_class() -> None:
    source = SPLIT.format(size="stratify=y", fit="X_train, y_train")
    assert read(source).document.training.division.by == "stratified"


ROWS = """
(x, y), _ = keras.datasets.mnist.load_data()
{computed}
model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y)
"""
SCALES = {
    "x = x / 255.0": "",
    "x = x.astype('float32').reshape(-1, 28, 28)\nx /= 255": "",
    "x = x * (1 / 255)": "",
    "": "the scale of the rows: where the source has values from 0 to 255",
    "x = (x - 127.5) / 127.5": "the scale of the rows: where the source has values from -1 to 1",
    "x = (x - x.mean()) / x.std()": "what the source computes from the rows before fit(…)",
    "x = keras.utils.normalize(x)": "what the source computes from the rows before fit(…)",
    "x = 255 - x": "what the source computes from the rows before fit(…)",
    "x = -x / 255": "the scale of the rows: where the source has values from -1 to 0",
    "x = secret(x)": "what the source computes from the rows before fit(…)",
    "x, y = x[:1000] / 255, y[:1000]": "the choice of rows: fit takes all rows of the data set",
}


@pytest.mark.parametrize(("computed", "named"), SCALES.items(), ids=SCALES)
def test_rows_that_differ_from_those_of_the_data_set_are_named(computed: str, named: str) -> None:
    imported = read(ROWS.format(computed=computed))
    assert imported.document.training.data == "mnist"
    assert [named in problem.message for problem in imported.problems] == [True] * bool(named)


STANDARDIZED = """
from sklearn.datasets import load_diabetes
x, y = load_diabetes(return_X_y=True)
{computed}
model = keras.Sequential([keras.Input((10,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
"""


@pytest.mark.parametrize(
    ("computed", "named"),
    [
        ("", "the scale of the rows and of the target: each column of the data set has a mean"),
        ("x = x * 10", "the scale of the rows and of the target"),
        ("x = secret(x)", "what the source computes from the rows before fit(…)"),
        ("x -= x.mean(axis=0)\nx /= x.std(axis=0)", "the scale of the target: the data set has"),
        ("x = (x - x.mean(axis=0)) / x.std(axis=0)", "the scale of the target: the data"),
        ("x -= x.mean(axis=0)", "what the source computes from the rows before fit(…)"),
        ("x -= x.mean(axis=0)[0]\nx /= x.std(axis=0)", "what the source computes"),
        (
            "from sklearn.preprocessing import StandardScaler\nscaler = StandardScaler().fit(x)\n"
            "x = scaler.transform(x)",
            "the scale of the target: the data set has it with a mean of 0",
        ),
        (
            "from sklearn.preprocessing import MinMaxScaler\nx = MinMaxScaler().fit_transform(x)",
            "what the source computes from the rows before fit(…)",
        ),
    ],
)
def test_rows_of_a_standardized_data_set(computed: str, named: str) -> None:
    (problem,) = read(STANDARDIZED.format(computed=computed)).problems
    assert problem.message.startswith(f"Of the training: {named}")
