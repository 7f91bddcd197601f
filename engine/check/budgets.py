"""How large a model may be. Each limit is beyond what anyone trains, and short of what hurts.

Documents have limits of their own (engine.document), and so have models within models
(engine.check.models); the time and the memory of a check are the supervisor's (builder.checker).
"""

from collections.abc import Iterator, Mapping
from math import prod

from engine.check.fixes import set_param
from engine.check.judge import Given, Shape, Spec, item_bytes
from engine.document import Document, Json, Node
from engine.problems import Problem
from engine.problems_of_budgets import (
    too_large_tensor,
    too_many_activations,
    too_many_axes,
    too_many_parameters,
    unrolled_too_far,
)
from engine.verdict import Totals

MAX_AXES = 16
MAX_TENSOR_BYTES = 10**12
"""For one example; the batch is another thing."""
MAX_PARAMETERS = 10**12
MAX_ACTIVATION_BYTES = 10**15
MAX_UNROLLED = 500
"""Steps: each is traced by itself, in about 2 ms, and compiled by itself before training."""

Place = tuple[str, str, str]
"""Graph, node and the node's name."""


def of_outputs(place: Place, outputs: Mapping[str, Spec]) -> Problem | None:
    """What is wrong with the size of what a node hands on."""
    for spec in outputs.values():
        if len(spec.shape) > MAX_AXES:
            return too_many_axes(*place, len(spec.shape), MAX_AXES)
        size = prod(axis for axis in spec.shape[1:] if axis is not None) * item_bytes(spec.dtype)
        if size > MAX_TENSOR_BYTES:
            return too_large_tensor(*place, size, MAX_TENSOR_BYTES)
    return None


def of_steps(place: Place, owner: Node, given: Given) -> Problem | None:
    """What is wrong with the number of steps of an unrolled recurrence, known before it is laid
    out. Their axis is the second of the first tensor."""
    first = next((value for _, value in given if isinstance(value, Spec)), None)
    steps = _unrolled(owner.layer, owner.params, first.shape) if first else 0
    if steps <= MAX_UNROLLED:
        return None
    graph, _, name = place
    param, value = next(
        (key, value) for key, value in _rolled(owner.params).items() if value != owner.params[key]
    )
    fix = set_param(graph, owner.id, param, value, f"Let “{name}” loop")
    return unrolled_too_far(*place, (steps, MAX_UNROLLED), fix)


def _unrolled(layer: Json, params: Mapping[str, Json], shape: Shape) -> int:
    """The most steps that a layer, or one that it wraps, lays out one by one."""
    own = shape[1] if params.get("unroll") is True and len(shape) > 1 else None
    inside = (shape[0], *shape[2:]) if layer == "TimeDistributed" and len(shape) > 1 else shape
    wrapped = (
        _unrolled(value.get("class"), value["params"], inside)
        for value in params.values()
        if isinstance(value, dict) and isinstance(value.get("params"), dict)
    )
    return max([own or 0, *wrapped])


def _rolled(value: Json) -> Json:
    """Parameters with each `unroll`, at any depth, turned off."""
    if not isinstance(value, dict):
        return value
    return {key: False if key == "unroll" else _rolled(each) for key, each in value.items()}


def of_model(document: Document, totals: Totals) -> Iterator[Problem]:
    """What is wrong with the size of the whole."""
    count = totals.trainable + totals.non_trainable
    if count > MAX_PARAMETERS:
        yield too_many_parameters(document.main.id, count, MAX_PARAMETERS)
    if totals.activation_bytes > MAX_ACTIVATION_BYTES:
        batch = document.training.batch_size
        size = totals.activation_bytes
        yield too_many_activations(document.main.id, size, batch, MAX_ACTIVATION_BYTES)
