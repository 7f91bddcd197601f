"""Descriptions of data sets, and the collection of data sets that a document may name.

Nothing here loads rows; see engine.data.loading.
"""

from collections.abc import Sequence
from math import prod
from typing import Any, Literal, TypeAlias

from pydantic import field_validator

from engine.document import Division
from engine.values import Frozen

TEXT = "string"
"""Keras's dtype of text."""

MISSING_CLASS = "(missing)"
"""The class of the rows of a person's file that have no class."""

IGNORED_CLASS = "(ignored)"
"""The class of the pixels of masks that nobody has labelled."""
IGNORED_VALUE = 255
"""The value of these pixels, beside class numbers."""

Role: TypeAlias = Literal["input", "target", "weight", "other"]
"""What a column is used for by default; “weight” weighs the rows, “other” is nothing."""


Task: TypeAlias = Literal[
    "binary",
    "classification",
    "labels",
    "regression",
    "reconstruction",
    "forecast",
    "segmentation",
    "sequence",
]
"""What a data set is for: “binary” is two classes, “sequence” from one sequence to another."""


class Column(Frozen):
    """One named array of a data set; `shape` is that of one row, without the batch axis.

    `dtype` is NumPy's, or `TEXT` for a column of text (an array of Python's strings).
    `classes` names the values 0, 1, … of a class column. `labels` names the values of a row of a
    column of labels: 1 if the row has the label, else 0. `features` names the values of a row of
    several numbers, if they are known by names. `role` says what the column is used
    for by default, when the document has no binding for it.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    role: Role = "other"
    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    help: str = ""

    @property
    def has_class_numbers(self) -> bool:
        """Whether its rows are class numbers, in the form in which the model gets them."""
        return bool(self.classes)

    @property
    def has_one_class(self) -> bool:
        """Whether each row is one class, so that rows can be weighed by their class."""
        return bool(self.classes) and prod(self.shape) == 1


class OneHot(Column):
    """A column of classes as it is fed if it is encoded: each class number is a one-hot row."""

    @property
    def has_class_numbers(self) -> bool:
        """False: the class numbers are encoded."""
        return False

    @property
    def has_one_class(self) -> bool:
        """Whether each row is one class, encoded as its last axis."""
        return prod(self.shape[:-1]) == 1


def one_hot(column: Column) -> OneHot:
    """Return a column of classes as `keras.utils.to_categorical` encodes it.

    The classes become the last axis, instead of a last axis of length 1 if there is one.
    """
    axes = column.shape[:-1] if column.shape[-1:] == (1,) else column.shape
    fields = dict(column) | {"shape": (*axes, len(column.classes)), "dtype": "float32"}
    return OneHot(**fields)


class Joined(Column):
    """Several columns that feed one input, or are compared with one output, side by side.

    A row holds the values of the `parts`, in order; see `numpy.column_stack`.
    """

    parts: tuple[Column, ...]


NAMED = 3
"""Columns that the name of joined columns lists."""


def joined(parts: Sequence[Column]) -> Joined | None:
    """Return columns side by side; None if they can't be joined.

    Columns of numbers or rows of numbers can, and so can classes, as numbers or encoded.
    """
    if any(part.dtype == TEXT or len(part.shape) > 1 for part in parts):
        return None
    names = [part.name for part in parts[:NAMED]]
    return Joined(
        name=", ".join([*names, "…"] if len(parts) > NAMED else names),
        shape=(sum(prod(part.shape) for part in parts),),
        dtype="float32",
        labels=_labels_of(parts),
        parts=tuple(parts),
    )


def _labels_of(parts: Sequence[Column]) -> tuple[str, ...]:
    """The labels of columns side by side: labels, or two classes that say whether a row has one."""
    names: list[str] = []
    for part in parts:
        two = part.has_class_numbers and part.has_one_class and len(part.classes) == 2  # noqa: PLR2004
        if not two and not part.labels:
            return ()
        names += part.labels or (part.name,)
    return tuple(names)


def parts_of(column: Column) -> tuple[Column, ...]:
    """Return the columns of the data set whose rows a column holds: itself, or those it joins."""
    return column.parts if isinstance(column, Joined) else (column,)


def features_of(column: Column) -> tuple[str, ...]:
    """Return a name for each value of a row: its column's, or its own; none if unknown."""
    parts = parts_of(column)
    if len(parts) == 1 and not column.features:
        return ()
    return tuple(name for part in parts for name in _features_of(part))


def _features_of(part: Column) -> tuple[str, ...]:
    size = prod(part.shape)
    if part.features:
        return part.features
    if size == 1:
        return (part.name,)
    named = part.classes if len(part.classes) == size else range(1, size + 1)
    return tuple(f"{part.name} {value}" for value in named)


