"""Guesses how a table in text is written: its delimiter, decimal mark and header."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import dropwhile, islice
from pathlib import Path

from engine.data.description import Decimal, Delimiter
from engine.data.files.values import AROUND, looks_like_value
from engine.data.tables import rows_of

_MARKS: tuple[Delimiter, ...] = (",", ";", "\t", "|")
_SAMPLE = 1 << 18
_ROWS = 200
_ALIKE = 0.95
_COMMA_NUMBER = re.compile(r"[+-]?(\d{1,3}([. '’\u00a0\u202f]\d{3})+|\d*),\d+")
_POINT_NUMBER = re.compile(r"[+-]?(\d{1,3}([, '’\u00a0\u202f]\d{3})+|\d*)\.\d+")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+")
_FIELD_LIMIT = 1 << 24

Rows = Sequence[Sequence[str]]


def sample_rows(path: Path, delimiter: Delimiter, limit: int = _ROWS) -> list[list[str]]:
    """Return the first rows of a file in UTF-8."""
    csv.field_size_limit(_FIELD_LIMIT)
    text = _head(path)
    rows = [row for row in islice(rows_of(io.StringIO(text, newline=""), delimiter), limit) if row]
    cut = len(text) >= _SAMPLE and 1 < len(rows) < limit
    return rows[:-1] if cut else rows


def _head(path: Path) -> str:
    """The first lines; their lengths have been checked."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read(_SAMPLE) + file.readline()


def guess_delimiter(path: Path) -> Delimiter:
    """The delimiter that splits most of the first rows into the same number of values.

    Spaces divide where nothing else does, or only commas that the first row lacks, and the cells
    are those of a table.
    """
    scores = {mark: _score(sample_rows(path, mark)) for mark in _MARKS}
    best: Delimiter = max(scores, key=lambda mark: scores[mark])
    spaced = sample_rows(path, " ")
    if scores[best] > (0.0, 0) and (best != "," or any("," in cell for cell in spaced[0])):
        return best
    return " " if _are_spaced(spaced) else ","


def _score(rows: Rows) -> tuple[float, int]:
    """The part of the rows that has the commonest width, and that width; 0 without a delimiter."""
    if not rows:
        return 0.0, 0
    (width, count), *_ = Counter(len(row) for row in rows).most_common(1)
    return (count / len(rows), width) if width > 1 else (0.0, 0)


def guess_decimal(rows: Rows, delimiter: Delimiter) -> Decimal:
    """A comma if more numbers have one than have a point; “1,234” alone is a thousand."""
    cells = [re.sub(AROUND, "", cell.strip(" ()")) for row in rows for cell in row]
    points = sum(1 for cell in cells if _POINT_NUMBER.fullmatch(cell))
    commas = [cell for cell in cells if _COMMA_NUMBER.fullmatch(cell)]
    certain = sum(1 for cell in commas if not _THOUSANDS.fullmatch(cell))
    if delimiter == ";" and commas and not points:
        return ","
    return "," if certain > points else "."


def counts_rows(rows: Rows) -> int | None:
    """Return how many rows the first line says there are, and how many columns, if it does.

    Such as “150,4,setosa,versicolor,virginica” before rows of four numbers and the number of a
    class, as scikit-learn writes its files.
    """
    (count, width, *names), rest = [*rows[0], "", ""], rows[1:]
    names = [name for name in names if name]
    if not (count.isdecimal() and width.isdecimal() and names and rest):
        return None
    cells = {cell for row in rest for cell in row}
    if any(looks_like_value(name, ".") for name in names):
        return None
    plain = all(_PLAIN_NUMBER.fullmatch(cell.strip()) for cell in cells)
    fits = {len(row) for row in rest} == {int(width) + 1}
    return int(count) if plain and fits else None


def is_table(path: Path) -> bool:
    """Whether the first rows of a text have the same number of values, and some are no words."""
    with path.open("rb") as file:
        text = file.read(_SAMPLE).decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if line.strip()]
    if any(_are_table([*islice(rows_of(lines, mark), _ROWS)]) for mark in _MARKS):
        return True
    return _are_spaced([row for row in islice(rows_of(lines, " "), _ROWS) if row])


def _are_table(rows: Rows) -> bool:
    """Whether rows have the same width, and some cells are no words."""
    share, _ = _score(rows)
    cells = (looks_like_value(cell.strip(), ".") for row in rows[1:] for cell in row)
    return share > _ALIKE and any(cells)


def _are_spaced(rows: Rows) -> bool:
    """Whether all rows have the same width, the first one too, and most cells are numbers.

    So “2024-01-31 12:00” under the name of its column stays one cell, and so does “1 234”. Comments
    may come first, and the first row may lack a name for those of the rows, as R writes it.
    """
    rows = [*dropwhile(lambda row: row[0].startswith("#"), rows)]
    share, width = _score(rows[1:] if len(rows) > 1 else rows)
    if len(rows) > 1 and len(rows[0]) not in (width, width - 1):
        return False
    if len(rows) > 1 and len(rows[0]) == width - 1 == 1:
        return False
    cells = [cell for row in rows[1:] for cell in row]
    written = (_PLAIN_NUMBER, _COMMA_NUMBER)
    numbers = sum(1 for cell in cells if any(form.fullmatch(cell) for form in written))
    return share == 1 and width > 1 and numbers > len(cells) / 2
