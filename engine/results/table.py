"""Writes the predictions of all rows as a CSV file, block by block."""

import csv
from collections.abc import Iterable, Sequence
from math import prod
from pathlib import Path
from types import TracebackType

import numpy as np

from engine.results.collecting import Collector
from engine.results.kinds import Compared, errors_of, names_of

MOST_BYTES = 1 << 28
"""The longest table: rows beyond it are left out, and `complete` is false."""
MOST_VALUES = 64
"""Values of a row that have columns of their own; of a row with more, only the error is written."""
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


class PredictionsTable:
    """A CSV file with a line for each row: its number (from 1), and the columns of each output."""

    def __init__(self, path: Path, collectors: Sequence[Collector]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._collectors = collectors
        self._writer = csv.writer(self._file)
        self._headed = False
        self.complete = True

    def __enter__(self) -> "PredictionsTable":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, numbers: np.ndarray, blocks: Sequence[Compared | None]) -> None:
        """Write rows; outputs without a block have no columns."""
        if self._file.tell() > MOST_BYTES:
            self.complete = False
            return
        parts = [
            columns_of(collector, rows, alone=len(self._collectors) == 1)
            for collector, rows in zip(self._collectors, blocks, strict=True)
            if rows is not None
        ]
        columns = [("row", (numbers + 1).tolist()), *(column for part in parts for column in part)]
        if not self._headed:
            self._writer.writerow([safe(name) for name, _ in columns])
            self._headed = True
        self._writer.writerows(zip(*(values for _, values in columns), strict=True))


Column = tuple[str, Iterable[object]]


def columns_of(collector: Collector, rows: Compared, *, alone: bool) -> list[Column]:
    """Return the columns of one output, named after it unless it is the only one."""
    return [
        (name if alone else f"{collector.name} {name}", values)
        for name, values in _columns(collector, rows)
    ]


def _columns(collector: Collector, rows: Compared) -> list[Column]:
    names, kind = names_of(collector.column), collector.kind
    actual, predicted = rows
    error: Column = ("error", _written(errors_of(kind, rows)))
    if kind == "classes":
        words = [safe(_class(names, at)) for at in range(predicted.shape[1])]
        guesses = predicted.argmax(axis=1)
        return [
            ("actual", [words[at] for at in actual]),
            ("predicted", [words[at] for at in guesses]),
            ("confidence", _written(predicted.max(axis=1))),
            error,
            *_each(words, predicted),
        ]
    if kind == "labels":
        return [
            ("actual", _labels(names, actual)),
            ("predicted", _labels(names, predicted)),
            error,
            *_each(names, predicted),
        ]
    if kind == "places":
        return [
            ("actual", _places(names, actual)),
            ("predicted", _places(names, predicted)),
            error,
        ]
    if prod(actual.shape[1:]) > MOST_VALUES:
        return [error]
    flat, guesses = (array.reshape(len(array), -1) for array in rows)
    count = flat.shape[1]
    labels = list(names) if len(names) == count else [str(at + 1) for at in range(count)]
    several = count > 1
    return [
        column
        for at, label in enumerate(labels)
        for column in (
            (f"actual {label}" if several else "actual", _written(flat[:, at])),
            (f"predicted {label}" if several else "predicted", _written(guesses[:, at])),
        )
    ] + [error]


def _each(words: Sequence[str], scores: np.ndarray) -> list[Column]:
    if scores.shape[1] > MOST_VALUES:
        return []
    return [(word, _written(scores[:, at])) for at, word in enumerate(words)]


def _class(names: Sequence[str], at: int) -> str:
    return names[at] if 0 <= at < len(names) else str(at)


def _labels(names: Sequence[str], values: np.ndarray) -> list[str]:
    chosen = values > 0.5  # noqa: PLR2004
    return [safe("; ".join(name for name, has in zip(names, row, strict=True) if has))
            for row in chosen]  # fmt: skip


def _places(names: Sequence[str], values: np.ndarray) -> list[str]:
    """The classes of a short row; a long one, such as a mask, has only its error."""
    if prod(values.shape[1:]) > MOST_VALUES:
        return [""] * len(values)
    flat = values.reshape(len(values), -1).tolist()
    return [safe(" ".join(_class(names, at) for at in row)) for row in flat]


def _written(values: np.ndarray) -> list[str]:
    return [f"{value:.6g}" for value in values.tolist()]