class DataSet(Frozen):
    """A data set. `download` is true when its first use needs the network.

    `hash` is the SHA-256 of the file that holds the rows, in hexadecimal digits; None for data
    sets that come with Layerloom. A document may name a data set by its hash instead of its id.
    `division` is how its rows are best divided: as a column says that was made for it, or by time.
    """

    id: str
    title: str
    summary: str
    task: Task
    rows: int
    columns: tuple[Column, ...]
    source: str
    download: bool = False
    hash: str | None = None
    division: Division = Division()

    @field_validator("division", mode="before")
    @classmethod
    def _from_name(cls, value: object) -> object:
        """Earlier descriptions hold the name of a column of parts, or no name."""
        if isinstance(value, str):
            return Division(by="column", column=value) if value else Division()
        return value

    def column(self, name: str) -> Column | None:
        """Return the column of this name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


TableFormat: TypeAlias = Literal["delimited", "excel", "opendocument", "parquet", "json"]
"""How a table is read; “opendocument” is .ods with merged cells, “excel” any other workbook."""


class Series(Frozen):
    """How the rows of a table were cut into windows; see engine.data.series.

    `names` are those of all columns of the table. `time` is the column that orders the rows, if
    there is one, and `format` is that of its dates for strptime.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    target: str
    steps: tuple[int, int, int]
    time: str = ""
    format: str = ""


class TextTable(Frozen):
    """A table from which the rows of a data set were read as text.

    `path` is what scripts call it; see engine.data.tables. `separators` divide the labels in the
    cells of columns, and `dates` are their formats for strptime. `sheet` is that of a workbook.
    Unless its header names the columns, they are found by their places: `names` are those of all
    columns, and `skip` rows come first. The rows of the data set may be windows of a `series`.
    A file that is `packed` holds the table compressed, or as a `member` of an archive.
    """

    path: str
    delimiter: str
    decimal: str
    encoding: str
    separators: dict[str, str] = {}
    dates: dict[str, str] = {}
    format: TableFormat = "delimited"
    sheet: str = ""
    skip: int | None = None
    names: tuple[str, ...] = ()
    series: Series | None = None
    packed: bool = False
    member: str = ""


class LabelTable(Frozen):
    """A table in an archive, whose columns name the files and their classes."""

    path: str
    file: str
    label: str
    delimiter: str
    encoding: str


class ImageArchive(Frozen):
    """An archive of images, from which the rows of a data set were read.

    `path` is what scripts call it; see engine.data.archives. The class of an image is the
    name of its folder, unless there is a table of `labels`. Its mask has the same name but for
    `masks`, in which each text is replaced by another one; of `indexed` masks, classes are places
    in the palette. `leave_out` names images that can't be read.
    """

    path: str = ""
    labels: LabelTable | None = None
    masks: dict[str, str] = {}
    indexed: bool = False
    leave_out: tuple[str, ...] = ()


class TextArchive(Frozen):
    """An archive of texts, in a folder for each class if there are classes."""

    kind: Literal["texts"] = "texts"
    path: str = ""


class PlainText(Frozen):
    """A plain text whose lines are the rows, or windows of `past` characters, `step` apart.

    `characters` are those that are classes of their own; `rare` ones share a class. See
    engine.data.plain_texts.
    """

    kind: Literal["lines", "characters"]
    path: str = ""
    encoding: str
    past: int = 0
    step: int = 0
    characters: str = ""
    rare: bool = False


class ArrayFile(Frozen):
    """Arrays of NumPy whose rows follow each other in columns; see engine.data.arrays.

    `members` are the names of the arrays of each column, which have none in an .npy file. The
    column `part` says from which of them a row is. The values of `texts` are texts.
    """

    kind: Literal["npz", "npy"]
    path: str = ""
    members: dict[str, tuple[str, ...]]
    part: str = ""
    texts: tuple[str, ...] = ()


OwnFile: TypeAlias = ImageArchive | TextArchive | PlainText | ArrayFile
"""A file of images, texts or arrays that scripts read; they call it `path`."""


class DataSets(Frozen):
    """The data sets that a document may name.

    `files` holds the paths of .npz files with the rows of data sets, by the data set's id; a data
    set without a file is loaded by its function in engine.data.loaders. `tables`, and `archives` of
    images and texts, are the files from which scripts can read the same rows.
    """

    sets: tuple[DataSet, ...] = ()
    files: dict[str, str] = {}
    tables: dict[str, TextTable] = {}
    archives: dict[str, OwnFile] = {}

    def find(self, name: str) -> DataSet | None:
        """Return the data set with this id or content hash, if there is one."""
        return next((data for data in self.sets if name and name in (data.id, data.hash)), None)

    @property
    def ids(self) -> list[str]:
        """The ids of all data sets, in order."""
        return [data.id for data in self.sets]

    def plus(self, others: "DataSets") -> "DataSets":
        """Return these data sets and `others`, which take precedence where ids are equal."""
        rest = [data for data in self.sets if data.id not in others.ids]

        def left(values: dict[str, Any]) -> dict[str, Any]:
            return {id: value for id, value in values.items() if id not in others.ids}

        return DataSets(
            sets=(*others.sets, *rest),
            files=left(self.files) | others.files,
            tables=left(self.tables) | others.tables,
            archives=left(self.archives) | others.archives,
        )
