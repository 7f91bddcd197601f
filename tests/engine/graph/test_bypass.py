"""Bypassed nodes stay in the document; shapes, models and code are those of the rest."""

import keras

from engine.check import check
from engine.code import generate
from engine.document import Document
from engine.graph.bypass import without_bypassed
from engine.keras.build import build_model
from tests.engine.documents import document, node


def _bypass(given: Document, *keys: str) -> Document:
    nodes = tuple(n.model_copy(update={"bypassed": n.id in keys}) for n in given.main.nodes)
    return given.model_copy(update={"graphs": (given.main.model_copy(update={"nodes": nodes}),)})


STACK = document(
    [
        node("x", "Input", shape=[6]),
        node("drop", "Dropout", rate=0.5, name="rest"),
        node("wide", "Dense", units=8),
        node("out", "Dense", units=2),
    ],
    ["x > drop", "drop > wide", "wide > out"],
)


def test_nothing_changes_without_bypassed_nodes() -> None:
    assert without_bypassed(STACK) is STACK


def test_what_feeds_a_bypassed_node_feeds_what_it_feeds() -> None:
    reduced = without_bypassed(_bypass(STACK, "drop", "wide")).main
    assert [n.id for n in reduced.nodes] == ["x", "out"]
    assert [(edge.source, edge.target) for edge in reduced.edges] == [("x", "out")]


def test_the_check_gives_a_bypassed_node_the_tensor_that_it_passes_on() -> None:
    verdict = check(_bypass(STACK, "wide"))
    assert verdict.ok
    assert verdict.nodes["wide"].outputs[0].shape == (None, 6)
    assert verdict.nodes["wide"].trainable == 0
    assert verdict.totals.trainable == 6 * 2 + 2


def test_a_shape_that_does_not_fit_without_the_node_is_a_problem_of_what_it_feeds() -> None:
    nodes = [node("x", "Input", shape=[4, 4, 1]), node("flat", "Flatten"), node("a", "LSTM")]
    nodes[2]["params"] = {"units": 3}
    bad = _bypass(document(nodes, ["x > flat", "flat > a.sequences"]), "flat")
    assert [p.node for p in check(bad).problems if p.severity == "error"] == ["a"]


def test_the_model_is_built_without_bypassed_layers() -> None:
    layers = [layer.name for layer in build_model(_bypass(STACK, "drop")).layers]
    assert layers == [
        layer.name for layer in build_model(without_bypassed(_bypass(STACK, "drop"))).layers
    ]
    assert not any(
        isinstance(layer, keras.layers.Dropout)
        for layer in build_model(_bypass(STACK, "drop")).layers
    )


def test_code_mentions_a_bypassed_layer_in_a_comment() -> None:
    code = generate(_bypass(STACK, "drop"), "function").source
    assert "# The layer “rest” (Dropout) is bypassed: its input is passed on." in code
    assert "layers.Dropout" not in code


def test_the_first_that_shares_a_bypassed_layer_owns_it() -> None:
    shared = document(
        [
            node("x", "Input", shape=[4]),
            node("a", "Dense", units=4),
            node("b", "Dense", shares="a"),
            node("c", "Dense", shares="a"),
        ],
        ["x > a", "a > b", "b > c"],
    )
    nodes = {n.id: n for n in without_bypassed(_bypass(shared, "a")).main.nodes}
    assert nodes["b"].shares is None
    assert nodes["b"].params == {"units": 4}
    assert nodes["c"].shares == "b"
