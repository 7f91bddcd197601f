"""Call arguments of layers, besides tensors: in check, build, code and both imports."""

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
from tests.engine.code.server import difference
from tests.engine.documents import document, node


def attending(first: bool = False, **called: Any) -> Document:
    """Self-attention, called twice: with `first`, the first call returns scores; `called` are the
    call arguments of the second.
    """
    with_scores = {"return_attention_scores": True} if first else {}
    nodes = [
        node("x", "Input", name="x", shape=[5, 8]),
        node("a", "MultiHeadAttention", name="a", num_heads=2, key_dim=4, **with_scores),
        node("b", "MultiHeadAttention", shares="a", **called),
    ]
    wires = ["x > a.query", "x > a.value", "a > b.query", "x > b.value"]
    return document(nodes, wires, name="Calls")


def tied() -> Document:
    """An embedding and its inverse, with the same weights."""
    nodes = [
        node("x", "Input", shape=[5], dtype="int32"),
        node("e", "ReversibleEmbedding", name="e", input_dim=50, output_dim=8),
        node("d", "Dense", name="d", units=8),
        node("r", "ReversibleEmbedding", shares="e", reverse=True),
    ]
    return document(nodes, ["x > e", "e > d", "d > r"], name="Calls")


def errors(document: Document) -> list[tuple[str, str | None]]:
    problems = check(document).problems
    return [(problem.code, problem.param) for problem in problems if problem.severity == "error"]


def test_scores_have_a_port_at_the_call_that_returns_them() -> None:
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
    fixed = later
    for operation in problem.fix.operations:
        applied = apply(fixed, OPERATION.validate_python(operation))
        assert isinstance(applied, tuple)
        fixed = applied[0]
    assert errors(fixed) == []


def test_the_layer_owner_may_be_a_later_call() -> None:
    nodes = [
        node("x", "Input", shape=[5, 8]),
        node("a", "MultiHeadAttention", num_heads=2, key_dim=4, return_attention_scores=True),
        node("b", "MultiHeadAttention", shares="a"),
    ]
    wires = ["x > b.query", "x > b.value", "b > a.query", "x > a.value"]
    for _ in range(2):  # the second time from the cache
        assert errors(document(nodes, wires)) == [
            ("more_outputs_than_first", "return_attention_scores")
        ]


def test_a_causal_mask_hides_later_steps() -> None:
    asking = attending(first=True, use_causal_mask=True, return_attention_scores=True).main
    ends = {"outputs": (Endpoint(node="b", port="attention_scores"),)}
    scores = build_model(Document(graphs=(asking.model_copy(update=ends),)))
    rows = np.random.default_rng(1).normal(size=(2, 5, 8)).astype("float32")
    assert np.triu(np.asarray(scores(rows)), k=1).max() == 0


def test_an_embedding_can_be_called_in_reverse() -> None:
    verdict = check(tied())
    assert verdict.nodes["r"].outputs[0].shape == (None, 5, 50)
    assert build_model(tied()).count_params() == verdict.totals.trainable == 50 * 8 + 72


@pytest.mark.parametrize("layer", ["Attention", "AdditiveAttention", "GroupQueryAttention"])
def test_every_attention_layer_can_return_scores(layer: str) -> None:
    grouped = {"head_dim": 4, "num_query_heads": 2, "num_key_value_heads": 1}
    params = grouped if layer.startswith("Group") else {}
    first, second = ("query", "value") if params else ("inputs", "inputs")
    attention = node("a", layer, return_attention_scores=True, use_causal_mask=True, **params)
    with_attention = document(
        [node("x", "Input", shape=[5, 8]), attention], [f"x > a.{first}", f"x > a.{second}"]
    )
    assert errors(with_attention) == []
    assert [output.port for output in check(with_attention).nodes["a"].outputs] == [
        "output",
        "attention_scores",
    ]
    assert len(build_model(with_attention).layers[-1].output) == 2


@pytest.mark.parametrize(
    "original", [attending(use_causal_mask=True), tied()], ids=["mask", "tied"]
)
def test_call_arguments_survive_json_and_code(original: Document) -> None:
    keras.utils.clear_session()
    model = build_model(original)
    read = from_keras_json(json.loads(model.to_json()))
    source = generate(original, "functional").source
    written = from_python(source)
    for result in (read, written):
        assert isinstance(result, Imported), result
        assert result.problems == ()
        assert [node.params for node in result.document.main.nodes if node.shares] == [
            node.params for node in original.main.nodes if node.shares
        ]
        assert difference(build_model(result.document), model) is None
    assert isinstance(written, Imported)
    assert generate(written.document, "functional").source == source


def test_scores_are_a_second_output_in_code() -> None:
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


def test_call_arguments_stay_when_the_layer_owner_changes() -> None:
    original = attending(first=True, use_causal_mask=True)
    other = [
        node.model_copy(update={"shares": None}) for node in original.main.nodes if node.id == "b"
    ]
    transferred = with_owners_of(
        Document(graphs=(original.main.model_copy(update={"nodes": other}),)), original
    )
    nodes = {node.id: node for node in transferred.main.nodes}
    assert nodes["b"].params == {"num_heads": 2, "key_dim": 4, "use_causal_mask": True}
    assert (nodes["a"].shares, nodes["a"].params) == ("b", {"return_attention_scores": True})
    changed = attending(first=True)
    colours = Palette()
    assert colours.colours(original.main)["a"] != colours.colours(changed.main)["a"]
    assert colours.colours(original.main) == colours.colours(transferred.main)


def test_invalid_call_arguments() -> None:
    assert errors(attending(use_causal_mask="yes")) == [("bad_param", "use_causal_mask")]
    assert errors(attending(num_heads=3)) == [("unknown_param", "num_heads")]
    wrapped = {"class": "Attention", "params": {"use_causal_mask": True}}
    inside = document(
        [node("x", "Input", shape=[5, 8]), node("t", "TimeDistributed", layer=wrapped)], ["x > t"]
    )
    assert [code for code, _ in errors(inside)] == ["unknown_param"]
