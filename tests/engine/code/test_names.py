"""The short names that code gives Keras are names that Keras understands."""

import inspect

import keras
import pytest

from engine.catalogue import Entry, load
from engine.code import generate
from engine.code.arguments import Arguments, written_object
from engine.code.tree import Literal
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
    written = written_object((entry.kind,), {"class": entry.name}, Arguments())
    assert written is not None
    if isinstance(written, Literal):
        made = MODULES[entry.kind].get(written.value)
        named = made if inspect.isroutine(made) else type(made)
        assert plain(named.__name__) == plain(entry.name)


def plain(name: str) -> str:
    """Some names mean a function, whose words are joined by underscores."""
    return name.replace("_", "").lower()


def test_constant_needs_a_call() -> None:
    given = document(
        node("a", "Input", shape=[4]),
        node("b", "Dense", units=2, bias_initializer="constant"),
        wires="a b",
    )
    assert "bias_initializer=keras.initializers.Constant()" in generate(given, "functional").source
