"""Sources with questions, for the tests of several modules."""

from textwrap import dedent
from typing import Any

from engine.document import Document
from engine.imports.asking import Unread
from engine.imports.python import from_python

HEAD = "import keras\nfrom keras import layers\n"

TWO = HEAD + dedent(
    """
    small = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    small.fit(x, y)
    inputs = keras.Input((8,))
    hidden = layers.Dense(3)(inputs)
    large = keras.Model(inputs, layers.Dense(2)(hidden), name="big")
    """
)


def ask(source: str, **answers: Any) -> Unread:
    """The questions of a source."""
    result = from_python(HEAD + dedent(source), answers=answers)
    assert isinstance(result, Unread), result
    return result


def params(document: Document) -> list[dict[str, Any]]:
    return [dict(node.params) for node in document.graphs[0].nodes]
