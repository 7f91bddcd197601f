"""The window that a layer moves over its input: which numbers arrive at a place of its output."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.protocol.arithmetic import Place


def patch(
    layer: Any, x: np.ndarray, output: np.ndarray, place: Place
) -> tuple[np.ndarray, np.ndarray] | None:
    """The numbers that arrive at a place, positions by channels, and which are no padding.

    None if the layer has no window that it moves over its input, and does not reduce the input to
    one place either.
    """
    size = window_of(layer)
    if getattr(layer, "data_format", None) == "channels_first":
        return None
    if size is None:
        if output.ndim == 1 < x.ndim:  # all places become one
            numbers = x.reshape(-1, x.shape[-1])
        elif output.shape[:-1] == x.shape[:-1]:  # each place on its own
            numbers = x[place[:-1]][None]
        else:
            return None
        return numbers, np.ones(len(numbers), bool)
    axes = len(size)
    if x.ndim != axes + 1 or output.ndim != axes + 1:
        return None
    steps = each(getattr(layer, "strides", None) or size, axes)
    spread = each(getattr(layer, "dilation_rate", 1), axes)
    rows = []
    for axis in range(axes):
        reach = (size[axis] - 1) * spread[axis] + 1
        padded = before(layer.padding, reach, steps[axis], x.shape[axis], output.shape[axis])
        rows.append(place[axis] * steps[axis] - padded + np.arange(size[axis]) * spread[axis])
    grid = np.stack(np.meshgrid(*rows, indexing="ij"), axis=-1).reshape(-1, axes)
    present = np.all((grid >= 0) & (grid < np.asarray(x.shape[:-1])), axis=1)
    numbers = np.zeros((len(grid), x.shape[-1]), x.dtype)
    numbers[present] = x[tuple(grid[present].T)]
    return numbers, present


def window_of(layer: Any) -> Sequence[int] | None:
    """The size of the window that a layer moves over its input, if it has any."""
    size = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    return size if isinstance(size, Sequence) else None


def before(padding: str, reach: int, step: int, size: int, count: int) -> int:
    """How many places of padding lie before the first one of an axis."""
    if padding == "causal":
        return reach - 1
    return max((count - 1) * step + reach - size, 0) // 2 if padding == "same" else 0


def each(value: Any, axes: int) -> tuple[int, ...]:
    """A value for each axis."""
    return tuple(value) if isinstance(value, Sequence) else (value,) * axes
