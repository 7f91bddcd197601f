"""Labels of images from a table in their archive: a column of file names, and one of classes."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from engine.data.catalogue import LabelTable
from engine.data.description import PYTHON_ENCODINGS
from engine.data.files.archive import Archive, Member
from engine.data.files.classes import Labels, labels_of
from engine.data.files.delimited import open_delimited
from engine.data.files.names import plain_name
from engine.data.files.refusal import AT
from engine.data.files.source import Table
from engine.problems import Problem, problem

_NAMES = ("label", "class", "target", "category", "y")
_TABLES = (".csv", ".tsv")


def table_labels(
    archive: Archive, members: Sequence[Member]
) -> tuple[Labels | None, list[Problem]]:
    """Return the labels by the first table whose rows name all members, if there is one.

    Notes say why tables that name members don't label them.
    """
    notes: list[Problem] = []
    for member in archive.members:
        if not member.name.lower().endswith(_TABLES):
            continue
        table = _table(archive, member)
        cells = _cells(table)
        column, files = _file_column(cells, members)
        count = sum(_row(files, item) is not None for item in members)
        if count == len(members) and (labels := _label_column(cells, files, members)):
            known = LabelTable(
                path=member.name,
                file=column,
                label=labels.name,
                delimiter=table.options.delimiter or ",",
                encoding=PYTHON_ENCODINGS[table.options.encoding or "utf-8"],
            )
            return replace(labels, table=known), []
        if count == len(members):
            notes.append(problem("labels_left_out", AT, member=member.name))
        elif count:
            total = len(members)
            notes.append(
                problem("labels_left_out.some", AT, member=member.name, count=count, total=total)
            )
    return None, notes


def _table(archive: Archive, member: Member) -> Table:
    path = archive.source.scratch / "labels"
    path.write_bytes(archive.read(member))
    return open_delimited(archive.source.at(path))


def _cells(table: Table) -> pl.DataFrame:
    batches = [
        batch.rename(dict(zip(batch.columns, table.names, strict=True)))
        for batch in table.batches()
    ]
    return pl.concat(batches) if batches else pl.DataFrame()


def _keys(member: Member) -> tuple[str, ...]:
    """How a table may name a member: its path, its name, or its name without the ending."""
    return member.name, member.path.name, member.path.stem


def _file_column(cells: pl.DataFrame, members: Sequence[Member]) -> tuple[str, dict[str, int]]:
    """The column that names the most members, and the row of each file."""
    columns = [
        (column.name, {str(cell): row for row, cell in enumerate(column)}) for column in cells
    ]

    def named(column: tuple[str, dict[str, int]]) -> int:
        return sum(_row(column[1], member) is not None for member in members)

    return max(columns, key=named, default=("", {}))


def _row(rows: dict[str, int], member: Member) -> int | None:
    known = [rows[key] for key in _keys(member) if key in rows]
    return known[0] if known else None


def _label_column(
    cells: pl.DataFrame, files: dict[str, int], members: Sequence[Member]
) -> Labels | None:
    """The column with the name of a label, or else the first one that has classes."""
    named = [name for name in cells.columns if name.lower() in _NAMES]
    for name in [*named, *cells.columns]:
        rows = [_row(files, member) for member in members]
        values = [str(cells[name][row] or "") for row in rows if row is not None]
        labels = labels_of(plain_name(name), values)
        if labels and (name in named or len(labels.classes) < len(members)):
            return labels
    return None
