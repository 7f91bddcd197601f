"""Shapes of tensors as far as they follow from parameters alone: code is written without Keras."""

from collections.abc import Iterator, Mapping
from math import prod

from engine.catalogue import traits_of
from engine.code.lines.flow import Flow, Value
from engine.document import Node
from engine.graph.kinds import INPUT, MODEL
from engine.values import Json

Shape = tuple[int | None, ...]
"""The shape of one example; None is an axis of unknown length."""

_POOLED = ("GlobalAveragePooling", "GlobalMaxPooling")


def known_shape(flows: Mapping[str, Flow], graph: str, value: Value) -> Shape | None:
    """Return the shape of a tensor of a graph; None if even its number of axes is unknown."""
    shape: Shape | None = None
    for owner in reversed([*_owners_before(flows, graph, value)]):
        shape = _after(owner, shape)
    return shape


def _owners_before(flows: Mapping[str, Flow], graph: str, value: Value) -> Iterator[Node]:
    """Yield the layers that a tensor comes from, last first, while each takes one tensor.

    A call of a sub-model is replaced by the layers inside.
    """
    while True:
        key, port = value
        written = flows[graph].written[key]
        names = written.ports.output_names
        inner = flows.get(written.owner.graph or "")
        if written.owner.layer == MODEL and inner and len(inner.outputs) == len(names):
            graph, value = written.owner.graph or "", inner.outputs[names.index(port)]
            continue
        yield written.owner
        if len(written.tensors) != 1:
            return
        value = written.tensors[0]


def _after(owner: Node, before: Shape | None) -> Shape | None:
    """The shape after a layer, given the shape before it."""
    layer, params = owner.layer, owner.params
    if layer == INPUT:
        return _axes(params.get("shape"))
    if layer == "Flatten":
        return (_size(before),)
    if layer.startswith(_POOLED):
        return None if params.get("keepdims") else (None,)
    if traits_of(layer).states:
        several = params.get("return_sequences") or params.get("return_state")
        return None if several else (_length(params.get("units")),)
    if layer == "Reshape":
        return _reshaped(_size(before), _axes(params.get("target_shape")))
    if layer == "Dense":
        return (*before[:-1], _length(params.get("units"))) if before else None
    keeps = traits_of(layer).keeps_mask and layer != "TimeDistributed"
    return before if keeps else None


def _reshaped(size: int | None, target: Shape | None) -> Shape | None:
    """The shape after Reshape, in which one axis of −1 takes the values that the others leave."""
    if target is None:
        return None
    known = prod(axis for axis in target if axis and axis > 0)
    rest = size // known if size is not None and known else None
    return tuple(rest if axis == -1 else axis for axis in target)


def _size(shape: Shape | None) -> int | None:
    """The number of values; None if it is unknown."""
    known = [axis for axis in shape or () if axis is not None]
    return prod(known) if shape is not None and len(known) == len(shape) else None


def _axes(value: Json) -> Shape | None:
    return tuple(_length(axis) for axis in value) if isinstance(value, list) else None


def _length(value: Json) -> int | None:
    return value if isinstance(value, int) else None
