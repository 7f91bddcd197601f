"""Size limits of models, beyond any practical model and below what would harm the server.

Documents (engine.document) and nested models (engine.graph.models) have limits of their own;
the supervisor limits the time and memory of a check (builder.checking.checker).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from math import prod

from engine.catalogue import load, traits_of
from engine.check.inference import ArgumentSpecs, Spec, item_bytes
from engine.check.tensor_shapes import Shape
from engine.check.verdict import Totals
from engine.document import Document, Node
from engine.graph.fixes import set_param
from engine.problems import At, Fix, Problem, make_fix, phrase, problem
from engine.values import Json

MAX_AXES = 16
MAX_TENSOR_BYTES = 10**12
"""For one example, not a batch."""
MAX_PARAMETERS = 10**12
MAX_ACTIVATION_BYTES = 10**15
MAX_UNROLLED = 500
"""Unrolled steps: each is traced separately, in about 2 ms, and compiled before training."""
MAX_STEPS = 2_000
"""Steps of a TimeDistributed, which is unrolled: each thousand compiles for over a minute."""
MANY_STEPS = 200
"""Steps that take about ten seconds to compile."""
MAX_REPEATS = 100
"""Repetitions of a layer that Keras unrolls (Traits.repeats)."""
MANY_LAYERS = 1_000
"""Layers of a model, with those of sub-models and unrolled steps counted at each call."""
MAX_LAYERS = 20_000
"""Compiling them takes half an hour or more; the time grows faster than linearly."""
COMPILING_SECONDS = 0.05
"""CPU time per layer: a Dense layer with its gradient, on JAX or TensorFlow."""
MANY_MULTIPLY_ADDS = 10**14
"""In one training step: half an hour on a CPU, about a second on a large GPU."""
MAX_MULTIPLY_ADDS = 10**18
"""In one training step: hours on the fastest GPU."""
MULTIPLY_ADDS_PER_SECOND = 5 * 10**10
"""On a CPU with a few cores, roughly."""
TRAINING_COST_FACTOR = 3
"""The cost of a training step relative to inference (Kaplan et al., 2020)."""

DISTRIBUTED = "TimeDistributed"
Place = tuple[str, str, str]
"""Graph, node and the node's name."""


def check_outputs(place: Place, outputs: Mapping[str, Spec]) -> Problem | None:
    """Return the problem with the size of a node's outputs, if any."""
    graph, node, name = place
    at = At(graph=graph, node=node)
    for spec in outputs.values():
        if len(spec.shape) > MAX_AXES:
            axes = len(spec.shape)
            return problem("too_many_axes", at, name=name, axes=axes, limit=MAX_AXES)
        size = prod(axis for axis in spec.shape[1:] if axis is not None) * item_bytes(spec.dtype)
        if size > MAX_TENSOR_BYTES:
            return problem("too_large_tensor", at, name=name, size=size, limit=MAX_TENSOR_BYTES)
    return None


def check_steps(place: Place, owner: Node, arguments: ArgumentSpecs) -> Problem | None:
    """Return the problem with the number of unrolled steps, if any, before Keras unrolls them.

    The steps lie along the second axis of the first tensor.
    """
    first = next((spec for _, spec in arguments if isinstance(spec, Spec)), None)
    if first is None:
        return None
    graph, node, name = place
    at = At(graph=graph, node=node)
    looped = _without_unroll(owner.params)
    steps = _unrolled_calls(owner.layer, owner.params, first.shape)
    if steps > MAX_UNROLLED and looped != owner.params:
        param = next(key for key in looped if looped[key] != owner.params[key])
        label = phrase("Let “{name}” loop", name=name)
        fix = set_param(graph, owner.id, param, looped[param], label)
        at = At(graph=graph, node=node, param="unroll")
        return problem("unrolled_too_far", at, name=name, steps=steps, limit=MAX_UNROLLED, fix=fix)
    repeats = _repeats(owner.layer, owner.params)
    if prod(repeats.values()) > MAX_REPEATS:
        return _repeats_too_often(place, owner, repeats)
    if steps > MANY_STEPS:
        return problem(
            "step_by_step.slow" if steps <= MAX_STEPS else "step_by_step",
            at,
            name=name,
            steps=steps,
            limit=MAX_STEPS,
            fix=_unwrap(graph, owner),
        )
    return None


def unrolled_calls(owner: Node, arguments: ArgumentSpecs) -> int:
    """Return the number of layer calls into which one call of a layer is unrolled."""
    first = next((spec for _, spec in arguments if isinstance(spec, Spec)), None)
    return _unrolled_calls(owner.layer, owner.params, first.shape) if first else 1


