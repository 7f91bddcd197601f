"""Shapes of tensors, in which the length of an axis may be unknown."""

from collections.abc import Sequence

Shape = tuple[int | None, ...]


def product(axes: Sequence[int | None]) -> int | str:
    """Return the number of values in a shape, or “?” if an axis is unknown."""
    size = 1
    for axis in axes:
        if axis is None:
            return "?"
        size *= axis
    return size
