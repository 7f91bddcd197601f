"""Rows are reshaped where the numbers of values agree, and nowhere else."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import TEXT, Column, one_hot
from engine.data.feeding import Wanted, fed_shape, target_shape

COLUMNS = [(data.id, column) for data in BUILT_IN.sets for column in data.columns]
NUMBERS = [(data, column) for data, column in COLUMNS if column.dtype != TEXT]


def numbers(*shape: int) -> Column:
    return Column(name="values", shape=shape, dtype="float32")


CASES: list[tuple[tuple[int, ...], Wanted, tuple[int, ...] | None]] = [
    ((28, 28, 1), (28, 28, 1), (28, 28, 1)),
    ((28, 28, 1), (784,), (784,)),
    ((28, 28, 1), (28, 28), (28, 28)),
    ((28, 28, 1), (1, 28, 28), (1, 28, 28)),
    ((28, 28, 1), (4, 196), (4, 196)),
    ((28, 28, 1), (None, 28), (28, 28)),
    ((28, 28, 1), (None,), (784,)),
    ((28, 28, 1), (None, None, 1), (28, 28, 1)),
    ((10,), (10, 1), (10, 1)),
    ((10,), (None, 1), (10, 1)),
    ((10,), (None,), (10,)),
    ((), (1,), (1,)),
    ((1,), (), ()),
    ((28, 28, 1), (783,), None),
    ((28, 28, 1), (None, 27), None),
    ((28, 28, 1), (None, None), None),
    ((28, 28, 1), (0, None), None),
    ((32, 32, 3), (3, 32, 32), None),
    ((6, 4), (None, 6), None),
    ((6, 4), (3, 8), (3, 8)),
]


@pytest.mark.parametrize(("shape", "wanted", "expected"), CASES, ids=str)
def test_fed_shape(
    shape: tuple[int, ...], wanted: Wanted, expected: tuple[int, ...] | None
) -> None:
    assert fed_shape(numbers(*shape), wanted) == expected


@pytest.mark.parametrize(
    ("data", "column"), NUMBERS, ids=lambda value: getattr(value, "name", value)
)
def test_every_column_feeds_shapes_of_as_many_values(data: str, column: Column) -> None:
    size = prod(column.shape)
    assert fed_shape(column, column.shape) == column.shape
    assert fed_shape(column, (size,)) == (size,), data
    assert fed_shape(column, (*column.shape, 1)) == (*column.shape, 1)
    assert fed_shape(column, (None, 1)) in {(size, 1), column.shape}
    assert fed_shape(column, (size + 1,)) is None
    assert target_shape(column, (size, 1)) == (column.shape if column.classes else (size, 1))


def test_text_is_never_reshaped() -> None:
    (column,) = (column for _, column in COLUMNS if column.dtype == TEXT)
    assert fed_shape(column, ()) == ()
    assert fed_shape(column, (1,)) is None
    assert fed_shape(column, (None,)) is None


def test_class_numbers_are_compared_as_they_are() -> None:
    classes = Column(name="digit", shape=(), dtype="int64", classes=("a", "b"))
    assert target_shape(classes, (2,)) == ()
    assert fed_shape(classes, (1,)) == (1,)


CLASSES = [column for _, column in COLUMNS if column.classes and not column.shape]


@pytest.mark.parametrize("column", CLASSES, ids=lambda column: column.name)
def test_one_hot_rows_fit_as_many_scores_as_classes(column: Column) -> None:
    encoded, count = one_hot(column), len(column.classes)
    assert (encoded.shape, encoded.has_class_numbers) == ((count,), False)
    assert one_hot(column.model_copy(update={"shape": (1,)})).shape == (count,)
    assert one_hot(column.model_copy(update={"shape": (8, 8)})).shape == (8, 8, count)
    for fit in (fed_shape, target_shape):
        assert fit(encoded, (count,)) == (count,)
        assert fit(encoded, (1, count)) == (1, count)
        assert fit(encoded, (count, 1)) is None
        assert fit(encoded, (count + 1,)) is None


AXES = st.lists(st.integers(1, 6), max_size=4)


@given(AXES, st.lists(st.none() | st.integers(1, 12), max_size=4))
def test_no_value_is_lost_or_invented(shape: list[int], wanted: list[int | None]) -> None:
    result = fed_shape(numbers(*shape), tuple(wanted))
    if result is not None:
        assert prod(result) == prod(shape)
        assert all(axis in (None, length) for axis, length in zip(wanted, result, strict=True))
