"""Calls whose shape Keras infers but can't compute: wrong states, masks, axes or channels."""

from typing import Any

import jax
import keras
import pytest

from engine.check import check
from engine.document import Document, Target
from engine.document.operations import OPERATION, apply
from engine.keras.build import build_model
from tests.engine.documents import chain, document, node


def data(key: str, *shape: int, **more: Any) -> dict[str, Any]:
    return node(key, "Input", shape=list(shape), **more)


def recurrent(*states: int, kind: str = "LSTM", **params: Any) -> Document:
    inputs = [data(f"s{place}", units) for place, units in enumerate(states)]
    edges = [f"s{place} > y.initial_state" for place in range(len(states))]
    nodes = [data("x", 8, 3), *inputs, node("y", kind, **params)]
    return document(nodes, ["x > y.sequences", *edges])


def pair(layer: str, query: tuple[int, ...], value: tuple[int, ...], **params: Any) -> Document:
    ports = ("inputs", "inputs") if layer == "Attention" else ("query", "value")
    nodes = [data("q", *query), data("v", *value), node("y", layer, **params)]
    return document(nodes, [f"q > y.{ports[0]}", f"v > y.{ports[1]}"])


def masked(layer: str, port: str, shape: tuple[int, ...], *others: str, **params: Any) -> Document:
    nodes = [data("x", 8, 4), data("m", *shape, dtype="bool"), node("y", layer, **params)]
    return document(nodes, [*(f"x > y.{other}" for other in others), f"m > y.{port}"])


HEADS = {"num_heads": 2, "key_dim": 3}
BOTH = {"layer": {"class": "GRU", "params": {"units": 4}}}
IMAGE = data("x", 8, 8, 2)
CASES = {
    "a state of another size": (recurrent(4, 3, units=4), "wrong_state", True),
    "one state too few": (recurrent(4, units=4), "wrong_number_of_states", False),
    "a state of a GRU": (recurrent(5, kind="GRU", units=4), "wrong_state", True),
    "the states of two directions": (
        recurrent(4, 5, kind="Bidirectional", **BOTH),
        "wrong_state",
        True,
    ),
    "a mask of other steps": (
        masked("LSTM", "mask", (7,), "sequences", units=4),
        "wrong_mask",
        False,
    ),
    "a mask between other steps": (
        masked("MultiHeadAttention", "attention_mask", (8, 7), "query", "value", **HEADS),
        "wrong_mask",
        False,
    ),
    "keys of other features": (pair("Attention", (8, 4), (6, 5)), "not_comparable", True),
    "queries without steps": (
        pair("MultiHeadAttention", (8,), (6, 5), **HEADS),
        "wrong_rank",
        True,
    ),
    "an equation of fewer axes": (
        chain(data("x", 8, 4), node("y", "EinsumDense", equation="ab,bc->ac", output_shape=[3])),
        "wrong_equation",
        False,
    ),
    "an axis that is not there": (
        chain(data("x", 8), node("y", "Softmax", axis=3)),
        "axis_outside",
        True,
    ),
    "no image": (chain(data("x", 8), node("y", "RandomFlip")), "wrong_rank", False),
    "no colours": (chain(IMAGE, node("y", "RandomHue", factor=0.1)), "wrong_channels", False),
    "pooling of no image": (
        chain(data("x", 8), node("y", "AdaptiveMaxPooling2D", output_size=2)),
        "wrong_rank",
        False,
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
def test_what_keras_can_not_compute_is_refused(case: str) -> None:
    whole, code, has_fix = CASES[case]
    verdict = check(whole)
    (error,) = [problem for problem in verdict.problems if problem.severity == "error"]
    assert (error.code, error.node) == (code, "y")
    with pytest.raises((ValueError, TypeError, IndexError)):
        computed(whole)
    assert (error.fix is not None) == has_fix
    if error.fix:
        for operation in error.fix.operations:
            answer = apply(whole, OPERATION.validate_python(operation))
            assert isinstance(answer, tuple)
            whole = answer[0]
        assert check(whole).ok
        computed(whole)


def computed(whole: Document) -> None:
    """Let Keras compute the model with numbers."""
    model = build_model(whole)
    model([keras.ops.ones((2, *input.shape[1:]), input.dtype) for input in model.inputs])


def test_what_keras_can_compute_is_not_refused() -> None:
    valid = [
        recurrent(4, 4, units=4),
        recurrent(4, 4, kind="Bidirectional", **BOTH),
        recurrent(4, 4, units=4, dtype="mixed_float16"),
        masked("LSTM", "mask", (8,), "sequences", units=4),
        masked("MultiHeadAttention", "attention_mask", (8, 8), "query", "value", **HEADS),
        pair("Attention", (8, 4), (6, 4)),
        chain(data("x", 8), node("y", "Softmax")),
    ]
    for whole in valid:
        assert check(whole).ok


def test_what_jax_can_not_compile_needs_tensorflow() -> None:
    nodes = (data("x", 8, 8, 3), node("y", "RandomElasticTransform"))
    whole = chain(*nodes).model_copy(update={"target": Target(backend="jax")})
    (error,) = [problem for problem in check(whole).problems if problem.severity == "error"]
    assert (error.code, error.node) == ("needs_tensorflow", "y")
    model = build_model(whole)
    with pytest.raises(Exception, match=r"_error_repr|[Tt]race"):  # fails as soon as JAX can
        jax.jit(model)(keras.ops.ones((2, 8, 8, 3)))
