"""Subclasses of keras.Model compute what the engine's model computes."""

import ast
import re
from collections.abc import Iterator

import pytest

from bench import documents
from engine import templates
from engine.code import generate
from engine.document import Document
from tests.engine.code.helpers import Comparer, comparer, document, node
from tests.engine.code.test_code import golden
from tests.versions import repeated_cases

IDEAS = ("attention", "freezing", "nesting", "operations", "several_ends", "sharing", "states")
WORDS = [
    node("a", "Input", shape=[4], dtype="int32"),
    node("b", "Embedding", input_dim=9, output_dim=5, mask_zero=True),
]
DOCUMENTS: dict[str, Document] = {
    **repeated_cases.cases(),
    "masks": document(
        *WORDS,
        *(node(f"l{n}", "LSTM", units=5, return_sequences=True) for n in range(6)),
        *(node(f"n{n}", "LayerNormalization") for n in range(6)),
        *(node(f"d{n}", "Dense", units=5) for n in range(6)),
        node("z", "GlobalAveragePooling1D"),
        wires="a b " + " ".join(f"l{n}:sequences n{n} d{n}" for n in range(6)) + " z",
    ),
    "arguments of ops": document(
        node("a", "Input", shape=[8]),
        *(node(f"d{n}", "Dense", units=8 + 4 * n) for n in range(5)),
        *(node(f"r{n}", "ops.reshape", newshape=[-1, 2 + n, 4]) for n in range(5)),
        *(node(f"s{n}", "ops.sum", axis=-1) for n in range(5)),
        *(node(f"e{n}", "Dense", units=8) for n in range(5)),
        wires="a " + " ".join(f"d{n} r{n}:x s{n}:x e{n}" for n in range(5)),
    ),
    "training": document(
        node("a", "Input", shape=[8]),
        *(node(f"d{n}", "Dense", units=8) for n in range(5)),
        *(node(f"n{n}", "BatchNormalization", training=False) for n in range(5)),
        *(node(f"r{n}", "Dropout", rate=0.5) for n in range(5)),
        wires="a " + " ".join(f"d{n} n{n} r{n}" for n in range(5)),
    ),
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
    differences = compared.differences(DOCUMENTS[name], "functional", "subclass")
    source = generate(DOCUMENTS[name], "subclass").source
    assert differences == {"functional": None, "subclass": None}, source


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


def classes(source: str) -> dict[str, ast.ClassDef]:
    """The classes that the code defines, by name."""
    return {each.name: each for each in ast.parse(source).body if isinstance(each, ast.ClassDef)}


def test_repeated_parts_are_layers() -> None:
    source = generate(documents.resnet50(), "subclass").source
    bases = {name: ast.unparse(each.bases[0]) for name, each in classes(source).items()}
    assert [*bases.values()] == ["layers.Layer"] * (len(bases) - 1) + ["keras.Model"]
    assert len(bases) > 2
    assert len(source.splitlines()) < 150


def test_a_part_has_its_layers_in_attributes_of_their_own() -> None:
    found = classes(generate(DOCUMENTS["repeated-named"], "subclass").source)
    (part,) = [each for name, each in found.items() if ast.unparse(each.bases[0]) == "layers.Layer"]
    code = ast.unparse(part)
    assert re.findall(r"self\.(\w+) = ", code) == ["conv", "norm", "relu", "drop"]
    assert "def __init__(self, filters, epsilon=0.001, **options):" in code
    assert "name=" not in code


def test_parts_with_masks_are_written_out() -> None:
    """A layer with layers inside would not pass the mask on."""
    assert len(classes(generate(DOCUMENTS["masks"], "subclass").source)) == 1


def test_arguments_of_ops_are_kept() -> None:
    found = classes(generate(DOCUMENTS["arguments of ops"], "subclass").source)
    assert len(found) == 2
    assert "ops.reshape(x, self.newshape)" in ast.unparse(next(iter(found.values())))


def test_parts_pass_training_on() -> None:
    source = generate(DOCUMENTS["training"], "subclass").source
    assert len(classes(source)) == 2
    assert source.count("training=training") > 5
