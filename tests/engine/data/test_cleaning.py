"""Rows that repeat, lack values or lie outside of a range; gaps that are filled."""

from typing import Any

import numpy as np
import pytest

from engine.data.cleaning import (
    fill_missing,
    fill_missing_by,
    first_equal,
    leave_out_missing,
    leave_out_outside,
    leave_out_repeats,
)

NAN = float("nan")
NUMBERS = np.array([[1.0], [NAN], [3.0], [3.0], [8.0]], "float32")
DATES = np.array([[100.25], [NAN], [7.5], [7.5], [400.0]])
CLASSES = np.array([0, 2, 1, 1, 0])
MISSING = 2
TEXTS = np.array(["b", "", "a", "a", "c"], dtype=object)
ROWS = np.array([[1, 2], [NAN, 4], [3, NAN], [3, 4], [8, 9]], "float32")


@pytest.mark.parametrize("values", [NUMBERS, DATES, CLASSES, TEXTS, np.arange(5) // 2 * 2])
def test_a_row_equals_the_first_of_its_kind(values: np.ndarray) -> None:
    listed = [str(value) for value in values.tolist()]
    assert first_equal([values]).tolist() == [listed.index(value) for value in listed]


def test_rows_equal_each_other_in_all_columns_or_not() -> None:
    data = {"a": NUMBERS, "b": CLASSES, "c": TEXTS, "id": np.arange(5)}
    kept = leave_out_repeats(data, ["a", "b", "c"])
    assert kept["id"].tolist() == [0, 1, 2, 4]
    assert leave_out_repeats(data, list(data))["id"].tolist() == [0, 1, 2, 3, 4]
    texts = np.array(["ab", "a"], object), np.array(["c", "bc"], object)
    assert first_equal([*texts]).tolist() == [0, 1]


def test_rows_are_compared_across_pieces() -> None:
    numbers = np.arange(25_000) % 12_345
    assert first_equal([numbers]).tolist() == numbers.tolist()
    assert first_equal([np.zeros((0, 2))]).tolist() == []


LACKING: list[tuple[np.ndarray, int | None, list[int]]] = [
    (NUMBERS, None, [0, 2, 3, 4]),
    (DATES, None, [0, 2, 3, 4]),
    (CLASSES, MISSING, [0, 2, 3, 4]),
    (CLASSES, None, [0, 1, 2, 3, 4]),
    (TEXTS, None, [0, 2, 3, 4]),
    (ROWS, None, [0, 3, 4]),
]


@pytest.mark.parametrize(("values", "missing", "kept"), LACKING)
def test_rows_with_gaps_are_left_out(
    values: np.ndarray, missing: int | None, kept: list[int]
) -> None:
    data = {"a": values, "id": np.arange(5)}
    numbers = {} if missing is None else {"a": missing}
    assert leave_out_missing(data, ["a", "id"], numbers)["id"].tolist() == kept


BOUNDS: list[tuple[float | None, float | None, list[int]]] = [
    (3.0, None, [1, 2, 3, 4]),
    (None, 3.0, [0, 1, 2, 3]),
    (2.0, 4.0, [1, 2, 3]),
    (None, None, [0, 1, 2, 3, 4]),
]


@pytest.mark.parametrize(("low", "high", "kept"), BOUNDS)
def test_rows_outside_a_range_are_left_out(
    low: float | None, high: float | None, kept: list[int]
) -> None:
    data = {"a": NUMBERS, "id": np.arange(5)}
    assert leave_out_outside(data, "a", low, high)["id"].tolist() == kept


TRAINING = np.array([0, 1, 2, 3])
FILLED: list[tuple[np.ndarray, str, int | None, Any]] = [
    (NUMBERS, "median", None, [3.0]),
    (NUMBERS, "mean", None, [np.float32(7 / 3)]),
    (NUMBERS, "most_frequent", None, [3.0]),
    (DATES, "median", None, [7.5]),
    (DATES, "mean", None, [(100.25 + 15) / 3]),
    (CLASSES, "most_frequent", MISSING, 1),
    (TEXTS, "most_frequent", None, "a"),
    (ROWS, "median", None, [3.0, 4.0]),
]


@pytest.mark.parametrize(("values", "by", "missing", "expected"), FILLED)
def test_gaps_are_filled_with_what_some_rows_have(
    values: np.ndarray, by: str, missing: int | None, expected: Any
) -> None:
    before = values.copy()
    after = fill_missing_by({"a": values}, "a", by, TRAINING, missing)["a"]
    assert after.dtype == values.dtype
    assert np.asarray(after[1]).tolist() == expected
    assert np.array_equal(after[4], before[4])
    assert [str(value) for value in values.tolist()] == [str(value) for value in before.tolist()]


@pytest.mark.parametrize(
    ("values", "value", "missing"),
    [(NUMBERS, -1.0, None), (DATES, 0.0, None), (CLASSES, 0, MISSING), (TEXTS, "x", None)],
)
def test_gaps_are_filled_with_a_constant(
    values: np.ndarray, value: Any, missing: int | None
) -> None:
    after = fill_missing({"a": values}, "a", value, missing)["a"]
    assert after.dtype == values.dtype
    assert np.ravel(after)[1] == value
    assert np.ravel(after)[2] == np.ravel(values)[2]
