"""Shapes after layers that merge or reshape tensors: the same for every library."""

from collections.abc import Sequence

from engine.code.modules.geometry import Pads, per_axis, product
from engine.code.modules.tensors import UNKNOWN_SIZE, LayerCall, RefusedError, Shape, refusal
from engine.problems import phrase
from engine.values import Json

PAIR = 2


def broadcast(shapes: Sequence[Shape]) -> Shape:
    """The shape of tensors that are combined value by value; those of equal rank only."""
    if len({len(shape) for shape in shapes}) > 1:
        raise RefusedError(phrase("its tensors have different numbers of axes"))
    return tuple(_common(axis) for axis in zip(*shapes, strict=True))


def _common(lengths: tuple[int | None, ...]) -> int | None:
    longer = [length for length in lengths if length != 1]
    return next((length for length in longer if length is not None), longer[0] if longer else 1)


def concatenated(shapes: Sequence[Shape], axis: int) -> Shape:
    """The shape after concatenation along an axis, counted from the batch."""
    if axis == 0:
        raise refusal("axis", "0")
    lengths = [shape[axis - 1] for shape in shapes]
    total = None if None in lengths else sum(length for length in lengths if length is not None)
    first = shapes[0]
    return (*first[: axis - 1], total, *first[axis:])


def reshaped(shape: Shape, target: Sequence[int]) -> Shape:
    """The shape after a Reshape, in which -1 takes what the other axes leave."""
    count = product(shape)
    others = product([axis for axis in target if axis != -1]) or 1
    rest = None if count is None else count // others
    return tuple(rest if axis == -1 else axis for axis in target)


def permuted(shape: Shape, dims: Sequence[int]) -> Shape:
    """The shape after a Permute, whose axes count from 1."""
    return tuple(shape[axis - 1] for axis in dims)


def upsampled(call: LayerCall) -> tuple[tuple[int, ...], Shape]:
    """How often each value is repeated along each axis, and the shape after it."""
    *lengths, channels = call.tensor.shape
    times = per_axis(call["size"], len(lengths))
    pairs = zip(lengths, times, strict=True)
    return times, (*(None if a is None else a * b for a, b in pairs), channels)


def zero_padded(call: LayerCall) -> tuple[Pads, Shape]:
    """How many zeros are added before and after each axis, and the shape after it."""
    return _changed(call, "padding", 1)


def cropped(call: LayerCall) -> tuple[Pads, Shape]:
    """How much is cut at the start and the end of each axis, and the shape after it."""
    return _changed(call, "cropping", -1)


def _changed(call: LayerCall, name: str, sign: int) -> tuple[Pads, Shape]:
    *lengths, channels = call.tensor.shape
    pads = _pairs(call[name], len(lengths))
    changed = zip(lengths, pads, strict=True)
    return pads, (*(None if a is None else a + sign * sum(pair) for a, pair in changed), channels)


def _pairs(value: Json, rank: int) -> Pads:
    """(1, 2) is as much before as after each of two axes; of one axis, before and after."""
    if isinstance(value, int):
        return ((value, value),) * rank
    if not isinstance(value, list):
        raise RefusedError(UNKNOWN_SIZE)
    if rank == 1 and len(value) == PAIR:
        value = [value]
    return tuple(_pair(item) for item in value)


def _pair(value: Json) -> tuple[int, int]:
    match value:
        case int():
            return value, value
        case [int() as before, int() as after]:
            return before, after
    raise RefusedError(UNKNOWN_SIZE)
