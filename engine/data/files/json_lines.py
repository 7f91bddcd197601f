"""Reads JSON lines, and a JSON list of objects: one object for each row.

Objects within objects become columns named “outer.inner”; lists become text.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from jiter import from_json

from engine.data.files.delimited import table_of_rows
from engine.data.files.encoding import to_utf8
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source, Table
from engine.data.tables import flat_texts
from engine.problems import problem

MAX_LIST = 100_000_000
"""Bytes of a file that is one JSON list: it is held in memory."""


def open_json_lines(source: Source) -> Table:
    """Return the table of a file. Raises RefusedFileError."""
    path, encoding = to_utf8(source)
    utf8 = source.at(path)
    names: dict[str, None] = {}
    for row in _rows(utf8):
        names.update(dict.fromkeys(row))
        source.limits.check_columns(source.name, len(names))
    if not names:
        raise RefusedFileError(problem("file_empty", AT, file=source.name))
    cells = ([row.get(name, "") for name in names] for row in _rows(utf8))
    table = table_of_rows(utf8.with_options(encoding=encoding, decimal="."), names, cells)
    return replace(table, format="json" if table.names == tuple(names) else None)


def _rows(source: Source) -> Iterator[dict[str, str]]:
    with source.path.open("rb") as file:
        if file.read(1) == b"[":
            yield from _list(source)
            return
        file.seek(0)
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _row(source, _parsed(source, line, number), number)


def _list(source: Source) -> Iterator[dict[str, str]]:
    size = source.path.stat().st_size
    if size > MAX_LIST:
        raise RefusedFileError(
            problem("file_list_too_large", AT, file=source.name, size=size, limit=MAX_LIST)
        )
    values = _parsed(source, source.path.read_bytes(), 1)
    for number, value in enumerate(values if isinstance(values, list) else [values], 1):
        yield _row(source, value, number)


def _parsed(source: Source, text: bytes, line: int) -> Any:
    try:
        return from_json(text, cache_mode="keys")
    except ValueError as error:
        raise RefusedFileError(
            problem("file_bad_json", AT, file=source.name, line=line, detail=str(error))
        ) from None


def _row(source: Source, value: Any, line: int) -> dict[str, str]:
    if not isinstance(value, dict):
        raise RefusedFileError(problem("file_json_row", AT, file=source.name, line=line))
    return flat_texts(value)
