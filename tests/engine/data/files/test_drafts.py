"""Values that are stored while a table is read for the first time."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from engine.data.description import MAX_CLASSES
from engine.data.files import delimited
from tests.engine.data.files.reads import read, rows, types

ROWS = 3 * MAX_CLASSES
FIRST = date(2020, 1, 13)

CELLS: dict[str, Callable[[int], object]] = {
    "few numbers": lambda row: row % 7 / 2,
    "many numbers": lambda row: row * 1.37,
    "many numbers later": lambda row: row % 5 if row < ROWS // 2 else row + 0.5,
    "grouped numbers": lambda row: f'"{row + 1000:,}"',
    "numbers with gaps": lambda row: "" if row % 3 else row * 0.1,
    "gaps first": lambda row: "" if row < ROWS // 2 else row,
    "words": lambda row: " oak " if row % 3 else "elm",
    "numbers, then words": lambda row: row if row < ROWS // 2 else f"no number {row}",
    "texts": lambda row: f" some words about row {row}",
    "few texts, then many": lambda row: "two words more" if row < ROWS // 2 else f"word {row} new",
    "dates": lambda row: FIRST + timedelta(row),
    "few dates": lambda row: FIRST + timedelta(row % 9),
    "month or day": lambda row: (
        f"{row % 12 + 1}/{1 + row // 12 % 12 if row < 99 else 13}/{1000 + row}"
    ),
    "lists": lambda row: ";".join("abcdefghijk"[place] for place in range(11) if row >> place & 1),
}
READ_AGAIN = {"numbers, then words", "texts", "few texts, then many", "lists"}
"""In batches of few rows; at once, only lists are."""


def table(name: str) -> str:
    """A table of two columns, the second one of row numbers."""
    cells = CELLS[name]
    return f"{name},row\n" + "".join(f"{cells(row)},{row}\n" for row in range(ROWS))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for each reading of a table."""
    counted: list[None] = []
    batches = delimited.Cells.batches

    def count(cells: delimited.Cells) -> Iterator[pl.DataFrame]:
        counted.append(None)
        return batches(cells)

    monkeypatch.setattr(delimited.Cells, "batches", count)
    return counted


@pytest.mark.parametrize("name", CELLS)
def test_a_table_in_batches_is_that_table(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readings: list[None]
) -> None:
    """The values don't depend on where a batch ends; few tables have to be read again."""
    whole = read(tmp_path, table(name))
    expected = rows(tmp_path, whole)
    assert len(readings) == 1 + (name == "lists")
    readings.clear()
    monkeypatch.setattr(delimited, "_CHUNK", 4096)
    batched = read(tmp_path, table(name))
    assert types(batched) == types(whole)
    assert batched.columns == whole.columns
    for column, values in rows(tmp_path, batched).items():
        np.testing.assert_array_equal(values, expected[column])
    assert len(readings) == 1 + (name in READ_AGAIN)
