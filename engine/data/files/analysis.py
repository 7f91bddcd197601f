"""Facts about each column of a table, from which its type is guessed."""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from engine.data.description import MAX_CLASSES, Decimal, Separator, Type
from engine.data.files.label_lists import Lists
from engine.data.files.values import (
    COMPACT,
    DATES,
    cleaned,
    days,
    numbers,
    plain_numbers,
    unit_of,
)

_DATE_START = re.compile(r"\d{1,4}[-/. ]([\d]{1,2}|[A-Za-z]{3,9})|[A-Za-z]{3,9} \d{1,2}, \d{4}")
_MOST_STRAYS = 3
_MANY_NUMBERS = 10
_COMPACT_DATES = (1900_01_01, 2099_12_31)


@dataclass
class Parsed:
    """A batch of cleaned cells, and what they were read as; dates by their format."""

    cells: pl.Series
    numbers: pl.Series | None = None
    days: dict[str, pl.Series] = field(default_factory=dict)


@dataclass
class Facts:
    """What is known about the cells of one column; grows with each batch.

    `values` counts each distinct cell, and is None if there are more than `MAX_CLASSES`.
    `formats` counts the cells that are dates, by their format, once it has `started`. `stray` is
    the first cell that is no number, and its row; `strays` are some of them. `end` is the cell of
    the last row. `counting` is true if the cells are integers, each the next one. `zeros` says that
    integers begin with zeros, and `widths` are the least and the greatest number of their digits;
    `parentheses`, that numbers are in some. `unit` follows the numbers in the first batch.
    """

    decimal: Decimal
    wanted: Type | None = None
    rows: int = 0
    present: int = 0
    numbers: int = 0
    integers: bool = True
    counting: bool = True
    last: float | None = None
    values: Counter[str] | None = field(default_factory=Counter)
    started: bool = False
    formats: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DATES, 0))
    stray: tuple[int, str] | None = None
    strays: set[str] = field(default_factory=set)
    end: str | None = None
    zeros: bool = False
    widths: tuple[int, int] | None = None
    parentheses: bool = False
    unit: str | None = None
    characters: int = 0
    words: int = 0
    lists: Lists = field(default_factory=Lists)

    @property
    def missing(self) -> int:
        """Cells without a value."""
        return self.rows - self.present

    @property
    def distinct(self) -> int | None:
        """The number of distinct values, if it is small."""
        return None if self.values is None else len(self.values)

    @property
    def varies(self) -> bool:
        """Whether there are two different values."""
        return self.values is None or len(self.values) > 1

    @property
    def date_format(self) -> str | None:
        """The format that all cells have; if dates are wanted, the one that most have."""
        best = max(self.formats, key=lambda name: self.formats[name], default=None)
        count = self.formats[best] if best else 0
        return best if count and (count == self.present or self.wanted == "date") else None

    @property
    def are_codes(self) -> bool:
        """Whether the cells are digits, as many in each, and some begin with a zero: “01234”."""
        widths, whole = self.widths, self.integers and self.numbers == self.present
        return self.zeros and whole and widths is not None and widths[0] == widths[1]

    @property
    def has_words_among_numbers(self) -> bool:
        """Whether the cells are many different numbers and a few words, as for what is missing."""
        few = 0 < len(self.strays) <= _MOST_STRAYS and self.numbers >= self.present / 2
        return few and (self.distinct is None or self.distinct > _MANY_NUMBERS)

    @property
    def separator(self) -> Separator | None:
        """What divides the labels in each cell, if the column holds lists of labels."""
        return self.lists.separator(self.distinct)

    def add(self, raw: pl.Series) -> Parsed:
        """Take a batch of cells into account; return what they were read as."""
        plain = plain_numbers(raw, self.decimal) if self._may_be_numbers else None
        parsed = Parsed(cleaned(raw) if plain is None else raw, plain)
        cells = parsed.cells
        present = cells.drop_nulls() if cells.null_count() else cells
        self._count(present)
        found = self._try_numbers(parsed)
        if found < len(present):
            self._try_dates(present, parsed)
            self._try_lists(present)
            self.characters += int(present.str.len_chars().sum())
            self.words += int(present.str.count_matches(" ", literal=True).sum()) + len(present)
        elif found and self.wanted == "date":
            self._try_dates(present, parsed)
        elif found:
            self._try_compact_dates(present, parsed)
        self.end = cells[-1] if len(cells) else self.end
        self.rows += len(cells)
        self.present += len(present)
        return parsed

    def _count(self, present: pl.Series) -> None:
        if self.values is None:
            return
        counts = present.alias("value").value_counts(name="count")
        if counts.height <= MAX_CLASSES:
            self.values.update(dict(counts.iter_rows()))
        if counts.height > MAX_CLASSES or len(self.values) > MAX_CLASSES:
            self.values = None

    @property
    def _may_be_numbers(self) -> bool:
        return not self.present or self.numbers > 0 or self.wanted == "number"

    def _try_numbers(self, parsed: Parsed) -> int:
        """Count the cells that are numbers, and return how many they are."""
        if not self._may_be_numbers:
            self.integers = self.counting = False
            return 0
        cells = parsed.cells
        if parsed.numbers is None:
            parsed.numbers = numbers(cells, self.decimal)
            read = cells.filter(parsed.numbers.is_not_null())
            self.parentheses |= bool(read.str.contains("(", literal=True).any())
        if self.stray is None and parsed.numbers.null_count() > cells.null_count():
            index = int((parsed.numbers.is_null() & cells.is_not_null()).arg_true()[0])
            self.stray = (self.rows + index, str(cells[index]))
        if len(self.strays) <= _MOST_STRAYS and parsed.numbers.null_count() > cells.null_count():
            strays = cells.filter(parsed.numbers.is_null() & cells.is_not_null()).unique()
            self.strays.update(strays.head(_MOST_STRAYS + 1).to_list())
            self.unit = self.unit if self.rows else unit_of(strays)
        values = parsed.numbers.to_numpy()
        found = values if not parsed.numbers.null_count() else values[np.isfinite(values)]
        self.numbers += len(found)
        self.integers = self.integers and bool((found == np.round(found)).all())
        if self.integers and len(found):
            self._look_at_digits(cells)
        self.counting = self.counting and len(found) == len(cells) and self._counts_on(found)
        self.last = float(found[-1]) if len(found) else self.last
        return len(found)

    def _look_at_digits(self, cells: pl.Series) -> None:
        """Find zeros before integers, and how many digits they have: numbers don't tell."""
        lengths = cells.str.len_bytes().drop_nulls().to_numpy()
        least, greatest = self.widths or (int(lengths.min()), 0)
        self.widths = min(least, int(lengths.min())), max(greatest, int(lengths.max()))
        self.zeros = self.zeros or bool(cells.str.contains(r"^0\d+$").any())

    def _counts_on(self, found: np.ndarray) -> bool:
        """Whether each number is the next one after the number before it."""
        steps = np.diff(found) if self.last is None else np.diff(found, prepend=self.last)
        return bool((steps == 1).all())

    def _try_lists(self, present: pl.Series) -> None:
        if self.wanted in (None, "labels") and self.lists.labels:
            self.lists.add(present)

    def _try_compact_dates(self, present: pl.Series, parsed: Parsed) -> None:
        """Read numbers as dates if all are some, such as 20240131."""
        count, values, cells = self.formats.get(COMPACT), parsed.numbers, parsed.cells
        self.formats, self.started = {}, True
        if count is None or values is None or not values.is_between(*_COMPACT_DATES).all():
            return
        read = days(cells, COMPACT)
        if read.null_count() == cells.null_count():
            self.formats = {COMPACT: count + len(present)}
            parsed.days[COMPACT] = read

    def _try_dates(self, present: pl.Series, parsed: Parsed) -> None:
        if not len(present) or not self.formats:
            return
        if not _DATE_START.match(present[0]) and self.wanted != "date":
            self.formats = {}
            return
        if not self.started and self.wanted != "date":
            first = present.head(1)
            self.formats = {name: 0 for name in self.formats if days(first, name).null_count() == 0}
        self.started = True
        for format in list(self.formats):
            read = days(parsed.cells, format)
            count = len(read) - read.null_count()
            if count < len(present) and self.wanted != "date":
                del self.formats[format]
            else:
                self.formats[format] += count
                parsed.days[format] = read
