"""What a person's file holds: its data set, the options it was read with, and each column.

These are the types that are sent; engine.data.files computes the values. No heavy imports.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from engine.data.catalogue import DataSet, OwnFile, Role, Series, TableFormat, TextTable
from engine.problems import Problem
from engine.values import Frozen, Name

Type: TypeAlias = Literal[
    "number", "category", "text", "date", "image", "mask", "labels", "series", "array"
]
Family: TypeAlias = Literal["table", "arrays", "images", "texts"]
Delimiter: TypeAlias = Literal[",", ";", "\t", "|", " "]
"""What divides the cells of a row; a space stands for any number of spaces and tabs."""
Separator: TypeAlias = Literal[";", ",", "|", "json"]
"""What divides the labels in a cell; “json” is a list of texts in JSON."""
Decimal: TypeAlias = Literal[".", ","]
Encoding: TypeAlias = Literal["utf-8", "utf-16", "utf-16-le", "windows-1252"]

MAX_CLASSES = 1_000
"""The most distinct values of a column of categories."""
MAX_SIDE = 1_024
"""The longest side of stored images, in pixels."""


class ColumnOptions(Frozen):
    """How one column is read; None is a guess. A role “other” leaves it out of the model.

    `separator` divides labels; `format` is that of dates, as polars writes it.
    """

    type: Type | None = None
    role: Role | None = None
    separator: Separator | None = None
    format: Annotated[str, Field(max_length=40)] | None = None


class Windows(Frozen):
    """How rows that follow each other are cut into windows; what is None is chosen.

    `past` steps are known, and the `future` steps after them are predicted; windows begin `step`
    rows apart. Of a table, the column `target` is forecast from `columns`: all columns of numbers
    but those in `left_out`.
    """

    past: Annotated[int, Field(ge=1, le=10_000)] | None = None
    future: Annotated[int, Field(ge=1, le=1_000)] | None = None
    step: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    target: Name | None = None
    columns: tuple[Name, ...] = ()
    left_out: tuple[Name, ...] = ()


Side: TypeAlias = Annotated[int, Field(ge=1, le=MAX_SIDE)]


class Options(Frozen):
    """How a file is read; each value that is None is guessed from the file, except `windows`.

    `size` is the height and the width of images in pixels. `sheet` is one of a workbook. Columns
    are named as in the data set. `skip` rows of a table precede its header. `windows` makes a
    series of the rows of a table, or of the characters of a text; `columns` then are those of the
    table. If they are None, there are none; if they are left out, a plain text of some length has
    windows of its characters.
    """

    delimiter: Delimiter | None = None
    decimal: Decimal | None = None
    encoding: Encoding | None = None
    header: bool | None = None
    skip: Annotated[int, Field(ge=0, le=1_000)] | None = None
    sheet: Name | None = None
    size: tuple[Side, Side] | None = None
    colour: bool | None = None
    windows: Windows | None = None
    columns: dict[str, ColumnOptions] = {}


class ColumnProfile(Frozen):
    """One column: its type, and statistics of all rows.

    `distinct` is the number of distinct values, None if there are more than `MAX_CLASSES`.
    `counts` are the rows of each class or label; `histogram` counts the values in equal intervals
    from `minimum` to `maximum`. Missing values are NaN, a class of their own, or an empty text.
    """

    name: str
    type: Type
    role: Role
    missing: int = 0
    distinct: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    counts: tuple[int, ...] = ()
    histogram: tuple[int, ...] = ()


class Description(Frozen):
    """What a file holds. `options` are those that it was read with: given, or guessed.

    `notes` say what was changed or left out while reading. `archive` is how a script reads the same
    images or texts from the file, and `table` in which format it reads the same table, if it can:
    by the names of its columns, or by their places after `skip` rows, cut into a `series` perhaps.
    The table may be a `member` of an archive, or the whole of a compressed file, of no name.
    """

    data: DataSet
    family: Family
    options: Options
    columns: tuple[ColumnProfile, ...]
    notes: tuple[Problem, ...] = ()
    archive: OwnFile | None = None
    table: TableFormat | None = None
    skip: int | None = None
    series: Series | None = None
    member: str | None = None


PYTHON_ENCODINGS: dict[Encoding, str] = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "windows-1252": "windows-1252",
}
"""What Python calls the encodings of files."""


def text_table(description: Description, file: str) -> TextTable | None:
    """Return how a script reads a file as a table; None if it can't."""
    options = description.options
    series, columns = description.series, description.data.columns
    if description.table is None:
        return None
    names = series.names if series else tuple(column.name for column in columns)
    return TextTable(
        path=file,
        delimiter=options.delimiter or ",",
        decimal=options.decimal or ".",
        encoding=PYTHON_ENCODINGS[options.encoding or "utf-8"],
        separators={
            name: column.separator for name, column in options.columns.items() if column.separator
        },
        dates={
            name: column.format.replace("%.f", "")
            for name, column in options.columns.items()
            if column.format
        },
        format=description.table,
        sheet=options.sheet or "",
        skip=description.skip,
        names=() if description.skip is None else names,
        series=series,
        packed=description.member is not None,
        member=description.member or "",
    )


def own_file(description: Description, file: str) -> OwnFile | None:
    """Return how a script reads the images or the texts of a file; None if it can't."""
    archive = description.archive
    return archive.model_copy(update={"path": file}) if archive else None
