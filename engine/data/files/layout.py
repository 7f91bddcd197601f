"""Where the rows of a table begin: what precedes its header, and which rows name its columns."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from engine.data.description import Decimal
from engine.data.files.refusal import AT
from engine.data.files.values import is_missing, looks_like_value, numbers
from engine.problems import Problem, problem

_MOST_BEFORE = 100
_MOST_EXTRA = 100
_LEAST_SHARE = 0.5
_NUMBERED = 3
_LONGEST = 80
_YEARS = range(1900, 2101)

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Layout:
    """The rows `before` a table, such as titles, those of its `header`, and the columns' names.

    `by_place` says that the header alone does not name all columns. Rows may end with `extra` empty
    cells, after a delimiter that the header has not.
    """

    before: int
    header: int
    names: tuple[str, ...]
    by_place: bool = False
    extra: int = 0

    @property
    def first_row(self) -> int:
        """How many rows come before the first one with values."""
        return self.before + self.header


def layout(
    rows: Rows, decimal: Decimal, before: int | None = None, header: bool | None = None
) -> Layout:
    """Return the layout of the first rows of a table; `before` and `header` as a person says."""
    count = rows_before(rows, decimal) if before is None else min(before, len(rows) - 1)
    table = rows[count:]
    width = max(len(table[0]), _width(table))
    if not (guess_header(table, decimal) if header is None else header):
        return Layout(count, 0, ("",) * width, by_place=True)
    first = [*table[0]]
    extra = _empty_ends(table)
    if width == len(first) + 1 and not extra:
        return Layout(count, 1, ("", *first), by_place=True)
    if _has_second_header(table, decimal):
        return Layout(count, 2, _joined(first, table[1]), by_place=True)
    return Layout(count, 1, tuple(first), by_place=count > 0, extra=extra)


def left_out(found: Layout, rows: Rows) -> tuple[Problem, ...]:
    """Notes on rows above the header that were left out, and on a header of two rows."""
    notes = []
    if found.before:
        line = ", ".join(cell.strip() for cell in rows[0] if cell.strip())[:_LONGEST]
        notes.append(problem("rows_above_header", AT, count=found.before, line=line))
    if found.header > 1:
        notes.append(problem("header_of_two_rows", AT, name=found.names[-1][:_LONGEST]))
    return tuple(notes)


def rows_before(rows: Rows, decimal: Decimal) -> int:
    """Return how many rows precede the table: comments, and rows with fewer cells than most."""
    width = _width(rows)
    for index, row in enumerate(rows[:_MOST_BEFORE]):
        rest = rows[index + 1 :]
        if _is_comment(row, width) and rest:
            continue
        if len(row) >= width and not _is_title(row, rest, decimal):
            return index
        if len(row) == width - 1 and not _is_title_above(rest, decimal):
            return index
    return 0


def _width(rows: Rows) -> int:
    """The commonest number of cells; that of the first row if none is common."""
    ((width, count),) = Counter(map(len, rows)).most_common(1)
    return width if count >= _LEAST_SHARE * len(rows) else len(rows[0])


def _is_comment(row: Sequence[str], width: int) -> bool:
    return row[0].lstrip().startswith("#") and (len(row) != width or width == 1)


def _is_title(row: Sequence[str], rest: Rows, decimal: Decimal) -> bool:
    """Whether a row has one cell alone, above a row of names."""
    filled = sum(1 for cell in row if cell.strip())
    return filled == 1 < len(row) and _is_title_above(rest, decimal)


def _is_title_above(rest: Rows, decimal: Decimal) -> bool:
    return len(rest) > 1 and len(rest[0]) > 1 and guess_header(rest, decimal)


def _empty_ends(rows: Rows) -> int:
    """How many cells without a value rows have after those of the first row; 0 if some have one."""
    width = len(rows[0])
    ends = [row[width:] for row in rows if len(row) > width]
    has_values = any(cell.strip() for cells in ends for cell in cells)
    longest = max(map(len, ends), default=0)
    return 0 if has_values or longest > _MOST_EXTRA else longest


def _has_second_header(rows: Rows, decimal: Decimal) -> bool:
    """Whether the second row has words, such as units, where all below have numbers."""
    if len(rows) <= _NUMBERED or any(looks_like_value(cell.strip(), decimal) for cell in rows[1]):
        return False
    words = [place for place, cell in enumerate(rows[1]) if not is_missing(cell)]
    below = (
        [row[place] for row in rows[2:] if place < len(row) and not is_missing(row[place])]
        for place in words
    )
    return sum(1 for cells in below if cells and _are_numbers(cells, decimal)) > 1


def _are_numbers(cells: Sequence[str], decimal: Decimal) -> bool:
    return numbers(pl.Series(cells).str.strip_chars(), decimal).null_count() == 0


def _joined(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    """The names of a header of two rows; an empty cell of the first one repeats that before it."""
    names, above = [], ""
    for place, below in enumerate(second):
        cell = first[place].strip() if place < len(first) else ""
        above = cell or above
        names.append(f"{above} {below}")
    return (*names, *first[len(second) :])


def guess_header(rows: Rows, decimal: Decimal) -> bool:
    """Whether the first row holds names: no number, date or missing value, and nothing twice.

    A first row whose values come again in their columns is one like the others. Years may be names,
    and so may places from 0, which pandas writes for columns without names.
    """
    if not rows:
        return False
    first, rest = [cell.strip() for cell in rows[0]], rows[1:]
    values = [cell for cell in first if looks_like_value(cell, decimal)]
    if values:
        return bool(rest) and _are_numbered(values)
    if all(is_missing(cell) for cell in first):
        return False
    columns = _columns(rest, len(first))
    if any(looks_like_value(cell, decimal) for cells in columns for cell in cells):
        return True
    repeated = sum(cell in cells for cell, cells in zip(first, columns, strict=True))
    return repeated == 0


def _are_numbered(names: Sequence[str]) -> bool:
    """Whether names are years or places that follow each other."""
    if len(names) < _NUMBERED or not all(name.isdecimal() for name in names):
        return False
    found = [int(name) for name in names]
    follow = {after - before for before, after in pairwise(found)} == {1}
    return follow and (found[0] == 0 or (found[0] in _YEARS and found[-1] in _YEARS))


def _columns(rows: Rows, width: int) -> list[set[str]]:
    return [{row[index].strip() for row in rows if index < len(row)} for index in range(width)]
