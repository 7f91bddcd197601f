"""Sorting and choosing by a key: `sorted(values, key=…)`, `values.sort(key=…)`, `max(…, key=…)`."""

from typing import Any

from engine.imports.python import constants
from engine.imports.python.iteration import items_of
from engine.imports.python.state import State
from engine.imports.python.unknown import ReadError, Unknown, find_unknown
from engine.problems import phrase

_SORTED = ("sorted", "sort")
_CHOSEN = ("max", "min")


def ordered(state: State, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """The sorted list, or the largest or smallest value, by what `key` makes of each value.

    Raises ReadError.
    """
    function = kwargs["key"]
    if name not in (*_SORTED, *_CHOSEN):
        raise ReadError(line, phrase("{name}(…) with a key", name=name))
    values = items_of(args[0], line) if len(args) == 1 else list(args)
    keys = [state.call(function, [value], {}, line) for value in values]
    if unknown := find_unknown([keys, kwargs.get("reverse", False)]):
        return Unknown(unknown.line, unknown.why, unknown.question)
    state.weighed(keys, line)
    places = _places(name, keys, bool(kwargs.get("reverse", False)), line)
    if name in _SORTED:
        return state.journal.new([values[place] for place in places])
    return values[places[0]] if places else kwargs.get("default", Unknown(line, _EMPTY))


_EMPTY = phrase("there is no such item")


def _places(name: str, keys: list[Any], reverse: bool, line: int) -> list[int]:
    """The places of values in the order of their keys. Raises ReadError."""
    try:
        if name in _SORTED:
            return sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)
        choose = max if name == "max" else min
        return [choose(range(len(keys)), key=keys.__getitem__)] if keys else []
    except TypeError as error:
        raise constants.failed(name, error, line) from None
