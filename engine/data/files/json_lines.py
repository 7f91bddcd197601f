"""Reads JSON lines, and tables in JSON: a list of objects, rows under a name, or lists by column.

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
from engine.data.tables import flat_texts, json_rows, name_of_rows
from engine.problems import Problem, problem

MAX_LIST = 100_000_000
"""Bytes of a file that is one JSON value: it is held in memory."""


def open_json_lines(source: Source) -> Table:
    """Return the table of a file. Raises RefusedFileError."""
    limits = replace(source.limits, line=max(source.limits.line, MAX_LIST))
    path, encoding = to_utf8(replace(source, limits=limits))
    utf8 = source.at(path)
    whole = _whole(utf8)
    names: dict[str, None] = {}
    for row in _rows(utf8, whole):
        names.update(dict.fromkeys(row))
        source.limits.check_columns(source.name, len(names))
    if not names:
        raise RefusedFileError(problem("file_empty", AT, file=source.name))
    cells = ([row.get(name, "") for name in names] for row in _rows(utf8, whole))
    table = table_of_rows(utf8.with_options(encoding=encoding, decimal="."), names, cells)
    kept = table.names == tuple(names)
    return replace(table, format="json" if kept else None, notes=_left_out(whole))


def _left_out(whole: Any) -> tuple[Problem, ...]:
    """A note on what lies beside the rows of an object, and is not read."""
    name = name_of_rows(whole) if isinstance(whole, dict) else None
    others = [key for key in whole if key not in (name, "columns")] if name else []
    return (problem("json_left_out", AT, name=name, columns=others),) if others else ()


def _whole(source: Source) -> Any:
    """The value of a file that holds one; None for JSON lines."""
    with source.path.open("rb") as file:
        first = next((line for line in file if line.strip()), b"")
        if not first.startswith(b"["):
            try:
                value = from_json(first, cache_mode="keys")
            except ValueError:
                pass
            else:
                return None if any(line.strip() for line in file) else value
    size = source.path.stat().st_size
    if size > MAX_LIST:
        raise RefusedFileError(
            problem("file_list_too_large", AT, file=source.name, size=size, limit=MAX_LIST)
        )
    text = source.path.read_bytes()
    try:
        return from_json(text, cache_mode="keys")
    except ValueError:
        return _parsed(source, text if first.startswith(b"[") else first, 1)


def _rows(source: Source, whole: Any) -> Iterator[dict[str, str]]:
    if whole is not None:
        for number, value in enumerate(json_rows(whole), 1):
            yield _row(source, value, number)
        return
    with source.path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _row(source, _parsed(source, line, number), number)


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
