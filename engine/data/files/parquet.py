"""Reads Parquet. Columns of lists, structures and bytes are left out."""

from collections.abc import Iterator

import polars as pl
from polars.exceptions import PanicException, PolarsError

from engine.data.files.names import column_names
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source, Table, batch_rows
from engine.problems import problem


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
    plain = [name for name, dtype in schema.items() if _is_plain(dtype)]
    nested = [name for name, dtype in schema.items() if not _is_plain(dtype)]
    if not plain:
        raise RefusedFileError(problem("file_without_columns", AT, file=source.name))
    notes = [problem("column_left_out", AT, column=name) for name in nested]

    names = column_names(plain)

    def batches() -> Iterator[pl.DataFrame]:
        cells = frame.select(pl.col(name).cast(pl.String) for name in plain)
        size = batch_rows(len(plain))
        try:
            yield from cells.collect_batches(chunk_size=size, maintain_order=True)
        except (PolarsError, OSError, PanicException) as error:
            raise _damaged(source, error) from None

    return Table(
        file=source.name,
        names=tuple(names),
        options=source.options.model_copy(update={"decimal": "."}),
        batches=batches,
        limits=source.limits,
        notes=tuple(notes),
        format="parquet" if names == plain else None,
    )


def _is_plain(dtype: pl.DataType) -> bool:
    return not dtype.is_nested() and dtype not in (pl.Binary, pl.Object, pl.Duration)


def _damaged(source: Source, error: BaseException) -> RefusedFileError:
    return RefusedFileError(problem("file_damaged", AT, file=source.name, detail=str(error)))
