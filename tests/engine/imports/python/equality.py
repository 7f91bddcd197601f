"""Whether a document builds the model that a source builds when Keras runs it."""

from textwrap import dedent
from typing import Any

import keras
import numpy as np

from engine.check import check
from engine.code import generate
from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.keras.build import build_model
from engine.processes.keras_tools import TOOLS
from tests.engine.code.server import model_from_source
from tests.engine.imports.python.reading import HEAD

Outputs = list[Any]


def read_with_keras(source: str) -> Imported:
    """The import of source, where Keras is asked for shapes."""
    answer = from_python(HEAD + dedent(source), tools=TOOLS)
    assert isinstance(answer, Imported), answer
    return answer


def assert_same_model(source: str, training: bool = False) -> Document:
    """Assert that document, generated code, and that code read again equal what Keras runs."""
    document = read_with_keras(source).document
    assert [item.message for item in check(document).problems if item.severity == "error"] == []
    space: dict[str, Any] = {}
    exec(compile(HEAD + dedent(source), "source.py", "exec"), space)
    expected = facts(space["model"], training)
    code = generate(document, "functional").source
    again = from_python(code, tools=TOOLS)
    assert isinstance(again, Imported), again
    assert again.problems == ()
    for model in (build_model(document), model_from_source(code), build_model(again.document)):
        assert_equal(facts(model, training), expected)
    return document


def facts(model: keras.Model, training: bool) -> tuple[Any, Outputs]:
    """The weights of a model, and its outputs where these follow from their shapes."""
    for variable in model.variables:
        is_seed = "seed" in variable.name
        variable.assign([7, 0] if is_seed else _values(variable.shape))
    inputs = [_input(tensor) for tensor in getattr(model, "inputs", None) or [model.example]]
    result = model(inputs if len(inputs) > 1 else inputs[0], training=training)
    shapes = sorted((weight.name, weight.shape, weight.trainable) for weight in model.weights)
    return shapes, [keras.ops.convert_to_numpy(value) for value in keras.tree.flatten(result)]


def assert_equal(left: tuple[Any, Outputs], right: tuple[Any, Outputs]) -> None:
    """Assert that two models have the same weights and outputs."""
    assert left[0] == right[0]
    assert len(left[1]) == len(right[1])
    for one, other in zip(left[1], right[1], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def _values(shape: tuple[int, ...]) -> Any:
    return 0.05 + np.abs(np.sin(np.arange(np.prod(shape)))).reshape(shape) / 2


def _input(tensor: Any) -> Any:
    shape = [size or 3 for size in tensor.shape]
    numbers = np.arange(np.prod(shape)).reshape(shape)
    return numbers % 5 if "int" in str(tensor.dtype) else np.cos(numbers).astype("float32")
