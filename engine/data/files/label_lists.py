"""Columns of lists: each cell names several labels, such as “action;comedy” or a JSON list."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import polars as pl

from engine.data.catalogue import Column
from engine.data.description import Separator
from engine.data.files.names import plain_name
from engine.data.files.packing import Part

MAX_LABELS = 256
"""The most labels of a column."""
SEPARATORS: tuple[Separator, ...] = ("json", ";", "|", ",")
"""What lists are divided by, in the order in which it is tried."""
_GUESSED = 64
"""The most labels of a column that nobody has called one of labels."""
_SHARE, _REPEATS = 0.2, 3
_LONG = 40
_SAMPLE = 200
_CHUNK = 1 << 22

_Counts: TypeAlias = Counter[str]


@dataclass
class Lists:
    """What is known about the labels in the cells of a column, by what may divide them.

    `several` counts the cells with more than one label. A separator that does not fit is dropped;
    if labels are `wanted`, only for what can't be read.
    """

    wanted: bool = False
    cells: int = 0
    labels: dict[Separator, _Counts] = field(
        default_factory=lambda: {separator: Counter() for separator in SEPARATORS}
    )
    several: _Counts = field(default_factory=Counter)

    def add(self, present: pl.Series) -> None:
        """Take a batch of cells that are not missing into account."""
        for separator in [*self.labels]:
            first = not self.cells and not self.wanted
            if first and not self._fits(separator, present.head(_SAMPLE)):
                del self.labels[separator]
                continue
            rows = split(present, separator)
            if rows is None:
                del self.labels[separator]
                continue
            self.several[separator] += int((rows.list.len() > 1).sum())
            counts = rows.explode().drop_nulls().alias("label").value_counts(name="count")
            known = self.labels[separator]
            if counts.height <= MAX_LABELS:
                known.update(dict(counts.iter_rows()))
            if counts.height > MAX_LABELS or len(known) > MAX_LABELS:
                del self.labels[separator]
        self.cells += len(present)

    def separator(self, distinct: int | None) -> Separator | None:
        """Return what divides the labels; None if the column holds none, or too many.

        `distinct` is the number of different cells, if it is small.
        """
        if self.wanted:
            return max(self.labels, key=lambda name: self.several[name], default=None)
        return next((name for name in self.labels if self._are_clear(name, distinct)), None)

    def _fits(self, separator: Separator, sample: pl.Series) -> bool:
        rows = split(sample, separator)
        if rows is None or not (rows.list.len() > 1).any():
            return False
        return bool(rows.explode().str.len_chars().max() <= _LONG)  # type: ignore[operator]

    def _are_clear(self, separator: Separator, distinct: int | None) -> bool:
        """Whether few labels are repeated, in lists: unlike “Boston, Massachusetts”."""
        labels = self.labels[separator]
        if not 1 < len(labels) <= _GUESSED or self.several[separator] < _SHARE * self.cells:
            return False
        if separator == "," and distinct is not None and distinct <= len(labels):
            return False
        return labels.total() >= _REPEATS * len(labels)


def split(cells: pl.Series, separator: Separator) -> pl.Series | None:
    """Return the labels of each cell, without empty ones; None if a cell is no list."""
    if separator == "json":
        return _from_json(cells)
    words = cells.str.split(separator)
    return words.list.eval(
        pl.element().str.replace_all(r"\s+", " ").str.strip_chars().replace("", None).drop_nulls()
    )


def _from_json(cells: pl.Series) -> pl.Series | None:
    rows: list[list[str] | None] = []
    for cell in cells:
        if cell is None:
            rows.append(None)
            continue
        try:
            values = json.loads(cell) if cell.startswith("[") else None
        except (ValueError, RecursionError):
            return None
        if not isinstance(values, list) or any(isinstance(item, list | dict) for item in values):
            return None
        words = (str(item) for item in values if item is not None)
        rows.append([word for text in words if (word := " ".join(text.split()))])
    return pl.Series(rows, dtype=pl.List(pl.String))


def label_column(name: str, labels: Sequence[str]) -> Column:
    """Return a column without a role whose values say which of these labels a row has."""
    named = tuple(plain_name(label) for label in labels)
    return Column(name=name, shape=(len(named),), dtype="uint8", labels=named)


def many_hot(cells: pl.Series, separator: Separator, labels: Sequence[str]) -> np.ndarray:
    """Return 1 for each label that a cell names, and 0 for the others."""
    rows = split(cells, separator)
    assert rows is not None  # the first reading has split the same cells
    numbers = {label: number for number, label in enumerate(labels)}
    values = np.zeros((len(cells), len(labels)), "uint8")
    for row, words in enumerate(rows):
        for word in words if words is not None else ():
            values[row, numbers[word]] = 1
    return values


def label_counts(part: Part) -> tuple[int, ...]:
    """Return how many rows have each label."""
    width = part.shape[0]
    counts = np.zeros(width, "int64")
    step = max(1, _CHUNK // width) * width
    with part.file.open("rb") as file:
        while piece := file.read(step):
            counts += np.frombuffer(piece, "uint8").reshape(-1, width).sum(axis=0, dtype="int64")
    return tuple(counts.tolist())
