"""With the same weights, Keras 2.3.1 on Theano computes what Keras 3 computes."""

from pathlib import Path

import pytest

from engine.catalogue import keras2, load
from engine.document import Document
from engine.templates import find
from tests.engine import layer_cases
from tests.engine.documents import document, node
from tests.engine.theano import differences, needs_theano

KNOWN = [
    entry
    for entry in load().layers
    if not entry.refused
    and entry.kind != "op"
    and entry.name != "Input"
    and keras2.counterpart(entry)
]
TOLERANCE = 1e-5


def case(name: str) -> Document:
    """A model with one layer."""
    entry = load().layer(name)
    assert entry is not None
    if name == "Flatten":  # a vector is refused there
        return document([node("in", "Input", shape=[5, 6]), node("it", name)], ["in > it"])
    return layer_cases.case_document(entry)


@needs_theano
def test_every_layer_computes_the_same(tmp_path: Path) -> None:
    found = differences({entry.name: case(entry.name) for entry in KNOWN}, tmp_path)
    wrong = {name: by for name, by in found.items() if isinstance(by, str) or by > TOLERANCE}
    assert wrong == {}


@needs_theano
def test_the_dense_layer_of_the_seed(tmp_path: Path) -> None:
    """A Dense with weights, as in every introduction: [1, 2] · [[1 … 5], [1 … 5]]."""
    rows = {"class": "Constant", "params": {"value": 1.0}}
    dense = node("it", "Dense", units=5, use_bias=False, kernel_initializer=rows)
    made = document([node("in", "Input", shape=[2]), dense], ["in > it"])
    assert differences({"seed": made}, tmp_path)["seed"] == pytest.approx(0, abs=TOLERANCE)


@needs_theano
@pytest.mark.parametrize(
    "template", ["iris", "digits_convolution", "waves_lstm", "iris_shared", "digits_residual"]
)
def test_a_whole_model_computes_the_same(template: str, tmp_path: Path) -> None:
    found = find(template)
    assert found is not None
    by = differences({template: found.document}, tmp_path)[template]
    assert isinstance(by, float)
    assert by <= TOLERANCE
