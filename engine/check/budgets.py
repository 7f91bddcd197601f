"""How large a model may be. Each limit is beyond what anyone trains, and short of what hurts.

Documents have limits of their own (engine.document), and so have models within models
(engine.check.models); the time and the memory of a check are the supervisor's
(builder.checking.checker).
"""

from collections.abc import Iterator, Mapping
from math import prod

from engine.catalogue import traits_of
from engine.check.judge import Given, Shape, Spec, item_bytes
from engine.check.verdict import Totals
from engine.document import Document, Node
from engine.graph.fixes import set_param
from engine.problems import Fix, Problem
from engine.problems.budgets import (
    step_by_step,
    too_large_tensor,
    too_many_activations,
    too_many_axes,
    too_many_parameters,
    unrolled_too_far,
)
from engine.values import Json

MAX_AXES = 16
MAX_TENSOR_BYTES = 10**12
"""For one example; the batch is another thing."""
MAX_PARAMETERS = 10**12
MAX_ACTIVATION_BYTES = 10**15
MAX_UNROLLED = 500
"""Steps: each is traced by itself, in about 2 ms, and compiled by itself before training."""
MAX_STEPS = 2_000
"""Of a TimeDistributed, which has no loop: a minute or more of compiling for each thousand."""
MANY_STEPS = 200
"""About ten seconds of compiling."""

DISTRIBUTED = "TimeDistributed"
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
    """What is wrong with the number of steps that Keras lays out one by one, known before it
    does. Their axis is the second of the first tensor."""
    first = next((value for _, value in given if isinstance(value, Spec)), None)
    if first is None:
        return None
    graph, _, name = place
    rolled = _rolled(owner.params)
    steps = _laid_out(owner.layer, owner.params, first.shape)
    if steps > MAX_UNROLLED and rolled != owner.params:
        param = next(each for each in rolled if rolled[each] != owner.params[each])
        fix = set_param(graph, owner.id, param, rolled[param], f"Let “{name}” loop")
        return unrolled_too_far(*place, (steps, MAX_UNROLLED), fix)
    if steps > MANY_STEPS:
        return step_by_step(*place, (steps, MAX_STEPS), _alone(graph, owner))
    return None


def _laid_out(layer: Json, params: Mapping[str, Json], shape: Shape) -> int:
    """How often a layer, or the most often that one it wraps, is called by itself."""
    one_by_one = layer == DISTRIBUTED or params.get("unroll") is True
    own = (shape[1] or 1) if one_by_one and len(shape) > 1 else 1
    inside = (shape[0], *shape[2:]) if layer == DISTRIBUTED and len(shape) > 1 else shape
    wrapped = (
        _laid_out(value.get("class"), value["params"], inside)
        for value in params.values()
        if isinstance(value, dict) and isinstance(value.get("params"), dict)
    )
    return own * max(wrapped, default=1)


def _alone(graph: str, owner: Node) -> Fix | None:
    """Take the wrapped layer alone, where it does the same at each step by itself."""
    inner = owner.params.get("layer")
    if not isinstance(inner, dict) or not traits_of(str(inner.get("class"))).position_wise:
        return None
    path = ["graphs", graph, "nodes", owner.id]
    return Fix(
        label=f"Use {inner['class']} alone",
        operations=(
            {"type": "set", "path": [*path, "layer"], "value": inner["class"]},
            {"type": "set", "path": [*path, "params"], "value": inner.get("params", {})},
        ),
    )


def _rolled(params: Mapping[str, Json]) -> dict[str, Json]:
    """Parameters with each `unroll`, at any depth, turned off."""
    return {
        key: False if key == "unroll" else _rolled(value) if isinstance(value, dict) else value
        for key, value in params.items()
    }


def of_model(document: Document, totals: Totals) -> Iterator[Problem]:
    """What is wrong with the size of the whole."""
    count = totals.trainable + totals.non_trainable
    if count > MAX_PARAMETERS:
        yield too_many_parameters(document.main.id, count, MAX_PARAMETERS)
    if totals.activation_bytes > MAX_ACTIVATION_BYTES:
        batch = document.training.batch_size
        size = totals.activation_bytes
        yield too_many_activations(document.main.id, size, batch, MAX_ACTIVATION_BYTES)
