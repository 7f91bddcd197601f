"""How a script reads the rows of a data set from the file that the person brought."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from engine.code.scripts.copied import archive, array_file, plain_text, table, windows
from engine.code.syntax.tree import Call, Copied, Expression, Group, Literal, Variable
from engine.code.syntax.tree import Mapping as Table
from engine.data.catalogue import (
    IGNORED_CLASS,
    IGNORED_VALUE,
    TEXT,
    ArrayFile,
    Column,
    DataSet,
    DataSets,
    ImageArchive,
    OwnFile,
    PlainText,
    Series,
    TableFormat,
    TextArchive,
    TextTable,
)
from engine.values import Json

ReadableFile: TypeAlias = TextTable | OwnFile
Keywords: TypeAlias = tuple[tuple[str, Expression], ...]

_LOADERS: dict[TableFormat, str] = {
    "delimited": "load_table",
    "excel": "load_sheet",
    "opendocument": "load_open_sheet",
    "parquet": "load_parquet",
    "json": "load_json",
}
_USUAL = {"delimiter": ",", "decimal": ".", "encoding": "utf-8-sig"}


def readable(sets: DataSets, data: str, columns: Sequence[Column]) -> ReadableFile | None:
    """Return the file from which these columns of a data set can be read, if there is one."""
    own = sets.archives.get(data)
    if isinstance(own, ArrayFile):
        known = {*own.members, own.part}
        cut = any(column.name in own.texts and _is_cut(column) for column in columns)
        return own if all(column.name in known for column in columns) and not cut else None
    if own and (isinstance(own, PlainText) or not any(map(_is_cut, columns))):
        return own
    table = sets.tables.get(data)
    if table and table.series:
        return table
    return table if table and all(_kind(column, table) for column in columns) else None


def readers(file: ReadableFile) -> tuple[Copied, ...]:
    """Return the functions that read the file."""
    if isinstance(file, TextTable):
        packed = (archive("unpack"),) if file.packed else ()
        loaders = (*packed, table(_LOADERS[file.format]))
        return (*loaders, windows()) if file.series else loaders
    return (_reader(file),)


def _reader(file: OwnFile) -> Copied:
    """The function that reads a file other than a table."""
    if isinstance(file, ArrayFile):
        return array_file(f"load_{file.kind}")
    if isinstance(file, PlainText):
        return plain_text(f"load_{file.kind}")
    return archive("load_texts" if isinstance(file, TextArchive) else _function(file))


def reading(file: ReadableFile, columns: Sequence[Column], data: DataSet) -> Call:
    """Return the call that reads these columns of a data set."""
    if isinstance(file, TextTable):
        return _windows(file, file.series) if file.series else _from_table(file, columns)
    if isinstance(file, ArrayFile):
        return _from_arrays(file, columns)
    if isinstance(file, PlainText):
        return _from_text(file)
    if isinstance(file, TextArchive):
        return _from_texts(file, columns)
    return _from_archive(file, columns, data)


def _from_arrays(file: ArrayFile, columns: Sequence[Column]) -> Call:
    """`load_npz("letters.npz", {"x": (["x"], "uint8", (28, 28))})`, or `load_npy`."""
    path = Literal(file.path)
    read = [column for column in columns if column.name in file.members]
    forms = {
        column.name: (_form(column, file), Literal([*column.shape], tuples=True)) for column in read
    }
    if file.kind == "npy":
        ((name, form),) = forms.items()
        return Call(Variable("load_npy"), (path, Literal(name), *form))
    arrays = {
        name: Group((Literal([*file.members[name]]), *form), tuples=True)
        for name, form in forms.items()
    }
    part: Keywords = (("part", Literal(file.part)),) if len(read) < len(columns) else ()
    return Call(Variable("load_npz"), (path, Table(tuple(arrays.items()))), part)


def _form(column: Column, file: ArrayFile) -> Literal:
    """The dtype of a column of arrays, or the classes of texts."""
    if column.name not in file.texts:
        return Literal(column.dtype)
    return Literal([*column.classes] if column.classes else "object")


def _from_text(file: PlainText) -> Call:
    """`load_lines("poem.txt")`, or `load_characters("poem.txt", "\\n abc", (40, 3))`"""
    keywords = _unusual(encoding=file.encoding)
    if file.kind == "lines":
        return Call(Variable("load_lines"), (Literal(file.path),), keywords)
    rare = (("rare", Literal(True)),) if file.rare else ()
    windows = Literal([file.past, file.step], tuples=True)
    arguments = (Literal(file.path), Literal(file.characters), windows)
    return Call(Variable("load_characters"), arguments, (*rare, *keywords))


def _from_texts(file: TextArchive, columns: Sequence[Column]) -> Call:
    """`load_texts("reviews.zip", ["bad", "good"])`"""
    classes = [Literal([*column.classes]) for column in columns if column.classes]
    return Call(Variable("load_texts"), (Literal(file.path), *classes))


def _windows(table: TextTable, series: Series) -> Call:
    """`cut_windows(load_table("beer.csv", {"sold": "number"}), "sold", (24, 1, 1))`"""
    kinds: dict[str, Expression | None] = {name: Literal("number") for name in series.columns}
    time: Keywords = ()
    if series.time:
        kinds[series.time] = Literal(series.format)
        time = (("time", Literal(series.time)),)
    steps = Literal([*series.steps], tuples=True)
    arguments = (_loading(table, kinds), Literal(series.target), steps)
    return Call(Variable("cut_windows"), arguments, time)


def _from_table(table: TextTable, columns: Sequence[Column]) -> Call:
    """`load_table("trees.csv", {"length": "number", "kind": ["elm", "oak"]})`

    The path of a packed table is `unpack("trees.zip", "trees.csv")`.
    """
    return _loading(table, {column.name: _kind(column, table) for column in columns})


def _loading(table: TextTable, kinds: Mapping[str, Expression | None]) -> Call:
    """Call the function that reads columns of a table in these ways."""
    read = Table(tuple((name, kind) for name, kind in kinds.items() if kind))
    skip: Keywords = ()
    if table.skip is not None:
        unused = Literal(None)
        read = Table(tuple((name, kinds.get(name) or unused) for name in table.names))
        skip = (("skip", Literal(table.skip)),)
    path: Expression = Literal(table.path)
    if table.packed:
        members = (Literal(table.member),) if table.member else ()
        path = Call(Variable("unpack"), (path, *members))
    arguments: list[Expression] = [path, read]
    keywords: Keywords = ()
    match table.format:
        case "delimited":
            keywords = _unusual(
                delimiter=table.delimiter, decimal=table.decimal, encoding=table.encoding
            )
            keywords += skip
        case "json":
            keywords = _unusual(encoding=table.encoding)
        case "excel" | "opendocument":
            arguments.insert(1, Literal(table.sheet))
            keywords = skip
    return Call(Variable(_LOADERS[table.format]), tuple(arguments), keywords)


def _kind(column: Column, table: TextTable) -> Expression | None:
    """How `load_table` reads a column: its classes or labels, or a type; None if it can't."""
    if _is_cut(column):
        return None
    if column.labels:
        separator = table.separators[column.name]
        return Group((Literal(separator), Literal([*column.labels])), tuples=True)
    if column.classes:
        return Literal([*column.classes])
    if column.dtype == TEXT:
        return Literal("text")
    if column.name in table.dates:
        return Literal(table.dates[column.name])
    return Literal("number") if (column.dtype, column.shape) == ("float32", (1,)) else None


