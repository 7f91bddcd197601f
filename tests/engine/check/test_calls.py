"""What a call of a layer is told beside its tensors: in check, build, code and both imports."""

import json
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from engine.check import check
from engine.check.verdict import Tensor
from engine.code import generate
from engine.document import Document, Endpoint
from engine.document.operations import OPERATION, apply
from engine.imports.colours import Palette
from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.imports.python import from_python
from engine.imports.sharing import with_owners_of
from engine.keras.build import build_model
from tests.engine.code.server import different
from tests.engine.documents import document, node


def attending(first: bool = False, **called: Any) -> Document:
    """Self-attention, called twice: the second time as `called` says; the `first` gives scores."""
    asked = {"return_attention_scores": True} if first else {}
    nodes = [
        node("x", "Input", name="x", shape=[5, 8]),
        node("a", "MultiHeadAttention", name="a", num_heads=2, key_dim=4, **asked),
        node("b", "MultiHeadAttention", shares="a", **called),
    ]
    wires = ["x > a.query", "x > a.value", "a > b.query", "x > b.value"]
    return document(nodes, wires, name="Calls")


def tied() -> Document:
    """An embedding that comes back as scores through its own weights."""
    nodes = [
        node("x", "Input", shape=[5], dtype="int32"),
        node("e", "ReversibleEmbedding", name="e", input_dim=50, output_dim=8),
        node("d", "Dense", name="d", units=8),
        node("r", "ReversibleEmbedding", shares="e", reverse=True),
    ]
    return document(nodes, ["x > e", "e > d", "d > r"], name="Calls")


def errors(of: Document) -> list[tuple[str, str | None]]:
    found = check(of).problems
    return [(one.code, one.param) for one in found if one.severity == "error"]


def test_scores_leave_by_a_port_of_their_own_at_the_call_that_asks_for_them() -> None:
    nodes = check(attending(first=True)).nodes
    whole = Tensor(port="output", shape=(None, 5, 8), dtype="float32")
    scores = Tensor(port="attention_scores", shape=(None, 2, 5, 5), dtype="float32")
    assert nodes["a"].outputs == (whole, scores)
    assert nodes["b"].outputs == (whole,)
    assert nodes["b"].trainable == 0


def test_keras_counts_the_outputs_of_a_shared_layer_at_its_first_call() -> None:
    later = attending(return_attention_scores=True)
    ends = {"outputs": (Endpoint(node="b", port="attention_scores"),)}
    with pytest.raises(ValueError, match="not connected"):
        build_model(Document(graphs=(later.main.model_copy(update=ends),)))
    (problem,) = [problem for problem in check(later).problems if problem.severity == "error"]
    assert (problem.code, problem.node) == ("more_outputs_than_first", "b")
    assert problem.fix is not None
    mended = later
    for one in problem.fix.operations:
        applied = apply(mended, OPERATION.validate_python(one))
        assert isinstance(applied, tuple)
        mended = applied[0]
    assert errors(mended) == []


def test_the_node_that_holds_a_layer_may_call_it_later() -> None:
    nodes = [
        node("x", "Input", shape=[5, 8]),
        node("a", "MultiHeadAttention", num_heads=2, key_dim=4, return_attention_scores=True),
        node("b", "MultiHeadAttention", shares="a"),
    ]
    wires = ["x > b.query", "x > b.value", "b > a.query", "x > a.value"]
    for _ in range(2):  # what was remembered is told again
        assert errors(document(nodes, wires)) == [
            ("more_outputs_than_first", "return_attention_scores")
        ]


def test_a_causal_mask_hides_what_comes_later() -> None:
    asking = attending(first=True, use_causal_mask=True, return_attention_scores=True).main
    ends = {"outputs": (Endpoint(node="b", port="attention_scores"),)}
    scores = build_model(Document(graphs=(asking.model_copy(update=ends),)))
    rows = np.random.default_rng(1).normal(size=(2, 5, 8)).astype("float32")
    assert np.triu(np.asarray(scores(rows)), k=1).max() == 0


