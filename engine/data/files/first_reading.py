"""The first reading of a table: facts about columns, and their values where they can be stored."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import polars as pl

from engine.data.description import ColumnOptions, Decimal
from engine.data.files.analysis import Facts
from engine.data.files.drafts import Draft
from engine.data.files.label_lists import Lists
from engine.data.files.packing import Packer
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Table
from engine.data.files.values import DATES, dates, swapped
from engine.problems import problem

MAX_BATCH = 2_000_000_000
"""Bytes of the text in one batch."""

T = TypeVar("T")


def analyse(table: Table, scratch: Path) -> list[Draft]:
    """Read a table once and return what is known about its columns.

    Values are stored in a folder within `scratch`. Raises RefusedFileError for a table without
    rows, and for one that exceeds the limits.
    """
    options = table.options.columns
    folder = scratch / "drafts"
    folder.mkdir()
    packer = Packer(folder)
    drafts = [
        Draft(_facts(table.decimal, options.get(name, ColumnOptions())), packer)
        for name in table.names
    ]
    rows = 0
    for batch in ahead(_checked(table)):
        rows += batch.height
        table.limits.check_rows(table.file, rows)
        table.limits.check_bytes(table.file, rows * len(drafts) * 4)
        for draft, cells in zip(drafts, batch, strict=True):
            draft.add(cells)
    if not rows:
        raise RefusedFileError(problem("file_has_no_rows", AT, file=table.file))
    return drafts


def ahead(values: Iterator[T]) -> Iterator[T]:
    """Yield the values of an iterator while another thread makes the next one."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, values, None)
        while (value := coming.result()) is not None:
            coming = thread.submit(next, values, None)
            yield value


def _checked(table: Table) -> Iterator[pl.DataFrame]:
    """Refuse texts that share their bytes in the file, and would take much more in memory."""
    for batch in table.batches():
        table.limits.check_time(table.file)
        size = sum(batch.select(pl.all().str.len_bytes().sum()).row(0))
        if size > MAX_BATCH:
            raise RefusedFileError(
                problem("file_too_large", AT, file=table.file, size=size, limit=MAX_BATCH)
            )
        yield batch


def _facts(decimal: Decimal, options: ColumnOptions) -> Facts:
    """Return the facts about a column of which nothing is known yet but the options."""
    lists = Lists(wanted=options.type == "labels")
    if options.separator:
        lists.labels = {options.separator: Counter()}
    forms = (options.format, swapped(options.format)) if options.format in DATES else dates(decimal)
    return Facts(decimal, options.type, lists=lists, formats=dict.fromkeys(forms, 0))
