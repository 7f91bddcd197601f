"""Functions of the standard library, `match`, and functions of numbers."""

import pytest

from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.processes.keras_tools import TOOLS
from tests.engine.imports.python.reading import HEAD, read, summary

STACK = "model = keras.Sequential([keras.Input((4,)), *stack])"


def stack(source: str) -> list[str]:
    return summary(read(f"{source}\n{STACK}").document)


def test_a_deep_copy_is_independent() -> None:
    source = """
import copy
sizes = [[3], [5]]
others = copy.deepcopy(sizes)
others[0].append(7)
stack = [layers.Dense(n) for group in (sizes + others) for n in group]
"""
    assert stack(source) == ["Dense(units=3)", "Dense(units=5)", "Dense(units=3)",
                             "Dense(units=7)", "Dense(units=5)"]  # fmt: skip


def test_a_deep_copy_of_a_layer_is_not_the_layer() -> None:
    answer = from_python(
        HEAD + "import copy\none = layers.Dense(3)\nstack = [copy.deepcopy([one])[0]]\n" + STACK
    )
    assert isinstance(answer, list)
    assert "a copy of a layer, model or tensor" in answer[0].message


def test_reduce_calls_layers_one_after_the_other() -> None:
    source = """
from functools import reduce
x = keras.Input((4,))
y = reduce(lambda tensor, units: layers.Dense(units)(tensor), [3, 5], x)
model = keras.Model(x, layers.Dense(reduce(lambda a, b: a * b, (2, 3)))(y))
"""
    units = ["Dense(units=3)", "Dense(units=5)", "Dense(units=6)"]
    assert summary(read(source).document) == units


def test_records_of_namedtuple_and_json() -> None:
    source = """
import collections, json
Block = collections.namedtuple("Block", "units activation")
Other = collections.namedtuple("Other", ["units"])
settings = json.loads('{"units": 9}')
block = Block(6, activation="relu")
stack = [layers.Dense(block.units, block.activation), layers.Dense(Other(2).units),
         layers.Dense(settings["units"])]
"""
    assert stack(source) == [
        "Dense(units=6, activation='relu')", "Dense(units=2)", "Dense(units=9)",
    ]  # fmt: skip


MATCH = """
match kind:
    case "small" | "tiny":
        stack = [layers.Dense(1)]
    case 7:
        stack = [layers.Dense(7)]
    case str() if LONG:
        stack = [layers.Dense(40)]
    case other:
        stack = [layers.Dense(2, name=str(other))]
"""


@pytest.mark.parametrize(("kind", "layer"), [
    ("'tiny'", "Dense(units=1)"), ("7", "Dense(units=7)"), ("8", None), ("None", None),
])  # fmt: skip
def test_match_with_constants(kind: str, layer: str | None) -> None:
    answer = from_python(f"{HEAD}kind = {kind}\n{MATCH}\n{STACK}")
    if layer is None:
        assert not isinstance(answer, Imported)  # str() is a pattern of a class
    else:
        assert isinstance(answer, Imported)
        assert summary(answer.document) == [layer]


def test_match_takes_the_case_that_is_left() -> None:
    source = MATCH.replace("case str() if LONG:", "case 'large' if True:")
    assert stack(f"kind = 'huge'\n{source}") == ["Dense(units=2)"]


def test_what_an_unknown_match_changes_is_unknown() -> None:
    answer = from_python(
        HEAD
        + """
import secret
model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
match secret.kind:
    case {"deep": True}:
        model.add(layers.Dense(3))
"""
    )
    assert not isinstance(answer, Imported)


def test_the_root_of_a_size_is_a_number() -> None:
    source = """
import tensorflow as tf
def attend(x):
    width = tf.cast(tf.shape(x)[-1], tf.float32)
    return tf.matmul(x, x, transpose_b=True) / tf.math.sqrt(width)
x = keras.Input((4, 16))
model = keras.Model(x, layers.Lambda(attend)(x))
"""
    answer = from_python(HEAD + source, tools=TOOLS)
    assert isinstance(answer, Imported), answer
    assert summary(answer.document)[-1] == "ops.true_divide(x2=4.0)"


def test_initializers_of_tensorflow() -> None:
    source = """
import tensorflow as tf
start = tf.random_normal_initializer(0., 0.02)
stack = [layers.Dense(2, kernel_initializer=start)]
"""
    initializer = {"class": "RandomNormal", "params": {"stddev": 0.02}}
    assert stack(source) == [f"Dense(units=2, kernel_initializer={initializer!r})"]
    old = from_python(HEAD + source.replace("tf.random", "tf.compat.v1.random") + STACK)
    assert not isinstance(old, Imported)
