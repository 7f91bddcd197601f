"""A table of images in their archive: a column of file names, and one of classes, or any others."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from engine.data.catalogue import LabelTable
from engine.data.description import PYTHON_ENCODINGS
from engine.data.files.archive import Archive, Member
from engine.data.files.classes import Labels, labels_of
from engine.data.files.delimited import open_delimited
from engine.data.files.label_lists import Lists
from engine.data.files.names import column_names, plain_name
from engine.data.files.refusal import AT
from engine.data.files.source import Table
from engine.problems import Problem, problem

IMAGE = "image"
"""The name of the column of images."""
_NAMES = ("label", "class", "target", "category", "y")
_TABLES = (".csv", ".tsv")


def table_of_images(
    archive: Archive, members: Sequence[Member]
) -> tuple[Labels | Table | None, list[Problem]]:
    """Return what the first table whose rows name all members says of them, if there is one.

    That are labels if it has one column beside the names of the files, with classes; else its other
    columns, with a row for each member. Notes say why tables are not used, or not all of one.
    """
    notes: list[Problem] = []
    for member in archive.members:
        if not member.name.lower().endswith(_TABLES):
            continue
        table = _table(archive, member)
        cells = _cells(table)
        column, files = _file_column(cells, members)
        rows = [row for item in members if (row := _row(files, item)) is not None]
        if 0 < len(rows) < len(members):
            total = len(members)
            notes.append(
                problem(
                    "table_of_images_left_out",
                    AT,
                    member=member.name,
                    count=len(rows),
                    total=total,
                )
            )
        if not rows or len(rows) < len(members):
            continue
        if len(files) < len(cells):
            count = len(cells) - len(files)
            notes.append(problem("images_named_again", AT, member=member.name, count=count))
        others = cells.drop(column)[rows]
        classes = others.width == 1 and _may_be_classes(archive, others)
        if classes and (labels := _labels(others)):
            return replace(labels, table=_known(member, table, column, others.columns[0])), notes
        if others.width:
            return _joined(archive, table, others), notes
    return None, notes


def _may_be_classes(archive: Archive, cells: pl.DataFrame) -> bool:
    """Whether nobody calls the only column something else, and it holds no lists of labels."""
    (values,) = cells
    given = archive.source.options.columns.get(plain_name(values.name))
    if given and given.type:
        return given.type == "category"
    lists = Lists()
    lists.add(values.filter(values.is_not_null() & (values != "")))
    return lists.separator(values.n_unique()) is None


def _labels(cells: pl.DataFrame) -> Labels | None:
    """The classes in a column; None if no two images share one, and it has no name of labels."""
    (name,) = cells.columns
    labels = labels_of(plain_name(name), [str(cell or "") for cell in cells[name]])
    named = name.lower() in _NAMES
    return labels if labels and (named or len(labels.classes) < len(cells)) else None


def _known(member: Member, table: Table, column: str, label: str) -> LabelTable:
    """How a script reads the labels."""
    return LabelTable(
        path=member.name,
        file=column,
        label=plain_name(label),
        delimiter=table.options.delimiter or ",",
        encoding=PYTHON_ENCODINGS[table.options.encoding or "utf-8"],
    )


def _joined(archive: Archive, table: Table, cells: pl.DataFrame) -> Table:
    """The columns of a table, with a row for each image."""
    source = archive.source
    names = column_names([IMAGE, *cells.columns])[1:]
    options = source.options.model_copy(update={"decimal": table.decimal})
    return Table(source.name, tuple(names), options, lambda: iter([cells]), source.limits)


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
