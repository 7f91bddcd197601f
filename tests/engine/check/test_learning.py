"""Counts of frozen layers, models without weights to learn, and `training` at calls."""

from typing import Any

import keras
import pytest

from engine.catalogue import Entry
from engine.check import check
from engine.document import Document
from engine.document.operations import OPERATION, apply_all
from engine.keras.build import build_model
from tests.engine.documents import chain, document, graph, node
from tests.engine.layer_cases import case_document, entries

pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)

IMAGE = node("image", "Input", shape=[8, 8, 1], name="image")
FLAT = node("flat", "Flatten")


def digits(**last: Any) -> Document:
    hidden = node("hidden", "Dense", units=5, name="hidden", frozen=True)
    score = node("score", "Dense", units=10, activation="softmax", name="score", **last)
    return chain(IMAGE, FLAT, hidden, score, training={"data": "digits"})


def frozen(whole: Document, *keys: str) -> Document:
    paths = [["graphs", "main", "nodes", key, "frozen"] for key in keys]
    operations = [{"type": "set", "path": path, "value": True} for path in paths]
    return apply_all(whole, [OPERATION.validate_python(item) for item in operations])[0]


@pytest.mark.usefixtures("weightless")
@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_no_weight_of_any_frozen_layer_is_trainable(entry: Entry) -> None:
    learning = check(case_document(entry)).totals
    if learning.trainable == 0:
        return
    whole = frozen(case_document(entry), "layer")
    totals = check(whole).totals
    assert totals.trainable == 0
    assert totals.non_trainable == learning.trainable + learning.non_trainable
    model = build_model(whole)
    assert model.trainable_weights == []
    assert not model.layers[-1].get_config()["trainable"]


def test_a_frozen_layer_counts_as_not_trained_and_the_others_learn() -> None:
    verdict = check(digits())
    assert (verdict.nodes["hidden"].trainable, verdict.nodes["hidden"].non_trainable) == (0, 325)
    assert (verdict.totals.trainable, verdict.totals.non_trainable) == (60, 325)
    assert verdict.problems == ()


def test_all_layers_of_a_frozen_sub_model_are_frozen() -> None:
    block = graph(
        [node("i", "Input", shape=[8]), node("d", "Dense", units=8),
         node("n", "BatchNormalization")],
        ["i > d", "d > n"],
        "block",
    )  # fmt: skip
    main = graph(
        [node("x", "Input", shape=[8]),
         node("one", "Model", graph="block", name="one", frozen=True),
         node("two", "Model", graph="block"), node("three", "Model", shares="one")],
        ["x > one", "one > two", "two > three"],
    )  # fmt: skip
    whole = Document(graphs=(main, block))
    verdict = check(whole)
    assert [verdict.nodes[key].trainable for key in ("one", "two", "three")] == [0, 88, 0]
    assert (verdict.totals.trainable, verdict.totals.non_trainable) == (88, 104 + 16)
    model = build_model(whole)
    assert sum(weight.value.size for weight in model.trainable_weights) == 88
    assert not any(layer.trainable for layer in model.get_layer("one")._flatten_layers())


def test_a_model_without_weights_to_learn() -> None:
    whole = digits(frozen=True)
    (problem,) = check(whole).problems
    assert (problem.code, problem.severity) == ("nothing_to_learn", "warning")
    assert problem.fix is not None
    assert problem.fix.label == "Unfreeze “score”"
    operations = [OPERATION.validate_python(item) for item in problem.fix.operations]
    assert check(apply_all(whole, operations)[0]).problems == ()


def test_a_model_without_weights_to_learn_needs_no_warning_without_data() -> None:
    whole = chain(IMAGE, FLAT, node("d", "Dense", units=2, frozen=True))
    assert [problem.code for problem in check(whole).problems] == ["no_data"]


def test_training_at_a_call_is_passed_to_keras_and_saved_by_it(tmp_path: Any) -> None:
    whole = document(
        [node("x", "Input", shape=[4]),
         node("n", "BatchNormalization", name="n", frozen=True, training=False),
         node("d", "Dropout", rate=0.5, name="d", training=True)],
        ["x > n", "n > d"],
    )  # fmt: skip
    model = build_model(whole)
    model.save(tmp_path / "model.keras")
    for built in (model, keras.models.load_model(tmp_path / "model.keras")):
        calls = {layer["name"]: layer["inbound_nodes"] for layer in built.get_config()["layers"]}
        assert calls["n"][0]["kwargs"]["training"] is False
        assert calls["d"][0]["kwargs"]["training"] is True
        assert [layer.trainable for layer in built.layers] == [True, False, True]


def test_a_note_says_that_keras_replaces_training() -> None:
    whole = document(
        [node("x", "Input", shape=[4]), node("n", "BatchNormalization", name="n", training=False),
         node("d", "Dropout", rate=0.5, name="d", training=False)],
        ["x > n", "n > d"],
    )  # fmt: skip
    verdict = check(whole)
    assert verdict.ok
    replaced = [problem for problem in verdict.problems if problem.code == "training_replaced"]
    assert [(problem.node, problem.severity, problem.message) for problem in replaced] == [
        ("n", "note", "Keras replaces training=False at “n” when it fits, evaluates or predicts."),
        ("d", "note", "Keras replaces training=False at “d” when it fits, evaluates or predicts."),
    ]
    assert [problem.fix and problem.fix.label for problem in replaced] == ["Freeze “n”", None]


def test_keras_replaces_training_at_a_call() -> None:
    """The reason for the note: fails once Keras keeps what a call says."""
    x = keras.Input((4,))
    layer = keras.layers.BatchNormalization()
    model = keras.Model(x, layer(x, training=False))
    model(keras.ops.ones((8, 4)), training=True)
    assert keras.ops.all(layer.moving_mean.value > 0)
