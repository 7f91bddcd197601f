"""Functions of Python's standard library that source calls on constants, layers and functions."""

import json
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from engine.imports.python import bounds, constants
from engine.imports.python.iteration import items_of
from engine.imports.python.state import State
from engine.imports.python.unknown import Path, RaisedError, Rest, Unknown, find_unknown
from engine.imports.python.values import Class
from engine.problems import phrase

Args = list[Any]
Kwargs = dict[str, Any]
MAX_COPIED = 20
"""Nested values in one another that are copied."""


def _copied(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`copy.deepcopy(value)` of constants; what else it holds would be shared, and is unknown."""
    value = args[0] if args else kwargs.get("x")
    copied = _copy(state, state.weighed(value, line))
    return copied if copied is not None or value is None else Unknown(line, _NO_COPY)


_NO_COPY = phrase("a copy of a layer, model or tensor")


def _copy(state: State, value: Any, depth: int = 0) -> Any:
    """A copy of nested constants; None for other values."""
    if depth > MAX_COPIED:
        return None
    if isinstance(value, dict):
        values = {key: _copy(state, item, depth + 1) for key, item in value.items()}
        whole = all(item is not None or value[key] is None for key, item in values.items())
        return state.journal.new(values) if whole else None
    if isinstance(value, list | tuple):
        items = [_copy(state, item, depth + 1) for item in value]
        if any(item is None and old is not None for item, old in zip(items, value, strict=True)):
            return None
        return tuple(items) if isinstance(value, tuple) else state.journal.new(items)
    return value if isinstance(value, (Path, Unknown, *constants.CONSTANT)) else None


def _reduced(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`functools.reduce(function, values, first)`."""
    if len(args) not in (2, 3) or kwargs:
        raise RaisedError("TypeError")
    function, values, *first = args
    items = [*first, *items_of(values, line)]
    if not items:
        raise RaisedError("TypeError")
    if rest := next((item for item in items if isinstance(item, Rest)), None):
        return Unknown(line, rest.why, rest.question)
    result, *others = items
    for item in others:
        result = state.call(function, [result, item], {}, line)
    return result


def _record(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`collections.namedtuple(name, fields)`: a class whose constructor takes the fields."""
    arguments = dict(zip(("typename", "field_names"), args, strict=False)) | kwargs
    name, fields = arguments.get("typename"), arguments.get("field_names")
    if isinstance(fields, str):
        fields = fields.replace(",", " ").split()
    is_plain = arguments.keys() == {"typename", "field_names"}
    if not (is_plain and isinstance(name, str) and isinstance(fields, list | tuple)):
        return find_unknown([name, fields]) or Unknown(line, phrase("a record that is not read"))
    if not all(isinstance(field, str) for field in fields):
        return find_unknown(list(fields)) or Unknown(line, phrase("a record that is not read"))
    return Class(name, (), {}, line, fields=tuple(fields), is_tuple=True)


def _parsed(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`json.loads(text)` of text that the source holds."""
    text = args[0] if args else kwargs.get("s")
    if not isinstance(text, str):
        unknown = find_unknown(text)
        return Unknown(line, unknown.why if unknown else _NO_TEXT, "?")
    try:
        bounds.check_length(len(text))
        return _copy(state, state.weighed(json.loads(text), line))
    except (ValueError, RecursionError):
        raise RaisedError("ValueError") from None


_NO_TEXT = phrase("its value comes from data")

FUNCTIONS: MappingProxyType[str, Callable[[State, Args, Kwargs, int], Any]] = MappingProxyType(
    {
        "copy.deepcopy": _copied,
        "functools.reduce": _reduced,
        "builtins.reduce": _reduced,
        "collections.namedtuple": _record,
        "json.loads": _parsed,
    }
)
