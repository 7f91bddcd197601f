"""The items of values that can be iterated over."""

from typing import Any

from engine.imports.python.streams import Stream
from engine.imports.python.unknown import (
    Path,
    Rest,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Array,
    Instance,
)
from engine.problems import phrase

MAX_ITEMS = 1_000
"""A longer loop is not interpreted item by item."""


def items_of(value: Any, line: int) -> list[Any]:
    """The items of a value; a `Rest` represents items that are unknown."""
    match value:
        case str() | list() | tuple() | dict() | range() | set():
            if len(value) <= MAX_ITEMS or not isinstance(value, range):
                return list(value)
            why = phrase("the loop has more than {limit:,} iterations", limit=MAX_ITEMS)
            return [Rest(line, why)]
        case Stream():
            return value.take(line)
        case Instance(items=tuple() as items):
            return list(items)
        case Unknown():
            return [Rest(value.line, value.why, value.question)]
        case Array():
            return [Rest(line, phrase("its value comes from data"))]
        case Path() if unknown := find_unknown(value):
            return [Rest(line, unknown.why)]
    return [Rest(line, phrase("the loop's bounds are not constants"))]


def in_order(value: Any, line: int) -> Any:
    """A value whose items have an order: those of a set of texts differ from run to run."""
    if isinstance(value, set) and len(value) > 1 and any(isinstance(item, str) for item in value):
        return [Unknown(line, phrase("the order of a set of texts is not fixed"))] * len(value)
    return value


def merge(target: dict[Any, Any], items: dict[Any, Any]) -> None:
    """Add the items of a dict to another; those that are not known may replace any earlier one."""
    if rest := next((key for key in items if isinstance(key, Rest)), None):
        target.update(dict.fromkeys(target, Unknown(rest.line, rest.why, rest.question)))
    target.update(items)
