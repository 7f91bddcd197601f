"""What every reader gets, and the table that the readers of tables make of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from engine.data.catalogue import TableFormat
from engine.data.description import Decimal, Options
from engine.data.files.limits import Limits
from engine.problems import Problem

_CELLS = 500_000
"""Cells of one batch: about 30 MB."""


@dataclass(frozen=True)
class Source:
    """A file to be read. `scratch` is an empty folder for temporary files, named by the readers.

    `name` is what the person calls the file. The columns are written to `folder`.
    """

    path: Path
    name: str
    scratch: Path
    folder: Path
    options: Options
    limits: Limits

    def at(self, path: Path) -> "Source":
        """Return the same source with its content in another file."""
        return replace(self, path=path)

    def with_options(self, **used: Any) -> "Source":
        """Return the same source with some options chosen."""
        return replace(self, options=self.options.model_copy(update=used))


@dataclass(frozen=True)
class Table:
    """A table of text cells: `batches` reads it from the start, with its columns as in `names`.

    `options` are those that it is read with, `notes` say what was left out, and `first_row` is the
    number of its first row in the file, for messages. `format` is how scripts read it, if they
    can, by the names of its columns or, after `skip` rows, by their places.
    """

    file: str
    names: tuple[str, ...]
    options: Options
    batches: Callable[[], Iterator[pl.DataFrame]]
    limits: Limits
    first_row: int = 1
    notes: tuple[Problem, ...] = ()
    format: TableFormat | None = None
    skip: int | None = None

    @property
    def decimal(self) -> Decimal:
        """The decimal mark of its numbers."""
        return self.options.decimal or "."


def batch_rows(columns: int) -> int:
    """Return how many rows of a table to read at once."""
    return max(1_000, _CELLS // max(columns, 1))