def may_unroll(layer: str, params: str) -> bool:
    """Whether a layer with these parameters, as text, may be unrolled into several calls."""
    unrolling = _unrolling_layers()
    if layer in unrolling or "unroll" in params:
        return True
    return "class" in params and any(name in params for name in unrolling)


@cache
def _unrolling_layers() -> frozenset[str]:
    """The layers that unroll their repetitions."""
    return frozenset(entry.name for entry in load().layers if entry.traits.repeats) | {DISTRIBUTED}


def _unrolled_calls(layer: Json, params: Mapping[str, Json], shape: Shape) -> int:
    """Return the number of calls of a layer, times the largest number of a layer inside it."""
    one_by_one = layer == DISTRIBUTED or params.get("unroll") is True
    own = (shape[1] or 1) if one_by_one and len(shape) > 1 else 1
    own *= prod(_repeats(str(layer), params).values())
    inside = (shape[0], *shape[2:]) if layer == DISTRIBUTED and len(shape) > 1 else shape
    wrapped = (
        _unrolled_calls(item.get("class"), item["params"], inside)
        for value in params.values()
        for item in (value if isinstance(value, list) else [value])
        if isinstance(item, dict) and isinstance(item.get("params"), dict)
    )
    return own * max(wrapped, default=1)


def _repeats(layer: str, params: Mapping[str, Json]) -> dict[str, int]:
    """The numbers of repetitions of a layer, by parameter."""
    values = {name: params.get(name, _default(layer, name)) for name in traits_of(layer).repeats}
    return {name: value for name, value in values.items() if isinstance(value, int)}


def _default(layer: str, name: str) -> Json:
    entry = load().layer(layer)
    param = entry.param(name) if entry else None
    return param.default if param else None


def _unwrap(graph: str, owner: Node) -> Fix | None:
    """Replace the wrapper by the wrapped layer, if that works at each position anyway."""
    inner = owner.params.get("layer")
    if not isinstance(inner, dict) or not traits_of(str(inner.get("class"))).position_wise:
        return None
    path = ["graphs", graph, "nodes", owner.id]
    return make_fix(
        phrase("Use {layer} alone", layer=inner["class"]),
        {"type": "set", "path": [*path, "layer"], "value": inner["class"]},
        {"type": "set", "path": [*path, "params"], "value": inner.get("params", {})},
    )


def _without_unroll(params: Mapping[str, Json]) -> dict[str, Json]:
    """Parameters with each `unroll`, at any depth, turned off."""
    return {
        key: False
        if key == "unroll"
        else _without_unroll(value)
        if isinstance(value, dict)
        else value
        for key, value in params.items()
    }


def _repeats_too_often(place: Place, owner: Node, repeats: Mapping[str, int]) -> Problem:
    """A layer whose repetitions are unrolled, and too many."""
    graph, node, name = place
    param = max(repeats, key=lambda key: repeats[key])
    label = phrase("Reset {param}", param=param)
    return problem(
        "repeats_too_often",
        At(graph=graph, node=node, param=param),
        name=name,
        count=prod(repeats.values()),
        limit=MAX_REPEATS,
        param=param,
        fix=set_param(graph, owner.id, param, _default(owner.layer, param), label),
    )


def check_model(document: Document, totals: Totals, layers: int) -> Iterator[Problem]:
    """Yield the problems with the size of the model and with the cost of a training step.

    `layers` counts the layer calls, with unrolled loops and sub-models included.
    """
    at = At(graph=document.main.id)
    if layers > MANY_LAYERS:
        yield problem(
            "many_layers" if layers > MAX_LAYERS else "many_layers.slow",
            at,
            count=layers,
            seconds=layers * COMPILING_SECONDS,
            limit=MAX_LAYERS,
        )
    work = TRAINING_COST_FACTOR * totals.multiply_adds * document.training.batch_size
    if work > MANY_MULTIPLY_ADDS:
        yield problem(
            "long_step" if work > MAX_MULTIPLY_ADDS else "long_step.slow",
            at,
            count=work,
            seconds=work / MULTIPLY_ADDS_PER_SECOND,
            limit=MAX_MULTIPLY_ADDS,
        )
    count = totals.trainable + totals.non_trainable
    if count > MAX_PARAMETERS:
        yield problem("too_many_parameters", at, count=count, limit=MAX_PARAMETERS)
    if totals.activation_bytes > MAX_ACTIVATION_BYTES:
        batch = document.training.batch_size
        size = totals.activation_bytes
        limit = MAX_ACTIVATION_BYTES
        yield problem("too_many_activations", at, batch=batch, size=size, limit=limit)
