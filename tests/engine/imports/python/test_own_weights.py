"""Weights that a layer of the source creates for itself."""

from textwrap import dedent

import pytest

from engine.imports.asking import Unread
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.processes.keras_tools import TOOLS
from tests.engine.imports.python.equality import assert_same_model, read_with_keras
from tests.engine.imports.python.reading import HEAD, outline, refusal

INPUT = "x = keras.Input((4,))\n"

LINEAR = """
    class Linear(layers.Layer):
        def __init__(self, units):
            super().__init__()
            self.units = units
        def build(self, shape):
            self.w = self.add_weight(
                shape=(shape[-1], self.units), initializer="random_normal", trainable=True,
                regularizer=keras.regularizers.L2(0.01), name="kernel",
            )
            self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        def call(self, x):
            return {result}
    x = keras.Input((4,))
    linear = Linear(4)
    model = keras.Model(x, {model})
"""
OWN_WEIGHTS = {
    "a product and a sum": ("keras.ops.matmul(x, self.w) + self.b", "linear(x)", ["Dense"]),
    "a bias before": ("self.b + x @ self.w", "linear(x)", ["Dense"]),
    "called twice": ("x @ self.w + self.b", "linear(linear(x))", ["Dense"]),
    "a tensordot": (
        "keras.ops.tensordot(x, self.w, axes=1) + self.b", "linear(x)", ["Dense"],
    ),
    "an activation": (
        "keras.ops.relu(x @ self.w + self.b)", "Linear(4)(linear(x))", ["Dense", "ops.relu"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("result", "model", "expected"), OWN_WEIGHTS.values(), ids=OWN_WEIGHTS)
def test_own_weights_of_a_dense_layer(result: str, model: str, expected: list[str]) -> None:
    document = assert_same_model(LINEAR.format(result=result, model=model))
    assert outline(document)["Linear"] == expected
    (dense, *_) = (node for node in document.graphs[1].nodes if node.layer == "Dense")
    assert dense.params == {
        "units": 4,
        "kernel_initializer": "random_normal",
        "kernel_regularizer": {"class": "L2", "params": {}},
    }


def test_weights_without_an_initializer_have_that_of_add_weight() -> None:
    plain = LINEAR.replace('initializer="zeros", ', "")
    document = assert_same_model(plain.format(result="x @ self.w + self.b", model="linear(x)"))
    (dense,) = (node for node in document.graphs[1].nodes if node.layer == "Dense")
    assert dense.params["bias_initializer"] == "glorot_uniform"


OTHER_WEIGHTS = {
    "a factor for each feature": (
        """
        class Scale(layers.Layer):
            def build(self, shape):
                self.g = self.add_weight(shape=(shape[-1],), initializer="ones", name="kernel")
            def call(self, x):
                return self.g * x
        model = keras.Model(x, Scale()(x))
        """,
        {"": ["Model Scale"], "Scale": ["EinsumDense"]},
    ),
    "rows of a table": (
        """
        class Table(layers.Layer):
            def __init__(self):
                super().__init__()
                self.table = self.add_weight(
                    shape=(9, 4), initializer="uniform", name="embeddings")
            def call(self, x):
                return keras.ops.take(self.table, x, axis=0)
        tokens = keras.Input((5,), dtype="int32")
        model = keras.Model(tokens, Table()(tokens))
        """,
        {"": ["Model Table"], "Table": ["Embedding"]},
    ),
    "a product alone": (
        """
        class Product(layers.Layer):
            def __init__(self):
                super().__init__()
                self.w = self.add_weight(shape=(4, 3), name="kernel")
            def call(self, x):
                return x @ self.w
        model = keras.Model(x, Product()(x))
        """,
        {"": ["Model Product"], "Product": ["Dense"]},
    ),
}


@pytest.mark.parametrize(("body", "expected"), OTHER_WEIGHTS.values(), ids=OTHER_WEIGHTS)
def test_own_weights_of_other_layers(body: str, expected: dict[str, list[str]]) -> None:
    assert outline(assert_same_model(INPUT + dedent(body))) == expected


@pytest.mark.parametrize(
    "result",
    [
        "x @ (self.w * 2)",
        "x @ self.w[0]",
        "x @ -self.w",
        "x @ keras.ops.exp(self.w)",
        "x + self.b",
        "x @ self.w + (x @ self.w + self.b)",
        "self.w @ x",
        "keras.ops.tensordot(x, self.w, axes=2)",
        "keras.ops.tensordot(x, self.w, axes=[[0], [0]])",
        "layers.Dense(3)(self.w)",
    ],
)
def test_weights_that_no_layer_of_keras_has_are_refused(result: str) -> None:
    message = refusal(LINEAR.format(result=result, model="linear(x)"))
    assert "“Linear” creates a weight of its own" in message


def test_a_weight_that_nothing_uses_is_named() -> None:
    source = LINEAR.format(result="x @ self.w", model="linear(x)")
    (problem,) = read_with_keras(source).problems
    assert "a weight of “Linear” that its call does not use (line 14)" in problem.message


def test_the_shape_of_an_input_is_asked_for_where_a_weight_depends_on_it() -> None:
    """What the shape is the shape of does not matter: the answer gives that of the weight."""
    source = """
        import pandas
        size = pandas.read_csv("x.csv")
        class Scores(layers.Layer):
            def build(self, shapes):
                self.w = self.add_weight(shape=(shapes[0][-1], 1), name="w")
            def call(self, xs):
                return [keras.ops.tensordot(x, self.w, axes=1) for x in xs]
        xs = [keras.Input(size), keras.Input(size)]
        scores = Scores()([layers.Dense(3)(x) for x in xs])
        products = [layers.multiply([scores[i], xs[i]]) for i in range(len(scores))]
        model = keras.Model(xs, layers.add(products))
        """
    answer = from_python(HEAD + dedent(source), tools=TOOLS)
    assert isinstance(answer, Unread)
    keys = {question.text: question.key for question in answer.questions}
    read = from_python(HEAD + dedent(source), tools=TOOLS, answers={keys["size"]: (3,)})
    assert isinstance(read, Imported)
    assert outline(read.document)["Scores"] == ["Dense", "Dense again"]
