"""Reads NPY and NPZ; arrays of Python objects are refused, because reading them runs code."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from tokenize import TokenError
from typing import Literal

import numpy as np
import polars as pl

from engine.data.catalogue import MISSING_CLASS, ArrayFile, Column, Role
from engine.data.description import MAX_CLASSES, ColumnOptions, Description, Type
from engine.data.files.archive import open_archive
from engine.data.files.array_parts import Array, with_parts_joined
from engine.data.files.columns import store
from engine.data.files.describing import Contents, describe
from engine.data.files.first_reading import analyse
from engine.data.files.guessing import TARGETS
from engine.data.files.names import column_names
from engine.data.files.packing import Packer
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source, Table
from engine.data.files.table import plan_table
from engine.data.files.written import Written
from engine.document import Division
from engine.problems import Problem, problem

_CHUNK = 1 << 24
_HEADER = 20_000
_STORED = {"b": "uint8", "f": "float32", "i": "int64", "u": "int64", "M": "float64"}
_BROKEN = (ValueError, EOFError, SyntaxError, TypeError, RecursionError, TokenError)
"""What NumPy raises for headers that are damaged."""


def read_arrays(source: Source) -> Description:
    """Read an .npy or .npz file; the first axis is the rows. Raises RefusedFileError."""
    found = list(_arrays(source))
    joined = with_parts_joined(source, found)
    arrays = joined or found
    counts = Counter(array.rows for array in arrays if array.values.ndim)
    if not counts or not max(counts):
        raise RefusedFileError(problem("file_empty", AT, file=source.name))
    rows = _most_rows(counts)
    kept = [array for array in arrays if array.values.ndim and array.rows == rows]
    notes = [
        problem("array_left_out", AT, column=array.name, shape=array.values.shape, rows=rows)
        for array in arrays
        if array not in kept
    ]
    division = Division()
    if joined:
        (parts,) = (array for array in joined if array.classes)
        division = Division(by="column", column=parts.name)
        notes.append(problem("arrays_joined", AT, parts=parts.classes, column=parts.name))
    source.limits.check_columns(source.name, len(kept))
    packer = Packer(source.scratch)
    written, more = _written(source, kept, packer)
    contents = Contents(
        "arrays",
        source.options,
        written,
        [*notes, *more],
        division=division,
        archive=_readable(kept, division, written),
    )
    return describe(source, contents, packer)


def _readable(
    arrays: Sequence[Array], division: Division, written: Sequence[Written]
) -> ArrayFile | None:
    """How a script reads these arrays; None for texts that are numbers or lists."""
    plain = [array for array in arrays if not array.classes]
    texts = tuple(array.name for array in plain if array.values.dtype.kind in "US")
    columns = [item for item in written if item.column.name in texts]
    if any(item.type not in ("text", "category") for item in columns):
        return None
    if any(MISSING_CLASS in item.column.classes for item in columns):
        return None
    members = {array.name: array.members for array in plain}
    kind: Literal["npz", "npy"] = "npz" if plain[0].members[0] else "npy"
    return ArrayFile(kind=kind, members=members, part=division.column or "", texts=texts)


def _most_rows(counts: Counter[int]) -> int:
    """The number of rows that most arrays have; of several, the greatest."""
    return max(counts, key=lambda rows: (counts[rows], rows))


def _arrays(source: Source) -> Iterator[Array]:
    with source.path.open("rb") as file:
        single = file.read(6) == b"\x93NUMPY"
    if single:
        name = PurePosixPath(source.name).stem
        yield Array(name, _mapped(source, source.path, source.name), members=("",))
        return
    with open_archive(source) as archive:
        names = column_names([member.name.removesuffix(".npy") for member in archive.members])
        for number, (name, member) in enumerate(zip(names, archive.members, strict=True)):
            path = source.scratch / f"member-{number}"
            with path.open("wb") as copy:
                for piece in archive.pieces(member):
                    copy.write(piece)
            key = member.name.removesuffix(".npy")
            yield Array(name, _mapped(source, path, member.name), members=(key,))


def _mapped(source: Source, path: Path, member: str) -> np.ndarray:
    """Map an .npy file into memory, after its header has been checked."""
    try:
        with path.open("rb") as file:
            version = np.lib.format.read_magic(file)
            read = np.lib.format.read_array_header_1_0
            if version >= (2, 0):
                read = np.lib.format.read_array_header_2_0
            shape, in_columns, dtype = read(file, max_header_size=_HEADER)
            offset = file.tell()
    except _BROKEN as error:
        raise _damaged(source, member, error) from None
    if dtype.hasobject:
        raise RefusedFileError(problem("array_of_objects", AT, file=source.name, member=member))
    if dtype.kind not in "bfiuUSM":
        raise RefusedFileError(
            problem("array_of_kind", AT, file=source.name, member=member, dtype=str(dtype))
        )
    values = int(np.prod(shape, dtype=object))
    if any(axis < 0 for axis in shape) or offset + values * dtype.itemsize > path.stat().st_size:
        raise _damaged(source, member, ValueError("it is cut off"))
    source.limits.check_bytes(source.name, values * max(dtype.itemsize, 1))
    if not values * dtype.itemsize:
        return np.zeros(shape if values == 0 else (), dtype)
    return np.memmap(path, dtype, "r", offset, shape, "F" if in_columns else "C")


def _damaged(source: Source, member: str, error: Exception) -> RefusedFileError:
    return RefusedFileError(
        problem("file_damaged.member", AT, file=source.name, member=member, detail=str(error))
    )


def _written(
    source: Source, arrays: Sequence[Array], packer: Packer
) -> tuple[list[Written], list[Problem]]:
    """Write arrays of numbers as they are, and arrays of text like the columns of a table."""
    target = _target(arrays, source.options.columns)
    written = [
        _write(source, array, _role(array, target, source.options.columns), packer)
        for array in arrays
        if array.values.dtype.kind not in "US"
    ]
    texts = [array for array in arrays if array.values.dtype.kind in "US"]
    if not texts:
        return written, []
    for array in texts:
        if array.values.ndim > 1:
            shape = array.values.shape
            raise RefusedFileError(
                problem("array_of_texts", AT, file=source.name, member=array.name, shape=shape)
            )
    table = _text_table(source, texts)
    plan, notes = plan_table(table, analyse(table, source.scratch))
    return [*written, *store(table, plan, packer)], notes


def _text_table(source: Source, arrays: Sequence[Array]) -> Table:
    def batches() -> Iterator[pl.DataFrame]:
        widest = sum(array.values.dtype.itemsize for array in arrays)
        size = max(1, _CHUNK // max(widest, 1))
        for start in range(0, arrays[0].rows, size):
            yield pl.DataFrame(
                {array.name: _strings(array.values[start : start + size]) for array in arrays},
                schema=dict.fromkeys((array.name for array in arrays), pl.String),
            )

    names = tuple(array.name for array in arrays)
    return Table(source.name, names, source.options, batches, source.limits)


def _strings(values: np.ndarray) -> list[str]:
    if values.dtype.kind == "S":
        return [value.decode("utf-8", "replace") for value in values.tolist()]
    return [value.encode("utf-8", "replace").decode() for value in values.tolist()]


def _target(arrays: Sequence[Array], options: dict[str, ColumnOptions]) -> str | None:
    """The array with the name of a target, or else the last one with a value for each row."""
    wanted = [name for name, column in options.items() if column.role == "target"]
    if wanted:
        return wanted[0]
    arrays = [array for array in arrays if not array.classes]
    free = [array for array in arrays if array.name not in options or not options[array.name].role]
    named = [array.name for array in free if array.name.lower().split("_")[0] in TARGETS]
    single = [array.name for array in free if np.prod(array.values.shape[1:]) == 1]
    possible = named or (single if len(arrays) > 1 else [])
    return possible[-1] if possible else None


def _role(array: Array, target: str | None, options: dict[str, ColumnOptions]) -> Role:
    chosen = options[array.name].role if array.name in options else None
    if array.classes:
        return chosen or "other"
    return chosen or ("target" if array.name == target else "input")


def _write(source: Source, array: Array, role: Role, packer: Packer) -> Written:
    values, wanted = array.values, source.options.columns.get(array.name, ColumnOptions()).type
    shape = values.shape[1:] or (1,)
    guessed: Type | None = "category" if role == "target" else None
    classes = _classes(array, wanted or guessed, by_hand=wanted is not None)
    dtype = _dtype(values.dtype, shape)
    type: Type = ("mask" if wanted == "mask" else "category") if classes else _type(shape, dtype)
    if wanted not in (None, type, "array", "image"):
        raise RefusedFileError(
            problem("column_of_other_type", AT, file=source.name, column=array.name, type=wanted)
        )
    if classes:
        shape, dtype = shape if np.prod(shape) > 1 else (), "int64"
    column = Column(name=array.name, shape=shape, dtype=dtype, role=role, classes=classes)
    part = packer.add(array.name, shape, dtype)
    missing = 0
    for rows in _pieces(source, values):
        converted = _converted(rows, dtype)
        missing += int(np.isnan(converted).sum()) if converted.dtype.kind == "f" else 0
        part.append(converted)
    return Written(column, type if wanted is None else wanted, part, missing, None)


def _pieces(source: Source, values: np.ndarray) -> Iterator[np.ndarray]:
    step = max(1, _CHUNK // max(values[:1].nbytes, 1))
    for start in range(0, len(values), step):
        source.limits.check_time(source.name)
        yield values[start : start + step]


def _dtype(dtype: np.dtype, shape: tuple[int, ...]) -> str:
    """Return the dtype that is stored; small integers stay small where there are many."""
    if dtype == np.uint8 and np.prod(shape) > 1:
        return "uint8"
    return _STORED[dtype.kind]


def _converted(values: np.ndarray, dtype: str) -> np.ndarray:
    if values.dtype.kind == "M":
        days = values.astype("datetime64[s]").astype("float64") / 86_400
        return np.where(np.isnat(values), np.nan, days)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(values).astype(dtype)


def _type(shape: tuple[int, ...], dtype: str) -> Type:
    if dtype == "uint8" and len(shape) in (2, 3):
        return "image"
    if np.prod(shape) > 1:
        return "array"
    return "date" if dtype == "float64" else "number"


def _classes(array: Array, wanted: Type | None, *, by_hand: bool) -> tuple[str, ...]:
    """The classes 0, 1, … of an array of small integers; none for all others.

    With more than one integer for each row, such as one for each step or pixel, a person has to say
    `by_hand` that they are classes.
    """
    if array.classes:
        return array.classes
    values = array.values
    if wanted not in ("category", "mask") or values.dtype.kind not in "biu" or not values.size:
        return ()
    if np.prod(values.shape[1:]) != 1 and not by_hand:
        return ()
    least, greatest = int(values.min()), int(values.max())
    if least < 0 or not 0 < greatest < MAX_CLASSES:
        return ()
    return tuple(str(number) for number in range(greatest + 1))
