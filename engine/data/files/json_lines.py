"""Reads JSON lines, and tables in JSON: a list of objects, rows under a name, or lists by column.

Objects within objects become columns named “outer.inner”; lists become text. Rows are decoded as
they pass by, twice: for the names of the columns, and for their cells.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.data.files.delimited import table_of_rows
from engine.data.files.encoding import to_utf8
from engine.data.files.json_forms import Form, form_of
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source, Table
from engine.data.tables import flat_texts
from engine.problems import Problem, problem


def open_json_lines(source: Source) -> Table:
    """Return the table of a file. Raises RefusedFileError."""
    limits = replace(source.limits, line=sys.maxsize)  # values are measured instead
    path, encoding = to_utf8(replace(source, limits=limits))
    utf8 = source.at(path)
    with path.open("rb") as file:
        form = form_of(utf8, file)
        names = _without_missing_objects(utf8, form, _names(utf8, form))
        cells = ([row.get(name, "") for name in names] for row in _rows(utf8, form))
        table = table_of_rows(utf8.with_options(encoding=encoding, decimal="."), names, cells)
    kept = table.names == tuple(names) and form.in_scripts
    return replace(table, format="json" if kept else None, notes=_left_out(form))


def _names(source: Source, form: Form) -> dict[str, None]:
    names: dict[str, None] = {}
    for number, row in enumerate(_rows(source, form), 1):
        if row.keys() <= names.keys():
            continue
        names.update(dict.fromkeys(row))
        source.limits.check_columns(source.name, len(names))
        _check_names(source, number, sum(map(len, names)))
    if not names:
        raise RefusedFileError(problem("file_empty", AT, file=source.name))
    return names


def _without_missing_objects(source: Source, form: Form, names: dict[str, None]) -> dict[str, None]:
    """Leave out names of objects that have no value where they are no object."""
    parts = (name.split(".") for name in names)
    outer = {".".join(words[:end]) for words in parts for end in range(1, len(words))}
    missing = outer & names.keys()
    for row in _rows(source, form) if missing else ():
        missing -= {name for name in missing if row.get(name)}
        if not missing:
            break
    return {name: None for name in names if name not in missing}


def _rows(source: Source, form: Form) -> Iterator[dict[str, str]]:
    for number, value in enumerate(form.rows(), 1):
        if not isinstance(value, dict):
            raise RefusedFileError(problem("file_json_row", AT, file=source.name, line=number))
        if any(isinstance(item, dict) for item in value.values()):
            _check_names(source, number, _joined(value))
        yield flat_texts(value)


def _joined(value: dict[str, Any], before: int = 0, levels: int = 4) -> int:
    """How many characters the names in an object have once those of objects in it are joined."""
    lengths = (
        _joined(item, before + len(key) + 1, levels - 1)
        if isinstance(item, dict) and levels
        else before + len(key)
        for key, item in value.items()
    )
    return sum(lengths)


def _check_names(source: Source, row: int, length: int) -> None:
    limit = source.limits.line
    if length > limit:
        raise RefusedFileError(
            problem("file_names_too_long", AT, file=source.name, row=row, limit=limit)
        )


def _left_out(form: Form) -> tuple[Problem, ...]:
    """A note on what lies beside the rows of an object, and is not read."""
    if not form.others:
        return ()
    return (problem("json_left_out", AT, name=form.name, columns=form.others),)
