"""Wrappers around models, lists of cells and shared layers."""

import pytest

from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.imports.python.equality import assert_same_model, read_with_keras
from tests.engine.imports.python.reading import HEAD, summary

FRAMES = "x = keras.Input((3, 8, 8, 1))\n"
SEQUENCE = "x = keras.Input((5, 3))\n"
CONVOLUTION = [
    "TimeDistributed(layer={'class': 'Conv2D', 'params': {'filters': 2, 'kernel_size': 3}})",
    "TimeDistributed(layer={'class': 'Flatten', 'params': {}})",
]
SOURCES = {
    "a Sequential model": (
        FRAMES + """
net = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.Flatten()])
model = keras.Model(x, layers.Dense(2)(layers.TimeDistributed(net)(x)))
""",
        [*CONVOLUTION, "Dense(units=2)"],
    ),
    "a functional model": (
        FRAMES + """
frame = keras.Input((8, 8, 1))
net = keras.Model(frame, layers.Flatten()(layers.Conv2D(2, 3)(frame)))
model = keras.Sequential([x, layers.TimeDistributed(net), layers.LSTM(2)])
""",
        [*CONVOLUTION, "LSTM(units=2)"],
    ),
    "models in a model, called twice": (
        FRAMES + """
inner = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3)])
net = keras.Sequential([keras.Input((8, 8, 1)), inner, layers.Flatten()])
each = layers.TimeDistributed(net)
model = keras.Model(x, each(x) - each(x * 2))
""",
        [*CONVOLUTION, "ops.multiply(x2=2)", "Model()", "ops.subtract()"],
    ),
    "frozen": (
        FRAMES + """
net = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.Flatten()])
net.trainable = False
model = keras.Model(x, layers.Dense(2)(layers.TimeDistributed(net)(x)))
""",
        [*CONVOLUTION, "Dense(units=2)"],
    ),
    "a list of cells": (
        SEQUENCE + """
cells = [layers.LSTMCell(4), layers.GRUCell(3)]
model = keras.Model(x, layers.Bidirectional(layers.RNN(cells))(x))
""",
        ["Bidirectional(layer={'class': 'RNN', 'params': {'cell': {'class': 'StackedRNNCells', "
         "'params': {'cells': [{'class': 'LSTMCell', 'params': {'units': 4}}, "
         "{'class': 'GRUCell', 'params': {'units': 3}}]}}}})"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), SOURCES.values(), ids=SOURCES)
def test_wrappers(source: str, expected: list[str]) -> None:
    assert summary(assert_same_model(source)) == expected


def test_the_input_s_shape_of_a_wrapped_model_is_read() -> None:
    source = """
        net = keras.Sequential([layers.Conv2D(2, 3), layers.Flatten()])
        model = keras.Sequential()
        model.add(layers.TimeDistributed(net, input_shape=(3, 8, 8, 1)))
        model.add(layers.LSTM(2))
        """
    document = read_with_keras(source).document
    assert document.main.nodes[0].params == {"shape": [3, 8, 8, 1]}
    assert summary(document) == [*CONVOLUTION, "LSTM(units=2)"]


REFUSED = {
    "a layer in a wrapper and elsewhere": (
        SEQUENCE + """
dense = layers.Dense(3)
model = keras.Model(x, dense(layers.TimeDistributed(dense)(x)))
""",
        "a layer that a wrapper shares with another call",
    ),
    "a layer in two wrappers": (
        SEQUENCE + """
dense = layers.Dense(3)
y = layers.TimeDistributed(dense)(x)
model = keras.Model(x, layers.TimeDistributed(dense)(y))
""",
        "a layer that a wrapper shares with another call",
    ),
    "a model with branches": (
        SEQUENCE + """
row = keras.Input((3,))
inner = keras.Model(row, layers.Add()([row, layers.Dense(3)(row)]))
model = keras.Model(x, layers.TimeDistributed(inner)(x))
model.compile("adam", "mse")
""",
        "a wrapper around a model that is not a linear stack of layers",
    ),
    "some frozen cells": (
        SEQUENCE + """
cells = [layers.LSTMCell(4), layers.GRUCell(3)]
cells[0].trainable = False
model = keras.Model(x, layers.RNN(cells)(x))
""",
        "only some of the layers in RNN are frozen",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "why"), REFUSED.values(), ids=REFUSED)
def test_wrappers_that_share_are_refused(source: str, why: str) -> None:
    answer = from_python(HEAD + source)
    problems = answer if isinstance(answer, list) else answer.problems
    assert why in str([(problem.message, problem.arguments) for problem in problems])
    assert not isinstance(answer, Imported) or problems[0].code == "python_other_model"
