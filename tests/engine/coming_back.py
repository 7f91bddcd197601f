"""A document's model comes back from Keras's JSON and from its own code."""

import json

import keras

from engine.code import generate
from engine.document import Document
from engine.imports.drawing import Imported
from engine.imports.keras_json import from_keras_json
from engine.imports.python import from_python
from engine.keras.build import build_model
from tests.engine.code.server import different, made


def imported(found: object) -> Document:
    """The document of an import that kept everything."""
    assert isinstance(found, Imported), found
    assert found.problems == ()
    return found.document


def comes_back_from_json(document: Document) -> None:
    """Assert that what Keras writes of the model is read as the same model."""
    keras.utils.clear_session(free_memory=False)
    model = build_model(document)
    again = imported(from_keras_json(json.loads(model.to_json())))
    assert different(build_model(again), model) is None


def comes_back_from_code(document: Document) -> None:
    """Assert that the code, run or read, makes the same model, and that reading is stable."""
    source = generate(document, "functional").source
    first = imported(from_python(source))
    keras.utils.clear_session(free_memory=False)
    model = build_model(document)
    for other in (made(source), build_model(first)):
        assert different(other, model) is None
    assert imported(from_python(generate(first, "functional").source)) == first
