"""Loops over stages in which a block repeats: exact, and only where they are shorter."""

from collections.abc import Iterator, Sequence

import pytest

from engine.code import generate
from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.merge import merge_edit
from engine.imports.python import from_python
from tests.engine.code.helpers import Comparer, comparer, document, node

Stage = tuple[int, int, int]
"""The filters of a stage, its depth, and the strides of its first block."""
STAGES: tuple[Stage, ...] = ((4, 2, 1), (8, 3, 2), (16, 1, 2))


def residual(stages: Sequence[Stage], names: str = "s{stage}_b{block}") -> Document:
    """A small residual network: each stage begins with a projection."""
    nodes = [
        node("in", "Input", shape=[16, 16, 3]),
        node("stem", "Conv2D", filters=3, kernel_size=1),
    ]
    wires, before = ["in stem"], "stem"
    for stage, (filters, depth, strides) in enumerate(stages, 2):
        for block in range(1, depth + 2):
            name = names.format(stage=stage, block=block)
            key = f"k{stage}_{block}"
            first = {"filters": filters, "kernel_size": 3, "padding": "same"}
            if block == 1:
                first["strides"] = strides
                skip = {"filters": filters, "kernel_size": 1, "strides": strides}
                nodes.append(node(f"{key}p", "Conv2D", f"{name}_skip", **skip))
                wires.append(f"{before} {key}p {key}e")
            nodes += [
                node(f"{key}a", "Conv2D", f"{name}_conv", **first),
                node(f"{key}b", "BatchNormalization", f"{name}_bn"),
                node(f"{key}c", "ReLU", f"{name}_relu", max_value=6.0),
                node(f"{key}d", "Conv2D", f"{name}_out", filters=filters, kernel_size=1),
                node(f"{key}e", "Add", f"{name}_add"),
            ]
            chain = f"{before} {key}a {key}b {key}c {key}d {key}e"
            wires += [chain] if block == 1 else [f"{before} {key}e", chain]
            before = f"{key}e"
    nodes += [node("pool", "GlobalAveragePooling2D"), node("out", "Dense", units=2)]
    return document(*nodes, wires="; ".join([*wires, f"{before} pool out"]), name="Stages")


def vgg(depths: Sequence[int], names: str = "block{stage}_conv{block}") -> Document:
    """Convolutions, followed by pooling in each stage."""
    nodes, wires = [node("in", "Input", shape=[64, 64, 3])], "in"
    nodes += [node("stem", "Conv2D", filters=3, kernel_size=5, padding="same")]
    wires += " stem"
    for stage, depth in enumerate(depths, 1):
        for block in range(1, depth + 1):
            key = f"k{stage}_{block}"
            params = {"filters": 4 * stage, "kernel_size": 3, "padding": "same"}
            nodes.append(node(key, "Conv2D", names.format(stage=stage, block=block), **params))
            wires += f" {key}"
        nodes.append(node(f"p{stage}", "MaxPooling2D", f"pool_{stage}"))
        wires += f" p{stage}"
    nodes += [node("flat", "Flatten"), node("out", "Dense", units=2)]
    return document(*nodes, wires=f"{wires} flat out", name="Stages")


def loops(source: str) -> list[str]:
    """The heads of the loops, without indentation, in one line each."""
    text = " ".join(line.strip() for line in source.splitlines())
    heads = text.split("for ")[1:]
    return [head.partition(":")[0].replace("( (", "((").replace(" )", ")") for head in heads]


def test_stages_of_blocks_become_two_loops() -> None:
    source = generate(residual(STAGES), "functional").source
    outer = "stage, (filters, blocks, strides) in enumerate(((4, 3, 1), (8, 4, 2), (16, 2, 2))"
    assert loops(source) == [f"{outer}, start=2)", "block in range(2, blocks + 1)"]
    assert 'name=f"s{stage}_b1"' in source
    assert 'name=f"s{stage}_b{block}"' in source


def test_layers_are_stages_too() -> None:
    source = generate(vgg((1, 2, 3)), "functional").source
    outer = "stage, (filters, blocks) in enumerate(((4, 1), (8, 2), (12, 3)), start=1)"
    assert loops(source) == [outer, "block in range(1, blocks + 1)"]


def test_equal_depths_need_no_variable() -> None:
    source = generate(vgg((5, 5, 5)), "functional").source
    assert "block in range(1, 6)" in loops(source)
    assert "blocks" not in source


@pytest.mark.parametrize(
    "plain",
    [
        vgg((1, 2)),
        vgg((1, 2, 3), "{stage}_{block}_of_{stage}x{block}0"),
        residual(((4, 2, 1), (8, 3, 2))),
        residual(STAGES, "s{stage}_b{block}_{stage}{block}"),
    ],
    ids=["two stages", "a number that is not counted", "two blocks", "numbers side by side"],
)
def test_other_repetitions_have_no_loop_over_stages(plain: Document) -> None:
    assert not any(head.startswith("stage") for head in loops(generate(plain, "functional").source))


DOCUMENTS = {
    "residual": residual(STAGES),
    "layers": vgg((1, 2, 3)),
    "equal depths": vgg((5, 5, 5)),
}


@pytest.fixture(scope="module")
def compared() -> Iterator[Comparer]:
    with comparer() as process:
        yield process


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_loops_build_the_same_model(compared: Comparer, name: str) -> None:
    assert compared.differences(DOCUMENTS[name], "functional", "function") == {
        "functional": None,
        "function": None,
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_loops_are_read_as_the_same_document(name: str) -> None:
    source = generate(DOCUMENTS[name], "functional").source
    first = from_python(source)
    assert isinstance(first, Imported)
    assert first.problems == ()
    assert merge_edit(DOCUMENTS[name], first.document, first.document) == DOCUMENTS[name]
    assert generate(first.document, "functional").source == source


def test_each_node_has_the_line_of_its_layer_or_function() -> None:
    code = generate(DOCUMENTS["layers"], "functional")
    lines = code.source.splitlines()
    for key in ("k1_1", "k3_2", "p2"):
        first, _ = code.lines[key]
        assert ("Conv2D" if key.startswith("k") else "MaxPooling2D") in lines[first - 1]
