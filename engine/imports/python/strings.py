"""Formatting and methods of strings, within bounds on the length of the result."""

import ast
from string import Formatter
from typing import Any

from engine.catalogue.param_rules import words
from engine.imports.python import bounds, constants
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    ReadError,
    Unknown,
    find_unknown,
)
from engine.problems import phrase

METHODS = frozenset(
    words(
        "capitalize count endswith find index isalpha isdigit join lower lstrip "
        "partition replace rpartition rsplit rstrip split splitlines startswith strip "
        "title upper zfill"
    )
)


def joined(state: State, parts: list[ast.expr], line: int) -> str | Unknown:
    """The value of an f-string; unknown when one of its values is."""
    texts: list[str] = []
    length = 0
    for part in parts:
        text = _part(state, part, line)
        if isinstance(text, Unknown):
            return text
        length += len(text)
        constants.check_text(length, line)
        texts.append(text)
    whole: str = state.weighed("".join(texts), line)
    return whole


def _part(state: State, part: ast.expr, line: int) -> str | Unknown:
    """One part of an f-string: literal text, or a formatted value."""
    if not isinstance(part, ast.FormattedValue):
        return str(state.value(part))
    spec = state.value(part.format_spec) if part.format_spec else ""
    value = state.value(part.value)
    if unknown := find_unknown([spec, value]):
        return unknown
    return constants.formatted(value, part.conversion, spec, line)


def method(text: str, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call a method of a string. Raises ReadError for one that can't be evaluated."""
    if unknown := find_unknown([args, kwargs]):
        return unknown
    if name == "format":
        return _format(text, args, kwargs, line)
    if name not in METHODS:
        raise ReadError(line, phrase("the method “{name}” can't be evaluated", name=name))
    try:
        bounds.check_operands(text, *args)
        if name == "join":
            items = list(args[0])
            bounds.check_length(sum(map(len, items)) + len(text) * len(items))
        elif name == "replace":
            bounds.check_length(len(text) + text.count(args[0]) * len(args[1]))
        elif name == "zfill":
            bounds.check_length(args[0])
        result = getattr(text, name)(*args, **kwargs)
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise constants.failed(name, error, line) from None
    return list(result) if isinstance(result, list) else result


def _format(template: str, args: list[Any], kwargs: dict[str, Any], line: int) -> str | Unknown:
    """`template.format(…)` with plain fields: no attributes or items of values."""
    pieces: list[str] = []
    length, index = 0, 0
    try:
        for literal, field, spec, conversion in Formatter().parse(template):
            pieces.append(literal)
            if field is not None:
                value = args[index] if field == "" else (
                    args[int(field)] if field.isdigit() else kwargs[field]
                )  # fmt: skip
                index += field == ""
                text = constants.formatted(value, ord(conversion or "\0"), spec or "", line)
                if isinstance(text, Unknown):
                    return text
                pieces.append(text)
            length += len(literal) + len(pieces[-1])
            constants.check_text(length, line)
    except (IndexError, KeyError, ValueError) as error:
        raise constants.failed("format", error, line) from None
    return "".join(pieces)
