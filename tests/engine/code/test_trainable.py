"""The source that an old interpreter trains: three functions, and the names of all layers."""

import ast
import re

import pytest

from engine import templates
from engine.code.trainable import trainable
from engine.data.built_in import BUILT_IN
from engine.data.defaults import choose
from engine.document import Document
from engine.graph.index import outputs
from engine.graph.keras2 import layer_problems
from engine.graph.names import layer_names
from tests.engine.documents import document as small
from tests.engine.documents import node
from tests.engine.runs import document

EXPRESSIBLE = [
    each.id for each in templates.load() if not [*layer_problems(each.document, "theano")]
]


def source(made: Document) -> str:
    """The source with the losses that a document names, or squared error."""
    chosen = {node: choose(made.training, node, None, None) for node in outputs(made.main)}
    return trainable(made, BUILT_IN, chosen)


@pytest.mark.parametrize("template", EXPRESSIBLE)
def test_it_defines_what_the_old_interpreter_calls(template: str) -> None:
    text = source(document(template, "theano"))
    module = ast.parse(text, feature_version=(3, 8))
    functions = [each.name for each in module.body if isinstance(each, ast.FunctionDef)]
    assert functions[-3:] == ["build_model", "compile_model", "create_callbacks"]
    for each in module.body:  # nothing is done when it is imported
        assert isinstance(each, ast.FunctionDef | ast.Import | ast.ImportFrom | ast.Expr)


@pytest.mark.parametrize("template", EXPRESSIBLE)
def test_every_layer_has_the_name_by_which_its_weights_are_found(template: str) -> None:
    made = document(template, "theano")
    named = re.findall(r'name="(\w+)"', source(made))
    for graph in made.graphs:
        assert set(layer_names(graph).values()) <= {*named}


def test_losses_are_those_that_were_chosen() -> None:
    made = document("iris", "theano", loss={"class": "MeanAbsoluteError"}, metrics=[])
    assert 'loss="mean_absolute_error"' in source(made)


def test_callbacks_are_created_there() -> None:
    made = document("iris", callbacks=[{"class": "EarlyStopping", "params": {"patience": 3}}])
    assert "return [keras.callbacks.EarlyStopping(patience=3" in source(made)


def test_names_that_keras_would_choose_are_written_too() -> None:
    """Keras 2 counts layers otherwise: its first Dense is dense_1."""
    nodes = [node("in", "Input", shape=[2]), node("a", "Dense", units=5)]
    text = source(small(nodes, ["in > a"]))
    assert 'layers.Dense(5, name="dense")' in text
