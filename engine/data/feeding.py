"""The shape in which the rows of a column feed an input, or are compared with an output.

Pure functions without NumPy, shared by the checker, training and code generation, so that all
three agree.
"""

from math import prod

from engine.data.catalogue import TEXT, Column, OneHot

Wanted = tuple[int | None, ...]
"""The shape of one example of an input or output; None is an axis of any length."""


def fed_shape(column: Column, wanted: Wanted) -> tuple[int, ...] | None:
    """Return the shape in which a row of the column feeds an input; None if it does not fit.

    A row is reshaped if the numbers of values agree; a single open axis takes the values that the
    others leave over. Text is never reshaped, nor is a row whose axes would only change their
    order, because that would mix up its values: (32, 32, 3) does not become (3, 32, 32). The last
    axis of a one-hot row stays the last.
    """
    shape = column.shape
    if _agrees(shape, wanted):
        return shape
    filled = _filled(shape, wanted)
    if column.dtype == TEXT or filled is None or _only_transposed(shape, filled):
        return None
    if isinstance(column, OneHot) and filled[-1:] != shape[-1:]:
        return None
    return filled


def target_shape(column: Column, wanted: Wanted) -> tuple[int, ...] | None:
    """Return the shape in which a row of a target is compared; None if it does not fit.

    Class numbers are compared as they are: the loss knows which score belongs to which number.
    """
    return column.shape if column.has_class_numbers else fed_shape(column, wanted)


def loss_axes(column: Column, shape: tuple[int, ...]) -> int:
    """Return how many axes the loss of one row has, whose target has this shape.

    A loss takes the mean over the last axis, or compares each class number with the scores.
    """
    if column.has_class_numbers and shape[-1:] != (1,):
        return len(shape)
    return max(0, len(shape) - 1)


def _agrees(shape: tuple[int, ...], wanted: Wanted) -> bool:
    return len(shape) == len(wanted) and all(
        axis in (None, length) for axis, length in zip(wanted, shape, strict=True)
    )


def _filled(shape: tuple[int, ...], wanted: Wanted) -> tuple[int, ...] | None:
    """Return `wanted` with its open axis filled, if it then holds as many values as `shape`."""
    values, known = prod(shape), prod(axis for axis in wanted if axis is not None)
    if wanted.count(None) > 1 or not known or values % known:
        return None
    filled = tuple(values // known if axis is None else axis for axis in wanted)
    return filled if prod(filled) == values else None


def _only_transposed(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether the axes longer than 1 are the same ones in another order."""
    long, other_long = ([axis for axis in axes if axis > 1] for axes in (shape, other))
    return long != other_long and sorted(long) == sorted(other_long)
