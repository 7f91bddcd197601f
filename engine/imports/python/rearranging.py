"""Functions that only rearrange a tensor, as the ops of a document that do the same."""

from typing import Any

from engine.imports.python.state import State
from engine.imports.python.unknown import Path, Unknown
from engine.imports.python.values import Tensor
from engine.problems import phrase
from engine.values.named import is_integer

Args = list[Any]
Kwargs = dict[str, Any]
_BATCH = -1


def unstack(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`ops.unstack(x, num, axis)` and `tf.unstack`: an item for each index along an axis."""
    arguments = dict(zip(("x", "num", "axis"), args, strict=False)) | kwargs
    tensor, num = arguments.get("x", arguments.get("value")), arguments.get("num")
    axis = arguments.get("axis", 0)
    shape = state.shape_of(tensor, line) if isinstance(tensor, Tensor) else None
    if not isinstance(shape, tuple) or not is_integer(axis) or not -len(shape) <= axis < len(shape):
        return _unknown_length(line)
    axis %= len(shape)
    count = shape[axis] if num is None else num
    if not is_integer(count):
        return _unknown_length(line)
    keys = ((*[slice(None)] * axis, index) for index in range(count))
    return [_op(state, "get_item", [tensor, key], line) for key in keys]


def depth_to_space(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`tf.nn.depth_to_space(x, n)`: each point's features become a square of n × n points."""
    split = _image(state, args, kwargs, line)
    if split is None:
        return _unknown_length(line)
    tensor, (rows, columns, features), size = split
    rest = features // size**2
    return _rearranged(
        state,
        tensor,
        (rows, columns, size, size, rest),
        (rows * size, columns * size, rest),
        line,
    )


def space_to_depth(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`tf.nn.space_to_depth(x, n)`: each square of n × n points becomes features of one point."""
    split = _image(state, args, kwargs, line)
    if split is None:
        return _unknown_length(line)
    tensor, (rows, columns, features), size = split
    rows, columns = rows // size, columns // size
    return _rearranged(
        state,
        tensor,
        (rows, size, columns, size, features),
        (rows, columns, size**2 * features),
        line,
    )


def _rearranged(
    state: State, tensor: Tensor, parts: tuple[int, ...], whole: tuple[int, ...], line: int
) -> Any:
    """The tensor split into five `parts`, the second and third swapped, and joined to `whole`."""
    order = (0, 1, 3, 2, 4, 5)
    split = _op(state, "reshape", [tensor, (_BATCH, *parts)], line)
    swapped = _op(state, "transpose", [split, order], line)
    return _op(state, "reshape", [swapped, (_BATCH, *whole)], line)


def _image(
    state: State, args: Args, kwargs: Kwargs, line: int
) -> tuple[Tensor, tuple[int, int, int], int] | None:
    """The images, their rows, columns and channels, and the size of a block, if all are known."""
    arguments = dict(zip(("x", "block_size", "data_format"), args, strict=False)) | kwargs
    tensor, size = arguments.get("x", arguments.get("input")), arguments.get("block_size")
    last = arguments.get("data_format", "NHWC") in ("NHWC", "channels_last")
    if not isinstance(tensor, Tensor) or not isinstance(size, int) or not last:
        return None
    shape = state.shape_of(tensor, line)
    if not isinstance(shape, tuple) or not all(map(is_integer, shape[1:])):
        return None
    match shape:
        case (_, rows, columns, channels):
            return tensor, (rows, columns, channels), size
    return None


def _op(state: State, name: str, args: Args, line: int) -> Any:
    return state.call(Path(f"keras.ops.{name}"), args, {}, line)


def _unknown_length(line: int) -> Unknown:
    return Unknown(line, phrase("the length of an axis that is not fixed"))
