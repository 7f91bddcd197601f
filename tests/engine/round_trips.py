"""Assertions that a document's model survives conversion to Keras JSON or code and back."""

import json

import keras

from engine.code import generate
from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.imports.python import from_python
from engine.keras.build import build_model
from tests.engine.code.server import difference, model_from_source


def imported(result: object) -> Document:
    """The document of an import without problems."""
    assert isinstance(result, Imported), result
    assert result.problems == ()
    return result.document


def assert_json_round_trip(document: Document) -> None:
    """Assert that the model's Keras JSON is imported as the same model."""
    keras.utils.clear_session(free_memory=False)
    model = build_model(document)
    document = imported(from_keras_json(json.loads(model.to_json())))
    assert difference(build_model(document), model) is None


def assert_code_round_trip(document: Document) -> None:
    """Assert that the code, run or imported, yields the same model; a second import is equal."""
    source = generate(document, "functional").source
    first = imported(from_python(source))
    keras.utils.clear_session(free_memory=False)
    model = build_model(document)
    for other in (model_from_source(source), build_model(first)):
        assert difference(other, model) is None
    assert imported(from_python(generate(first, "functional").source)) == first
