"""Parts of a file that people paste, whose input is defined elsewhere: it is asked for."""

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

import pytest

from engine.imports.asking import Unread
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.imports.python.reading import summary

HEAD = "import keras\nfrom keras import layers\n"
FRAGMENTS: Mapping[str, tuple[str, dict[str, Any], list[str], str]] = {
    "the documentation's words": (
        "x = layers.Dense(8)(inputs)\nmodel = keras.Model(inputs, x)",
        {"inputs:shape": (4,)}, ["Dense(units=8)"], "inputs of the model: inputs",
    ),
    "another name of it": (
        "x = img_input\nx = layers.Dense(8)(x)\nmodel = keras.Model(inputs=img_input, outputs=x)",
        {"img_input:shape": 4}, ["Dense(units=8)"], "inputs of the model: img_input",
    ),
    "no model": (
        "x = layers.Dense(8)(x)\nx = layers.Dense(2)(x)",
        {"x:shape": (4,)}, ["Dense(units=8)", "Dense(units=2)"], "computes from x",
    ),
    "a shortcut": (
        "y = layers.Dense(4)(x)\ny = y + shortcut\ny = layers.add([y, x])\n"
        "model = keras.Model([x, shortcut], y)",
        {"x:shape": (4,), "shortcut:shape": (4,)}, ["Dense(units=4)", "ops.add()", "Add()"],
        "x and shortcut",
    ),
    "a parameter": (
        "def build(x, size):\n    return keras.Model(x, layers.Dense(size)(x))",
        {"x:shape": (4,), "3:size": 5}, ["Dense(units=5)"], "inputs of the model: x",
    ),
    "through a function": (
        "def block(x, n):\n    return layers.Dense(n)(x)\n"
        "model = keras.Model(inputs, block(inputs, 3))",
        {"inputs:shape": (4,)}, ["Dense(units=3)"], "inputs of the model: inputs",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "answers", "layers", "named"), FRAGMENTS.values(), ids=FRAGMENTS
)
def test_an_input_that_is_defined_elsewhere_is_asked_for_and_named(
    source: str, answers: dict[str, Any], layers: list[str], named: str
) -> None:
    asked = from_python(HEAD + source)
    assert isinstance(asked, Unread)
    assert {question.key for question in asked.questions} == set(answers)
    kinds = {question.key: question.kind for question in asked.questions}
    assert all(kinds[key] == "shape" for key in answers if key.endswith(":shape"))
    imported = from_python(HEAD + source, answers=answers)
    assert isinstance(imported, Imported)
    assert summary(imported.document) == layers
    (note,) = imported.problems
    assert named in note.message


OTHERS = {
    "what is computed from it": "x = inputs / 255\nx = layers.Dense(8)(x)",
    "a change in place": "x = inputs\nx *= 2\nx = layers.Dense(8)(x)",
    "an unknown function of it": "x = layers.Dense(8)(scaled(inputs))",
    "a loop over it": "for part in inputs:\n    x = layers.Dense(8)(part)",
    "all of its items": "x = layers.Dense(8)(*inputs)",
    "a module that may define it": "from my_inputs import *\nx = layers.Dense(8)(inputs)",
}


@pytest.mark.parametrize("source", OTHERS.values(), ids=OTHERS)
def test_nothing_is_assumed_about_what_is_more_than_a_name(source: str) -> None:
    answer = from_python(f"{HEAD}{source}\nmodel = keras.Model(inputs, x)")
    assert isinstance(answer, list)
    assert "inputs" in answer[0].message or "scaled" in answer[0].message


def test_a_wrong_shape_is_asked_for_again() -> None:
    source = f"{HEAD}x = layers.Dense(8)(inputs)\nmodel = keras.Model(inputs, x)"
    asked = from_python(source, answers={"inputs:shape": "wide"})
    assert isinstance(asked, Unread)
    assert asked.questions[0].problem is not None


def test_a_block_that_is_no_model_stays_a_function() -> None:
    source = dedent("""
        import keras
        def block(x, n):
            return keras.layers.Dense(n)(x)
        """)
    assert isinstance(from_python(source), list)
