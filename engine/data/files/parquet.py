"""Reads Parquet, as JSON is read: structures become columns named “outer.inner”, lists text.

Columns of bytes are left out.
"""

from collections.abc import Iterator

import polars as pl
from polars._typing import PolarsDataType
from polars.exceptions import PanicException, PolarsError

from engine.data.files.names import column_names
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source, Table, batch_rows
from engine.problems import problem

Leaf = tuple[str, PolarsDataType, pl.Expr]
"""The name of a column, the type of its values, and where they are."""


def open_parquet(source: Source) -> Table:
    """Return the table of a file. Raises RefusedFileError."""
    try:
        frame = pl.scan_parquet(source.path, glob=False)
        schema = frame.collect_schema()
        source.limits.check_columns(source.name, len(schema))
        rows = int(frame.select(pl.len()).collect().item())
    except (PolarsError, OSError, PanicException) as error:
        raise _damaged(source, error) from None
    source.limits.check_rows(source.name, rows)
    leaves = [leaf for name, dtype in schema.items() for leaf in _leaves(name, dtype, pl.col(name))]
    source.limits.check_columns(source.name, len(leaves))
    kept = [leaf for leaf in leaves if _is_text(leaf[1])]
    if not kept:
        raise RefusedFileError(problem("file_without_columns", AT, file=source.name))
    left_out = [name for name, dtype, _ in leaves if not _is_text(dtype)]
    notes = [problem("column_left_out", AT, column=name) for name in left_out]
    names = column_names([name for name, *_ in kept])
    cells = [_as_text(dtype, value).alias(str(at)) for at, (_, dtype, value) in enumerate(kept)]

    def batches() -> Iterator[pl.DataFrame]:
        texts = frame.select(cells)
        size = batch_rows(len(cells))
        try:
            yield from texts.collect_batches(chunk_size=size, maintain_order=True)
        except (PolarsError, OSError, PanicException) as error:
            raise _damaged(source, error) from None

    return Table(
        file=source.name,
        names=tuple(names),
        options=source.options.model_copy(update={"decimal": "."}),
        batches=batches,
        limits=source.limits,
        notes=tuple(notes),
        format="parquet" if all(_is_plain(schema.get(name)) for name in names) else None,
    )


def _leaves(name: str, dtype: PolarsDataType, value: pl.Expr) -> Iterator[Leaf]:
    """The columns of a structure, and of structures in it; any other column is one."""
    if not isinstance(dtype, pl.Struct):
        yield name, dtype, value
        return
    for field in dtype.fields:
        inner = value.struct.field(field.name)
        yield from _leaves(f"{name}.{field.name}", field.dtype, inner)


def _is_plain(dtype: PolarsDataType | None) -> bool:
    """Whether a column is one in the file whose cells polars casts to text."""
    return dtype is not None and _is_text(dtype) and not dtype.is_nested() and dtype != pl.Duration


def _is_text(dtype: PolarsDataType) -> bool:
    """Whether the values of a column can be written as text: bytes can't, nor lists of them."""
    if isinstance(dtype, pl.List | pl.Array):
        return _is_text(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return all(_is_text(field.dtype) for field in dtype.fields)
    return dtype not in (pl.Binary, pl.Object)


def _as_text(dtype: PolarsDataType, value: pl.Expr) -> pl.Expr:
    """The cells of a column as text: lists as JSON, times in seconds."""
    if dtype.is_nested():
        encoded = pl.struct(value.alias("")).struct.json_encode()  # {"":…}
        return pl.when(value.is_not_null()).then(encoded.str.slice(4).str.head(-1))
    if dtype == pl.Duration:
        return (value.dt.total_microseconds() / 1e6).cast(pl.String)
    return value.cast(pl.String)


def _damaged(source: Source, error: BaseException) -> RefusedFileError:
    return RefusedFileError(problem("file_damaged", AT, file=source.name, detail=str(error)))
