"""The first reading of a table: facts about each column, from which its type is guessed."""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from engine.data.description import MAX_CLASSES, ColumnOptions, Decimal, Separator, Type
from engine.data.files.label_lists import Lists
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Table
from engine.data.files.values import DATES, cleaned, days, numbers
from engine.problems import problem

MAX_BATCH = 2_000_000_000
"""Bytes of the text in one batch."""
_DATE_START = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")


@dataclass
class Facts:
    """What is known about the cells of one column; grows with each batch.

    `values` counts each distinct cell, and is None if there are more than `MAX_CLASSES`.
    `formats` counts the cells that are dates, by their format. `stray` is the first cell that is no
    number, and its row. `counting` is true if the cells are integers, each the next one.
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
    formats: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DATES, 0))
    stray: tuple[int, str] | None = None
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
    def separator(self) -> Separator | None:
        """What divides the labels in each cell, if the column holds lists of labels."""
        return self.lists.separator(self.distinct)

    def add(self, cells: pl.Series) -> None:
        """Take a batch of cleaned cells into account."""
        present = cells.drop_nulls() if cells.null_count() else cells
        self._count(present)
        found = self._try_numbers(cells)
        if found < len(present):
            self._try_dates(present)
            self._try_lists(present)
            self.characters += int(present.str.len_chars().sum())
            self.words += int(present.str.count_matches(" ", literal=True).sum()) + len(present)
        elif found:
            self.formats = {}
        self.rows += len(cells)
        self.present += len(present)

    def _count(self, present: pl.Series) -> None:
        if self.values is None:
            return
        counts = present.alias("value").value_counts(name="count")
        if counts.height <= MAX_CLASSES:
            self.values.update(dict(counts.iter_rows()))
        if counts.height > MAX_CLASSES or len(self.values) > MAX_CLASSES:
            self.values = None

    def _try_numbers(self, cells: pl.Series) -> int:
        """Count the cells that are numbers, and return how many they are."""
        if self.present and not self.numbers and self.wanted != "number":
            self.integers = self.counting = False
            return 0
        parsed = numbers(cells, self.decimal)
        if self.stray is None and parsed.null_count() > cells.null_count():
            index = int((parsed.is_null() & cells.is_not_null()).arg_true()[0])
            self.stray = (self.rows + index, str(cells[index]))
        values = parsed.to_numpy()
        found = values[np.isfinite(values)]
        self.numbers += len(found)
        self.integers = self.integers and bool((found == np.round(found)).all())
        steps = np.diff(found) if self.last is None else np.diff(found, prepend=self.last)
        self.counting = self.counting and len(found) == len(cells) and bool((steps == 1).all())
        self.last = float(found[-1]) if len(found) else self.last
        return len(found)

    def _try_lists(self, present: pl.Series) -> None:
        if self.wanted in (None, "labels") and self.lists.labels:
            self.lists.add(present)

    def _try_dates(self, present: pl.Series) -> None:
        if not len(present) or not self.formats:
            return
        if not _DATE_START.match(present[0]) and self.wanted != "date":
            self.formats = {}
            return
        for format in list(self.formats):
            count = len(present) - days(present, format).null_count()
            if count < len(present) and self.wanted != "date":
                del self.formats[format]
            else:
                self.formats[format] += count


def _check_text(table: Table, batch: pl.DataFrame) -> None:
    """Refuse texts that share their bytes in the file, and would take much more in memory."""
    size = sum(batch.select(pl.all().str.len_bytes().sum()).row(0))
    if size > MAX_BATCH:
        raise RefusedFileError(
            problem("file_too_large", AT, file=table.file, size=size, limit=MAX_BATCH)
        )


def _facts(decimal: Decimal, options: ColumnOptions) -> Facts:
    """Return the facts about a column of which nothing is known yet but the options."""
    lists = Lists(wanted=options.type == "labels")
    if options.separator:
        lists.labels = {options.separator: Counter()}
    return Facts(decimal, options.type, lists=lists)


def analyse(table: Table) -> list[Facts]:
    """Read a table once and return the facts about its columns.

    Raises RefusedFileError for a table without rows, and for one that exceeds the limits.
    """
    options = table.options.columns
    facts = [_facts(table.decimal, options.get(name, ColumnOptions())) for name in table.names]
    rows = 0
    for batch in table.batches():
        table.limits.check_time(table.file)
        rows += batch.height
        table.limits.check_rows(table.file, rows)
        table.limits.check_bytes(table.file, rows * len(facts) * 4)
        _check_text(table, batch)
        for column, cells in zip(facts, cleaned(batch), strict=True):
            column.add(cells)
    if not rows:
        raise RefusedFileError(problem("file_has_no_rows", AT, file=table.file))
    return facts