def _is_cut(column: Column) -> bool:
    """Whether the names of classes differ from those in the file, because they were too long."""
    names = column.classes or column.labels
    return any(name.endswith("…") for name in names) or len(set(names)) < len(names)


def _function(archive: ImageArchive) -> str:
    if archive.masks:
        return "load_images_with_masks"
    return "load_labelled_images" if archive.labels else "load_images"


def _from_archive(archive: ImageArchive, columns: Sequence[Column], data: DataSet) -> Call:
    """`load_images("pets.zip", (64, 64, 3), ["cat", "dog"])`, or with a table, or with masks."""
    (image,) = (column for column in data.columns if not column.classes)
    target = next((column for column in data.columns if column.classes), None)
    arguments: list[Expression] = [Literal(archive.path), Literal([*image.shape], tuples=True)]
    keywords: Keywords = ()
    if archive.masks and target:
        arguments += [Literal({**archive.masks}), Literal(_values(target.classes))]
        keywords = (("indexed", Literal(True)),) if archive.indexed else ()
    elif archive.labels and target:
        arguments += [Literal(archive.labels.model_dump()), Literal([*target.classes])]
    elif target and any(column.name == target.name for column in columns):
        arguments.append(Literal([*target.classes]))
    if archive.leave_out:
        keywords += (("leave_out", Literal([*archive.leave_out])),)
    return Call(Variable(_function(archive)), tuple(arguments), keywords)


def _values(classes: Sequence[str]) -> list[Json]:
    """What the pixels of each class have in masks: a number, or a colour like “#ff0000”."""
    numbers = {IGNORED_CLASS: IGNORED_VALUE}
    return [name if name.startswith("#") else numbers.get(name) or int(name) for name in classes]


def _unusual(**values: str) -> Keywords:
    """The arguments that differ from their defaults."""
    return tuple((key, Literal(value)) for key, value in values.items() if value != _USUAL[key])
