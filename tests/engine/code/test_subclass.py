"""Subclasses of keras.Model compute what the engine's model computes."""

from collections.abc import Iterator

import pytest

from engine import templates
from engine.code import generate
from engine.document import Document
from tests.engine.code.helpers import Comparer, comparer, document, node
from tests.engine.code.test_code import golden

IDEAS = ("attention", "freezing", "nesting", "operations", "several_ends", "sharing", "states")
DOCUMENTS: dict[str, Document] = {
    **{
        template.id: template.document
        for template in templates.load()
        if template.id in {"digits_convolution", "digits_two_outputs", "iris_two_inputs"}
    },
    **{idea: golden(idea) for idea in IDEAS},
    "reserved names": document(
        node("a", "Input", shape=[3]),
        node("b", "Dense", "layers", units=2),
        node("c", "Dense", "call", units=2),
        wires="a b c",
    ),
}


@pytest.fixture(scope="module")
def compared() -> Iterator[Comparer]:
    with comparer() as process:
        yield process


@pytest.mark.parametrize("name", DOCUMENTS)
def test_outputs_are_equal_for_the_same_weights(compared: Comparer, name: str) -> None:
    differences = compared.differences(DOCUMENTS[name], "subclass")
    assert differences == {"subclass": None}, generate(DOCUMENTS[name], "subclass").source


def test_a_layer_is_one_attribute_however_often_it_is_called() -> None:
    source = generate(golden("sharing"), "subclass").source
    assigned = [line.strip() for line in source.splitlines() if line.startswith("        self.")]
    assert len(assigned) == len({line.partition(" = ")[0] for line in assigned})
    assert source.count("def call(self, ") == source.count("(keras.Model):")


def test_each_node_has_the_line_of_its_call() -> None:
    code = generate(golden("branch"), "subclass")
    text = code.source.splitlines()
    for first, last in code.lines.values():
        assert (
            "self." in text[first - 1] or "ops." in text[first - 1] or "inputs[" in text[last - 1]
        )
