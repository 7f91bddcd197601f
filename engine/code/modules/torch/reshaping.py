"""Layers that merge or reshape tensors, in PyTorch."""

from dataclasses import replace

from engine.code.modules.building import call as make
from engine.code.modules.building import group, infix, item, method
from engine.code.modules.reshaped import (
    broadcast,
    concatenated,
    cropped,
    permuted,
    reshaped,
    scales,
    upsampled,
    zero_padded,
)
from engine.code.modules.resolved import axis_of, number
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, one
from engine.code.modules.torch.activations import F
from engine.code.modules.torch.layout import PLAIN, alike, axis_in, channels_first, channels_last
from engine.code.tree import Attribute, Expression

_SIGNS = {"Add": "+", "Multiply": "*", "Subtract": "-"}
_FUNCTIONS = {"Maximum": "torch.maximum", "Minimum": "torch.minimum"}


def merged(call: LayerCall) -> Tensor:
    """The tensors combined value by value."""
    tensors = alike(call)
    values = [tensor.value for tensor in tensors]
    value: Expression
    if call.layer in _FUNCTIONS:
        value = values[0]
        for other in values[1:]:
            value = make(_FUNCTIONS[call.layer], value, other)
    else:
        value = infix(_SIGNS.get(call.layer, "+"), *values)
    if call.layer == "Average":
        value = infix("/", value, len(values))
    shape = broadcast([tensor.shape for tensor in tensors])
    return replace(tensors[0], value=value, shape=shape, whole=False)


def _merge(call: LayerCall) -> Lines:
    return one(merged(call))


def _concatenate(call: LayerCall) -> Lines:
    tensors = alike(call)
    axis = axis_of(call["axis"], tensors[0].rank)
    shape = concatenated([tensor.shape for tensor in tensors], axis)
    place = axis_in(tensors[0], axis)
    shown = -1 if place == tensors[0].rank - 1 else place
    value = make("torch.cat", group(*(tensor.value for tensor in tensors)), dim=shown)
    return one(replace(tensors[0], value=value, shape=shape))


def _flatten(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    if tensor.rank == PLAIN:
        return one(tensor)
    shape = reshaped(tensor.shape, [-1])
    if tensor.rank == 1:
        return one(replace(tensor, value=method(tensor.value, "unsqueeze", 1), shape=(1,)))
    return one(replace(tensor, value=method(tensor.value, "flatten", 1), shape=shape))


def _reshape(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    target = [*map(number, _list(call["target_shape"]))]
    rows = -1 if -1 not in target else item(Attribute(tensor.value, "shape"), 0)
    value = method(tensor.value, "reshape", rows, *target)
    return one(replace(tensor, value=value, shape=reshaped(tensor.shape, target)))


def _list(value: object) -> list[int]:
    return value if isinstance(value, list) else [value]  # type: ignore[list-item]


def _permute(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    dims = [*map(number, _list(call["dims"]))]
    value = method(tensor.value, "permute", 0, *dims)
    return one(replace(tensor, value=value, shape=permuted(tensor.shape, dims)))


def _repeat_vector(call: LayerCall) -> Lines:
    times = number(call["n"])
    value = method(method(call.tensor.value, "unsqueeze", 1), "repeat", 1, times, 1)
    return one(replace(call.tensor, value=value, shape=(times, *call.tensor.shape)))


def _upsampling(call: LayerCall) -> Lines:
    tensor = channels_first(call)
    times, shape = upsampled(call)
    size = times[0] if len(set(times)) == 1 else list(times)
    value = make(f"{F}interpolate", tensor.value, scale_factor=size, mode="nearest")
    return one(replace(tensor, value=value, shape=shape))


def _zero_padding(call: LayerCall) -> Lines:
    pads, shape = zero_padded(call)
    tensor = call.tensor
    flat = [size for pair in reversed(pads) for size in pair]
    flat = flat if tensor.first else [0, 0, *flat]
    return one(replace(tensor, value=make(f"{F}pad", tensor.value, flat), shape=shape))


def _cropping(call: LayerCall) -> Lines:
    cuts, shape = cropped(call)
    tensor = call.tensor
    parts = [f"{a or ''}:{-b or ''}" for a, b in cuts]
    key = ", ".join([":", *([":"] if tensor.first else []), *parts])
    return one(replace(tensor, value=item(tensor.value, key), shape=shape))


def _rescaling(call: LayerCall) -> Lines:
    scale, offset = scales(call)
    value: Expression = call.tensor.value if scale == 1 else infix("*", call.tensor.value, scale)
    value = infix("+", value, offset) if offset else value
    return one(replace(call.tensor, value=value, whole=False))


_AXES = (1, 2, 3)
WRITERS: dict[str, Writer] = {
    **dict.fromkeys(("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum"), _merge),
    "Concatenate": _concatenate,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat_vector,
    **{f"UpSampling{rank}D": _upsampling for rank in _AXES},
    **{f"ZeroPadding{rank}D": _zero_padding for rank in _AXES},
    **{f"Cropping{rank}D": _cropping for rank in _AXES},
    "Rescaling": _rescaling,
}
