"""Shapes of tensors, in which the length of an axis may be unknown."""

from collections.abc import Sequence

Shape = tuple[int | None, ...]


def agrees(shape: Shape, expected: Shape) -> bool:
    """Whether the axes of a shape have the expected lengths, or an unknown length."""
    return len(shape) == len(expected) and all(
        axis is None or axis == other for axis, other in zip(shape, expected, strict=True)
    )


def product(axes: Sequence[int | None]) -> int | str:
    """Return the number of values in a shape, or “?” if an axis is unknown."""
    size = 1
    for axis in axes:
        if axis is None:
            return "?"
        size *= axis
    return size
