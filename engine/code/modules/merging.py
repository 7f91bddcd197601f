"""Layers that merge or reshape tensors."""

from dataclasses import replace

from engine.code.modules.building import group, infix, item, method
from engine.code.modules.layout import PLAIN, alike, axis_in, channels_last
from engine.code.modules.reshaped import (
    broadcast,
    concatenated,
    cropped,
    permuted,
    reshaped,
)
from engine.code.modules.resolved import axis_of, number, numbers
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, single
from engine.code.syntax.tree import Attribute, Expression, Group
from engine.values import Json

_SIGNS = {"Add": "+", "Average": "+", "Multiply": "*", "Subtract": "-"}


def joined(call: LayerCall, axis: Json) -> Tensor:
    """The tensors one after another along an axis."""
    tensors = alike(call)
    place = axis_of(axis, tensors[0].rank)
    shape = concatenated([tensor.shape for tensor in tensors], place)
    inside = axis_in(tensors[0], place)
    shown = -1 if inside == tensors[0].rank - 1 else inside
    values: Group = group(*(tensor.value for tensor in tensors))
    value = call.dialect.call("ops.concatenate", values, **call.dialect.along(shown))
    return replace(tensors[0], value=value, shape=shape)


def rows_of(tensor: Tensor) -> Expression:
    """The number of rows in a batch: `x.shape[0]`."""
    return item(Attribute(tensor.value, "shape"), 0)


def reshape(call: LayerCall, target: tuple[int, ...]) -> Tensor:
    """The first tensor in a shape without its batch axis, of which one axis may be -1."""
    tensor = channels_last(call)
    rows: Expression | Json = rows_of(call.tensor) if -1 in target else -1
    value = method(tensor.value, "reshape", rows, *target)
    return replace(tensor, value=value, shape=reshaped(tensor.shape, target))


def _merge(call: LayerCall) -> Lines:
    tensors = alike(call)
    values = [tensor.value for tensor in tensors]
    value = values[0]
    if call.layer in _SIGNS:
        value = infix(_SIGNS[call.layer], *values)
    else:
        for other in values[1:]:
            value = call.dialect.call(f"ops.{call.layer.lower()}", value, other)
    if call.layer == "Average":
        value = infix("/", value, len(values))
    shape = broadcast([tensor.shape for tensor in tensors])
    return single(replace(tensors[0], value=value, shape=shape))


def _concatenate(call: LayerCall) -> Lines:
    return single(joined(call, call["axis"]))


def _flatten(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    if tensor.rank == PLAIN:
        return single(tensor)
    if call.dialect.flattens:
        value = method(tensor.value, "flatten", 1)
        return single(replace(tensor, value=value, shape=reshaped(tensor.shape, (-1,))))
    return single(reshape(call, (-1,)))


def _reshape_layer(call: LayerCall) -> Lines:
    return single(reshape(call, numbers(call["target_shape"])))


def _permute(call: LayerCall) -> Lines:
    tensor, dims = channels_last(call), numbers(call["dims"])
    value = call.dialect.call("ops.transpose", tensor.value, [0, *dims])
    return single(replace(tensor, value=value, shape=permuted(tensor.shape, dims)))


def _repeat_vector(call: LayerCall) -> Lines:
    tensor, times = call.tensor, number(call["n"])
    value = call.dialect.call("ops.tile", item(tensor.value, ":, None"), [1, times, 1])
    return single(replace(tensor, value=value, shape=(times, *tensor.shape)))


def _crop(call: LayerCall) -> Lines:
    cuts, shape = cropped(call)
    parts = [f"{start or ''}:{-end or ''}" for start, end in cuts]
    key = ", ".join([":", *([":"] if call.tensor.first else []), *parts])
    return single(replace(call.tensor, value=item(call.tensor.value, key), shape=shape))


def _identity(call: LayerCall) -> Lines:
    return single(call.tensor)


merges = ("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum")


WRITERS: dict[str, Writer] = {
    **dict.fromkeys(merges, _merge),
    "Concatenate": _concatenate,
    "Flatten": _flatten,
    "Reshape": _reshape_layer,
    "Permute": _permute,
    "RepeatVector": _repeat_vector,
    **dict.fromkeys(("Cropping1D", "Cropping2D", "Cropping3D"), _crop),
    "Identity": _identity,
}
