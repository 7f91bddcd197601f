"""Reads Parquet, as JSON is read: structures become columns named “outer.inner”, lists text.

Columns of bytes are left out, and so are those that can't be written as text.
"""

import re
from collections.abc import Iterator, Sequence

import polars as pl
from polars._typing import PolarsDataType
from polars.exceptions import PanicException, PolarsError

from engine.data.files.names import column_names
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source, Table, batch_rows
from engine.data.tables import cell_text, inner_columns
from engine.problems import Problem, problem

_CODEC = re.compile(r"Compression (\w+) is not supported")
Column = tuple[str, PolarsDataType, pl.Expr]
"""The name of a column, the type of its values, and where they are."""


def open_parquet(source: Source) -> Table:
    """Return the table of a file. Raises RefusedFileError."""
    try:
        frame = pl.scan_parquet(source.path, glob=False)
        schema = frame.collect_schema()
        source.limits.check_columns(source.name, len(schema))
        rows = int(frame.select(pl.len()).collect().item())
    except (PolarsError, OSError, PanicException) as error:
        raise _refused(source, error) from None
    source.limits.check_rows(source.name, rows)
    if not rows and schema:
        raise RefusedFileError(problem("file_has_no_rows.typed", AT, file=source.name))
    columns = [
        column for name, dtype in schema.items() for column in _columns(name, dtype, pl.col(name))
    ]
    source.limits.check_columns(source.name, len(columns))
    kept = [column for column in columns if _is_text(column[1])]
    if not kept:
        raise RefusedFileError(problem("file_without_columns", AT, file=source.name))
    notes = [_left_out(name, dtype) for name, dtype, _ in columns if not _is_text(dtype)]
    names = column_names([name for name, *_ in kept])
    cells = [cell_text(dtype, value).alias(str(at)) for at, (_, dtype, value) in enumerate(kept)]

    def batches() -> Iterator[pl.DataFrame]:
        texts = frame.select(cells)
        size = batch_rows(len(cells))
        try:
            yield from texts.collect_batches(chunk_size=size, maintain_order=True)
        except (PolarsError, OSError, PanicException) as error:
            raise _refused(source, error) from None

    return Table(
        file=source.name,
        names=tuple(names),
        options=source.options.model_copy(update={"decimal": "."}),
        batches=batches,
        limits=source.limits,
        notes=tuple(notes),
        format="parquet" if _reads_alike(schema, names) else None,
    )


def _columns(name: str, dtype: PolarsDataType, value: pl.Expr) -> Iterator[Column]:
    """The columns of a structure, and of structures in it; any other column is one.

    Types that a program adds, such as pandas' periods, are read as the type that stores them.
    """
    for inner, kind, values in inner_columns(name, dtype, value):
        if isinstance(kind, pl.BaseExtension):
            yield from _columns(inner, kind.ext_storage(), values.ext.storage())
        else:
            yield inner, kind, values


def _reads_alike(schema: pl.Schema, names: Sequence[str]) -> bool:
    """Whether scripts, with any version of polars, find columns of these names in a file."""
    found = [
        (inner, kind)
        for name, dtype in schema.items()
        for inner, kind, _ in inner_columns(name, dtype, pl.col(name))
    ]
    rare = any(isinstance(kind, pl.BaseExtension | pl.Map) for _, kind in found)
    known = [inner for inner, _ in found]
    return not rare and len({*known}) == len(known) and {*names} <= {*known}


def _is_text(dtype: PolarsDataType) -> bool:
    """Whether the values of a column can be written as text: bytes can't, nor lists of them."""
    if isinstance(dtype, pl.Map):
        return dtype.key == pl.String and _is_text(dtype.value)
    if isinstance(dtype, pl.List | pl.Array):
        return _is_text(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return all(_is_text(field.dtype) for field in dtype.fields)
    return dtype not in (pl.Binary, pl.Object) and not isinstance(dtype, pl.BaseExtension)


def _left_out(column: str, dtype: PolarsDataType) -> Problem:
    if dtype == pl.Binary:
        return problem("column_left_out", AT, column=column)
    return problem("column_left_out.type", AT, column=column, type=str(dtype))


def _refused(source: Source, error: BaseException) -> RefusedFileError:
    """What is wrong with a file: it is damaged, or uses what polars can't read."""
    text = str(error)
    if codec := _CODEC.search(text):
        name = codec[1].upper()
        return RefusedFileError(problem("parquet_uses.codec", AT, file=source.name, codec=name))
    return RefusedFileError(_problem_of(text, source.name))


def _problem_of(text: str, file: str) -> Problem:
    """What polars says of a file that it can't read, most of which are valid, as a problem."""
    if "Encryption error" in text:
        return problem("file_encrypted", AT, file=file, detail=text)
    if "LogicalType union has no variant set" in text:
        return problem("parquet_uses.type", AT, file=file, detail=text)
    if "month_day_millisecond_interval" in text:
        return problem("parquet_uses.interval", AT, file=file, detail=text)
    if "precision must be between" in text:
        return problem("parquet_uses.decimal", AT, file=file, detail=text)
    if "unable to parse time zone" in text:
        return problem("parquet_uses.zone", AT, file=file, detail=text)
    if "annotated as MAP" in text:
        return problem("parquet_uses.map", AT, file=file, detail=text)
    # Of a damaged file, the second sentence names what is not there.
    if "Not yet supported" in text and "must end with PAR1 or PARE" not in text:
        return problem("parquet_uses", AT, file=file, detail=text)
    return problem("file_damaged", AT, file=file, detail=text)
