"""Frozen layers and `training` at calls: in Keras's JSON, and in edits of code."""

import json
from itertools import pairwise
from typing import Any

import keras
import pytest

from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.imports.merge import merge_edit
from engine.keras.build import build_model
from tests.engine.code.test_code import golden
from tests.engine.documents import document, graph, node
from tests.engine.round_trips import assert_json_round_trip

INPUT = node("x", "Input", shape=[4], name="x")


def imported(model: keras.Model) -> Document:
    answer = from_keras_json(json.loads(model.to_json()))
    assert isinstance(answer, Imported), answer
    assert answer.problems == ()
    return answer.document


def states(whole: Document, key: str = "main") -> list[tuple[str, bool, bool | None]]:
    return [(node.name, node.frozen, node.training) for node in whole.graph(key).nodes]


@pytest.mark.usefixtures("weightless")
def test_frozen_layers_survive_keras_json() -> None:
    assert_json_round_trip(golden("freezing"))


@pytest.mark.usefixtures("weightless")
def test_layers_inside_a_frozen_model_follow_it() -> None:
    block = graph(
        [node("i", "Input", shape=[4], name="i"), node("d", "Dense", units=4, name="d"),
         node("t", "Dense", units=4, name="t", frozen=True)],
        ["i > d", "d > t"],
        "block",
    )  # fmt: skip
    main = graph(
        [INPUT, node("b", "Model", graph="block", name="b", frozen=True, training=False),
         node("o", "Model", graph="block", name="o"), node("e", "Dense", units=1, name="e")],
        ["x > b", "b > o", "o > e"],
    )  # fmt: skip
    read = imported(build_model(Document(graphs=(main, block))))
    assert states(read) == [("x", False, None), ("b", True, False), ("o", False, None),
                            ("e", False, None)]  # fmt: skip
    inside = [states(read, node.graph or "") for node in read.main.nodes[1:3]]
    assert inside == [
        [("i", False, None), ("d", False, None), ("t", False, None)],
        [("i", False, None), ("d", False, None), ("t", True, None)],
    ]


@pytest.mark.usefixtures("weightless")
def test_training_that_is_the_default_of_a_layer_is_not_held() -> None:
    nodes = [INPUT, *(node(f"n{i}", "BatchNormalization", name=f"n{i}") for i in range(3)),
             *(node(f"d{i}", "Dropout", rate=0.5, name=f"d{i}") for i in range(3))]  # fmt: skip
    nodes = [{**item, "training": (None, True, False)[int(item["id"][1])]} if item is not INPUT
             else item for item in nodes]  # fmt: skip
    keys = [str(item["id"]) for item in nodes]
    wires = [f"{a} > {b}" for a, b in pairwise(keys)]
    read = imported(build_model(document(nodes, wires)))
    assert states(read)[1:] == [
        ("n0", False, None),
        ("n1", False, True),
        ("n2", False, False),
        ("d0", False, None),
        ("d1", False, True),
        ("d2", False, None),  # Keras writes False for every Dropout
    ]


def keras_2(trainable: bool, **arguments: Any) -> dict[str, Any]:
    """A model as Keras 2 wrote it: arguments of a call follow its tensor."""
    history = ["x", 0, 0]
    x = {"name": "x", "batch_input_shape": [None, 4]}
    return {
        "class_name": "Functional",
        "keras_version": "2.12.0",
        "config": {
            "name": "model",
            "layers": [
                {"class_name": "InputLayer", "config": x, "name": "x", "inbound_nodes": []},
                {
                    "class_name": "Dropout",
                    "config": {"name": "d", "trainable": trainable, "rate": 0.5},
                    "name": "d",
                    "inbound_nodes": [[[*history, arguments]]],
                },
            ],
            "input_layers": [["x", 0, 0]],
            "output_layers": [["d", 0, 0]],
        },
    }


@pytest.mark.parametrize("training", [None, True, False])
@pytest.mark.parametrize("trainable", [True, False])
def test_json_of_keras_2(training: bool | None, trainable: bool) -> None:
    answer = from_keras_json(keras_2(trainable, training=training))
    assert isinstance(answer, Imported), answer
    assert answer.problems == ()
    assert states(answer.document)[1:] == [("d", not trainable, training)]


def test_an_edit_of_code_keeps_what_it_does_not_change() -> None:
    dense = node("d", "Dense", units=4, frozen=True)
    old = document([INPUT, dense, node("n", "BatchNormalization", training=False)],
                   ["x > d", "d > n"])  # fmt: skip
    wider = document([INPUT, {**dense, "params": {"units": 8}},
                      node("n", "BatchNormalization", training=True)],
                     ["x > d", "d > n"])  # fmt: skip
    thawed = document([INPUT, {**dense, "frozen": False}, node("n", "BatchNormalization")],
                      ["x > d", "d > n"])  # fmt: skip
    assert [node.frozen for node in merge_edit(old, wider, old).main.nodes] == [False, True, False]
    assert merge_edit(old, wider, old).main.nodes[2].training is True
    assert states(merge_edit(old, thawed, old)) == states(thawed)
    blind = merge_edit(old, wider.model_copy(update={"graphs": thawed.graphs}), thawed)
    assert states(blind) == states(old)


def test_a_sharing_node_that_becomes_the_owner_is_frozen() -> None:
    owner = {"units": 4, "frozen": True}
    old = document([INPUT, node("a", "Dense", **owner), node("b", "Dense", shares="a")],
                   ["x > a", "a > b"])  # fmt: skip
    new = document([INPUT, node("b", "Dense", **owner), node("a", "Dense", shares="b")],
                   ["x > a", "a > b"])  # fmt: skip
    merged = merge_edit(old, new, new)
    assert {node.id: (node.shares, node.frozen) for node in merged.main.nodes} == {
        "x": (None, False),
        "a": (None, True),
        "b": ("a", False),
    }
