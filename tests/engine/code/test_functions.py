"""Functions for repeated parts: what becomes one, and what must not."""

import re
from typing import Any

import pytest

from engine.code import generate
from engine.code.folding.parameters import variable_part
from engine.code.syntax.tree import Literal
from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.merge import merge_edit
from engine.imports.python import from_python
from tests.engine.code.helpers import document, node
from tests.engine.code.test_code import golden


def blocks(**params: dict[str, Any]) -> Document:
    """Four convolutions with different filters, each normalized, in two branches of two.

    `params` are those of the batch normalizations b1 to b4.
    """
    nodes = [node("image", "Input", "image", shape=[32, 32, 3])]
    for number in range(1, 5):
        name = f"b{number}"
        filters = 8 * number
        nodes += [
            node(f"c{number}", "Conv2D", filters=filters, kernel_size=3, strides=2 + number % 2),
            node(name, "BatchNormalization", **params.get(name, {})),
            node(f"r{number}", "ReLU", max_value=6.0),
            node(f"d{number}", "SpatialDropout2D", rate=0.1),
            node(f"p{number}", "MaxPooling2D"),
            node(f"f{number}", "GlobalAveragePooling2D"),
        ]
    nodes += [node("join", "Concatenate"), node("label", "Dense", "label", units=2)]
    ways = (f"image c{n} b{n} r{n} d{n} p{n} f{n} join" for n in range(1, 5))
    return document(*nodes, wires="; ".join((*ways, "join label")), name="Blocks")


def functions(source: str) -> list[str]:
    return re.findall(r"^def (\w+)", source, re.MULTILINE)


def test_repeated_chains_become_a_function() -> None:
    source = generate(blocks(), "functional").source
    assert functions(source) == ["conv_block"]
    assert source.count("conv_block(image, ") == 4
    assert source.count("BatchNormalization") == 1


def test_layers_with_different_states_are_not_merged() -> None:
    source = generate(blocks(b1={"frozen": True}, b2={"training": False}), "functional").source
    assert source.count("BatchNormalization(trainable=False)") == 1
    assert source.count("training=False") == 1
    assert source.count("BatchNormalization") == 4


def test_shared_layers_stay_in_the_model() -> None:
    shared = blocks()
    nodes = [
        item.model_copy(update={"shares": "b1", "params": {}}) if item.id == "b2" else item
        for item in shared.main.nodes
    ]
    main = shared.main.model_copy(update={"nodes": tuple(nodes)})
    source = generate(shared.model_copy(update={"graphs": (main,)}), "functional").source
    assert source.count("shared_batch_normalization(") == 2


@pytest.mark.parametrize("idea", ["functions", "modules", "initializers"])
def test_code_with_functions_is_read_as_the_same_document(idea: str) -> None:
    source = generate(golden(idea), "functional").source
    first = from_python(source)
    assert isinstance(first, Imported)
    assert first.problems == ()
    assert merge_edit(golden(idea), first.document, first.document) == golden(idea)
    assert generate(first.document, "functional").source == source


def test_an_edit_inside_a_function_changes_all_its_calls() -> None:
    old = golden("modules")
    source = generate(old, "functional").source
    edited = source.replace("branch_5x5, filters, 5)", "branch_5x5, filters, 7)")
    assert edited != source
    base, new = from_python(source), from_python(edited)
    assert isinstance(base, Imported)
    assert isinstance(new, Imported)
    merged = merge_edit(old, new.document, base.document)
    before = {item.id: item.params for item in old.main.nodes}
    changed = {
        item.id: item.params["kernel_size"]
        for item in merged.main.nodes
        if item.params != before.get(item.id)
    }
    assert list(changed.values()) == [7, 7, 7]


def test_lines_of_a_node_in_a_function_are_in_its_body() -> None:
    code = generate(golden("modules"), "functional")
    lines = code.source.splitlines()
    first, last = code.lines["p0"]
    assert "AveragePooling2D(3" in "".join(lines[first - 1 : last])
    assert code.lines["p1"] == code.lines["p0"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([["a1_conv", "a2_conv"], ["a1_bn", "a2_bn"]], ("a1", "a2")),
        ([["conv_1", "conv_2"], ["bn_1", "bn_2"]], ("1", "2")),
        ([["a1_x_conv", "a2_x_conv"], ["a1_x_bn", "a2_x_bn"]], ("a1_x", "a2_x")),
        ([["one", "two"], ["three", "four"]], None),
    ],
)
def test_variable_part_of_names(names: list[list[str]], expected: tuple[str, ...] | None) -> None:
    columns = [tuple(Literal(text, param="name") for text in column) for column in names]
    assert variable_part(columns) == expected


def test_automatic_names_are_dropped() -> None:
    named = document(
        node("a", "Input", "input_layer", shape=[4]),
        node("b", "Dense", "dense_7", units=3),
        node("c", "Dense", "dense_8", units=3),
        wires="a b c",
    )
    source = generate(named, "functional").source
    assert "name=" not in source.replace('name="untitled"', "")


def test_functions_do_not_depend_on_the_order_of_nodes() -> None:
    old = golden("functions")
    reversed_ = old.main.model_copy(update={"nodes": old.main.nodes[::-1]})
    other = old.model_copy(update={"graphs": (reversed_,)})
    assert generate(other, "functional").source == generate(old, "functional").source


def test_layers_of_one_class_are_no_function() -> None:
    nodes = [node("a", "Input", "a", shape=[4]), node("join", "Concatenate")]
    ways = []
    for number in range(6):
        nodes += [node(f"d{number}_{index}", "Dense", units=3 + index) for index in range(3)]
        ways.append(f"a d{number}_0 d{number}_1 d{number}_2 join")
    nodes.append(node("end", "Dense", "end", units=2))
    source = generate(document(*nodes, wires="; ".join([*ways, "join end"])), "functional").source
    assert functions(source) == []


def test_counts_of_features_that_are_equal_in_each_call_are_one_parameter() -> None:
    nodes = [node("a", "Input", "a", shape=[8, 8, 8]), node("join", "Concatenate")]
    ways = []
    for n in range(1, 5):
        size = {"filters": 8 * n, "kernel_size": 3, "padding": "same", "groups": 8 * n}
        einsum = {"equation": "...c,c->...c", "output_shape": [8 * n]}
        nodes += [
            node(f"d{n}", "Conv2D", filters=8 * n, kernel_size=1),
            node(f"c{n}", "Conv2D", **size),
            node(f"b{n}", "BatchNormalization"),
            node(f"e{n}", "EinsumDense", **einsum),
            node(f"r{n}", "ReLU"),
        ]
        ways.append(f"a d{n} c{n} b{n} e{n} r{n} join")
    nodes.append(node("end", "Dense", "end", units=2))
    source = generate(document(*nodes, wires="; ".join([*ways, "join end"])), "functional").source
    assert "_block(x, filters):" in source
    assert "groups=filters" in source
    assert "(filters,)" in source
