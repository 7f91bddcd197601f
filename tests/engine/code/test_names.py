"""Keras knows the short names of objects in generated code."""

import inspect

import keras
import pytest

from engine.catalogue import Entry, load
from engine.code import generate
from engine.code.lines.arguments import Notes, written_object
from engine.code.syntax.tree import Literal
from tests.engine.code.helpers import document, node

MODULES = {
    "initializer": keras.initializers,
    "regularizer": keras.regularizers,
    "constraint": keras.constraints,
    "optimizer": keras.optimizers,
    "loss": keras.losses,
    "activation": keras.activations,
}
OBJECTS = [entry for entry in load().objects if entry.kind in MODULES]


@pytest.mark.parametrize("entry", OBJECTS, ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_keras_knows_the_name(entry: Entry) -> None:
    written = written_object((entry.kind,), {"class": entry.name}, Notes())
    assert written is not None
    if isinstance(written, Literal):
        value = MODULES[entry.kind].get(written.value)
        named = value if inspect.isroutine(value) else type(value)
        assert normalized(named.__name__) == normalized(entry.name)


def normalized(name: str) -> str:
    """A name without underscores and case: some names are those of functions."""
    return name.replace("_", "").lower()


def test_constant_needs_a_call() -> None:
    example = document(
        node("a", "Input", shape=[4]),
        node("b", "Dense", units=2, bias_initializer="constant"),
        wires="a b",
    )
    assert (
        "bias_initializer=keras.initializers.Constant()" in generate(example, "functional").source
    )
