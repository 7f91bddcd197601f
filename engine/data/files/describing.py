"""From written columns to a description: the data set, the profiles and the notes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.data.catalogue import DataSet, OwnFile, Series, TableFormat
from engine.data.description import (
    ColumnOptions,
    ColumnProfile,
    Description,
    Family,
    Options,
)
from engine.data.files.findings import findings
from engine.data.files.label_lists import label_counts
from engine.data.files.names import identifier, plain_name, uncompressed
from engine.data.files.packing import Packer
from engine.data.files.source import Source
from engine.data.files.statistics import class_counts, histogram, range_of
from engine.data.files.written import Written
from engine.data.stores import rows_file
from engine.data.tasks import task_of
from engine.document import Division
from engine.problems import Problem

MAX_NOTES = 100


def profile(written: Written) -> ColumnProfile:
    """Return the statistics of a column from its stored values."""
    column, part = written.column, written.part
    plain = ColumnProfile(
        name=column.name,
        type=written.type,
        role=column.role,
        missing=written.missing,
        distinct=written.distinct,
    )
    if column.classes:
        return plain.model_copy(update={"counts": class_counts(part, len(column.classes))})
    if column.labels:
        return plain.model_copy(update={"counts": label_counts(part)})
    bounds = range_of(part) if written.type != "text" else None
    if bounds is None:
        return plain
    least, greatest, mean = bounds
    bars = histogram(part, least, greatest)
    update = {"minimum": least, "maximum": greatest, "mean": mean, "histogram": bars}
    return plain.model_copy(update=update)


@dataclass(frozen=True)
class Contents:
    """What was read from a file, and the options that it was read with.

    `first_row` is the number of the first row in the file, and `division` how it is best divided.
    `archive` is how a script reads the same images or texts, `table` how it reads the same table,
    by the places of its columns if `skip` rows come first, and cuts it into a `series`.
    """

    family: Family
    options: Options
    columns: Sequence[Written]
    notes: Sequence[Problem] = ()
    first_row: int = 1
    division: Division = field(default_factory=Division)
    archive: OwnFile | None = None
    table: TableFormat | None = None
    skip: int | None = None
    series: Series | None = None


def describe(source: Source, contents: Contents, packer: Packer) -> Description:
    """Write the columns to a file in the source's folder, and return what it holds."""
    contents = replace(contents, columns=[_in_role(item, source) for item in contents.columns])
    packed = source.scratch / "packed"
    hash = packer.pack(packed)
    packed.replace(rows_file(source.folder, hash))
    columns = tuple(written.column for written in contents.columns)
    title = plain_name(Path(uncompressed(source.name)).stem) or plain_name(source.name)
    data = DataSet(
        id=identifier(title),
        title=title,
        summary=plain_name(source.name),
        task="forecast" if contents.options.windows else task_of(columns),
        rows=contents.columns[0].part.rows,
        columns=columns,
        source=plain_name(source.name),
        hash=hash,
        division=contents.division,
    )
    options = contents.options
    found = [] if options.windows else findings(contents.columns, packer, contents.first_row)
    profiles = tuple(profile(written) for written in contents.columns)
    if options.windows is None:
        used = {
            item.column.name: ColumnOptions(
                type=item.type,
                role=item.column.role,
                separator=item.separator,
                format=item.format,
            )
            for item in contents.columns
        }
        options = options.model_copy(update={"columns": used})
    return Description(
        data=data,
        family=contents.family,
        options=options,
        columns=profiles,
        notes=(*contents.notes[:MAX_NOTES], *found[:MAX_NOTES]),
        archive=contents.archive,
        table=contents.table,
        skip=contents.skip,
        series=contents.series,
    )


def _in_role(written: Written, source: Source) -> Written:
    """Return a column in the role that the options give it."""
    chosen = source.options.columns.get(written.column.name, ColumnOptions()).role
    if chosen is None:
        return written
    return replace(written, column=written.column.model_copy(update={"role": chosen}))
