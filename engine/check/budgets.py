"""How large a model may be. Each limit is beyond what anyone trains, and short of what hurts.

Documents have limits of their own (engine.document), and so have models within models
(engine.graph.models); the time and the memory of a check are the supervisor's
(builder.checking.checker).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from math import prod

from engine.catalogue import load, traits_of
from engine.check.inference import ArgumentSpecs, Shape, Spec, item_bytes
from engine.check.verdict import Totals
from engine.document import Document, Node
from engine.graph.fixes import set_param
from engine.problems import At, Fix, Problem, make_fix, phrase, problem
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
MAX_REPEATS = 100
"""Of a layer that Keras lays out anew at each repetition (Traits.repeats)."""
MANY_LAYERS = 1_000
"""Layers of a model, those of sub-models and of steps laid out counted at each call."""
MAX_LAYERS = 20_000
"""Compiling them takes half an hour or more, and twice the layers take more than twice as long."""
COMPILING_SECONDS = 0.05
"""Of the processor, for each layer: a Dense layer with its gradient, on JAX or TensorFlow."""
MANY_MULTIPLY_ADDS = 10**14
"""Of one step of training: half an hour on a processor, about a second on a large GPU."""
MAX_MULTIPLY_ADDS = 10**18
"""Of one step: hours on the fastest GPU."""
MULTIPLY_ADDS_PER_SECOND = 5 * 10**10
"""On a processor of a few cores, roughly."""
GRADIENTS = 3
"""A step of training computes this many times what inference does (Kaplan et al., 2020)."""

DISTRIBUTED = "TimeDistributed"
Place = tuple[str, str, str]
"""Graph, node and the node's name."""


def check_outputs(place: Place, outputs: Mapping[str, Spec]) -> Problem | None:
    """What is wrong with the size of a node's outputs."""
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


def check_steps(place: Place, owner: Node, given: ArgumentSpecs) -> Problem | None:
    """What is wrong with the number of steps that Keras lays out one by one, known before it
    does. Their axis is the second of the first tensor."""
    first = next((value for _, value in given if isinstance(value, Spec)), None)
    if first is None:
        return None
    graph, node, name = place
    at = At(graph=graph, node=node)
    rolled = _rolled(owner.params)
    steps = _unrolled_calls(owner.layer, owner.params, first.shape)
    if steps > MAX_UNROLLED and rolled != owner.params:
        param = next(each for each in rolled if rolled[each] != owner.params[each])
        label = phrase("Let “{name}” loop", name=name)
        fix = set_param(graph, owner.id, param, rolled[param], label)
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
            fix=_alone(graph, owner),
        )
    return None


def unrolled_calls(owner: Node, given: ArgumentSpecs) -> int:
    """How many calls of layers one call of a layer is laid out as."""
    first = next((value for _, value in given if isinstance(value, Spec)), None)
    return _unrolled_calls(owner.layer, owner.params, first.shape) if first else 1


def may_unroll(layer: str, params: str) -> bool:
    """Whether a layer with these parameters, as text, can be laid out as more than one call."""
    unrolling = _unrolling_layers()
    return layer in unrolling or any(name in params for name in ("unroll", *unrolling))


@cache
def _unrolling_layers() -> frozenset[str]:
    """The layers that lay out what they repeat."""
    return frozenset(entry.name for entry in load().layers if entry.traits.repeats) | {DISTRIBUTED}


def _unrolled_calls(layer: Json, params: Mapping[str, Json], shape: Shape) -> int:
    """How often a layer, or the most often that one it wraps, is called by itself."""
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
    """How often a layer repeats what it does, by parameter."""
    values = {name: params.get(name, _default(layer, name)) for name in traits_of(layer).repeats}
    return {name: value for name, value in values.items() if isinstance(value, int)}


def _default(layer: str, name: str) -> Json:
    entry = load().layer(layer)
    param = entry.param(name) if entry else None
    return param.default if param else None


def _alone(graph: str, owner: Node) -> Fix | None:
    """Take the wrapped layer alone, where it does the same at each step by itself."""
    inner = owner.params.get("layer")
    if not isinstance(inner, dict) or not traits_of(str(inner.get("class"))).position_wise:
        return None
    path = ["graphs", graph, "nodes", owner.id]
    return make_fix(
        phrase("Use {layer} alone", layer=inner["class"]),
        {"type": "set", "path": [*path, "layer"], "value": inner["class"]},
        {"type": "set", "path": [*path, "params"], "value": inner.get("params", {})},
    )


def _rolled(params: Mapping[str, Json]) -> dict[str, Json]:
    """Parameters with each `unroll`, at any depth, turned off."""
    return {
        key: False if key == "unroll" else _rolled(value) if isinstance(value, dict) else value
        for key, value in params.items()
    }


def _repeats_too_often(place: Place, owner: Node, repeats: Mapping[str, int]) -> Problem:
    """A layer that repeats what it does in no loop, but laid out each time."""
    graph, node, name = place
    param = max(repeats, key=lambda each: repeats[each])
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
    """What is wrong with the size of the whole, and with what a step of training costs.

    `layers` counts the calls that are laid out, loops and sub-models included.
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
    work = GRADIENTS * totals.multiply_adds * document.training.batch_size
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