def test_an_embedding_goes_back_through_its_own_weights() -> None:
    verdict = check(tied())
    assert verdict.nodes["r"].outputs[0].shape == (None, 5, 50)
    assert build_model(tied()).count_params() == verdict.totals.trainable == 50 * 8 + 72


@pytest.mark.parametrize("layer", ["Attention", "AdditiveAttention", "GroupQueryAttention"])
def test_every_attention_gives_its_scores(layer: str) -> None:
    grouped = {"head_dim": 4, "num_query_heads": 2, "num_key_value_heads": 1}
    params = grouped if layer.startswith("Group") else {}
    first, second = ("query", "value") if params else ("inputs", "inputs")
    asked = node("a", layer, return_attention_scores=True, use_causal_mask=True, **params)
    given = document(
        [node("x", "Input", shape=[5, 8]), asked], [f"x > a.{first}", f"x > a.{second}"]
    )
    assert errors(given) == []
    assert [output.port for output in check(given).nodes["a"].outputs] == [
        "output",
        "attention_scores",
    ]
    assert len(build_model(given).layers[-1].output) == 2


@pytest.mark.parametrize("given", [attending(use_causal_mask=True), tied()], ids=["mask", "tied"])
def test_calls_come_back_from_json_and_from_code(given: Document) -> None:
    keras.utils.clear_session()
    model = build_model(given)
    read = from_keras_json(json.loads(model.to_json()))
    source = generate(given, "functional").source
    written = from_python(source)
    for found in (read, written):
        assert isinstance(found, Imported), found
        assert found.problems == ()
        assert [node.params for node in found.document.main.nodes if node.shares] == [
            node.params for node in given.main.nodes if node.shares
        ]
        assert different(build_model(found.document), model) is None
    assert isinstance(written, Imported)
    assert generate(written.document, "functional").source == source


def test_scores_are_written_and_read_as_a_second_value() -> None:
    x = keras.Input((5, 8))
    attention = layers.MultiHeadAttention(2, 4, name="look")
    model = keras.Model(x, attention(x, x, return_attention_scores=True))
    read = from_keras_json(json.loads(model.to_json()))
    assert isinstance(read, Imported)
    assert [output.port for output in read.document.main.outputs] == ["output", "attention_scores"]
    source = generate(read.document, "functional").source
    assert "look, look_attention_scores = layers.MultiHeadAttention(" in source
    assert ", return_attention_scores=True)" in source
    again = from_python(source)
    assert isinstance(again, Imported)
    assert again.document.main.outputs == read.document.main.outputs


def test_each_call_keeps_what_it_is_told_when_another_holds_the_layer() -> None:
    given = attending(first=True, use_causal_mask=True)
    other = [
        node.model_copy(update={"shares": None}) for node in given.main.nodes if node.id == "b"
    ]
    held = with_owners_of(Document(graphs=(given.main.model_copy(update={"nodes": other}),)), given)
    nodes = {node.id: node for node in held.main.nodes}
    assert nodes["b"].params == {"num_heads": 2, "key_dim": 4, "use_causal_mask": True}
    assert (nodes["a"].shares, nodes["a"].params) == ("b", {"return_attention_scores": True})
    changed = attending(first=True)
    colours = Palette()
    assert colours.colours(given.main)["a"] != colours.colours(changed.main)["a"]
    assert colours.colours(given.main) == colours.colours(held.main)


def test_what_no_call_takes_is_told() -> None:
    assert errors(attending(use_causal_mask="yes")) == [("bad_param", "use_causal_mask")]
    assert errors(attending(num_heads=3)) == [("unknown_param", "num_heads")]
    wrapped = {"class": "Attention", "params": {"use_causal_mask": True}}
    inside = document(
        [node("x", "Input", shape=[5, 8]), node("t", "TimeDistributed", layer=wrapped)], ["x > t"]
    )
    assert [code for code, _ in errors(inside)] == ["unknown_param"]
