"""Methods of lists, dicts and sets. Those that write pass the journal."""

from typing import Any

from engine.imports.python import bounds, constants, ordering
from engine.imports.python.expressions import without_spread
from engine.imports.python.iteration import items_of, merge
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    ReadError,
    Rest,
    Unknown,
    find_unknown,
    is_open,
)
from engine.imports.python.values import (
    LayerList,
    View,
    items_in,
)
from engine.problems import phrase

_READS: dict[type, frozenset[str]] = {
    list: frozenset(("copy", "count", "index")),
    tuple: frozenset(("count", "index")),
    dict: frozenset(("copy", "get", "has_key", "items", "iteritems", "keys", "values")),
    set: frozenset(("copy", "difference", "intersection", "issubset", "union")),
}
_WRITES: dict[type, frozenset[str]] = {
    list: frozenset(["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"]),
    dict: frozenset(("clear", "pop", "setdefault", "update")),
    set: frozenset(("add", "clear", "discard", "remove", "update")),
}
_VIEWS = ("items", "keys", "values")
_ITEMS = ("append", "insert", "add")
"""Methods that store their last argument, whatever it is."""


def method(  # noqa: C901, PLR0912
    state: State, owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    """Call a method of a list, tuple, dict or set. Raises ReadError."""
    kind = next(kind for kind in _READS if isinstance(owner, kind))
    if name == "as_list" and kind is tuple:  # of a TensorShape
        return state.journal.new(list(owner))
    if kind is dict and name in _VIEWS and not state.python_2:
        return View(owner, name)
    if name in _READS[kind]:
        return state.journal.new(state.weighed(_read(owner, name, args, line), line))
    if name not in _WRITES.get(kind, ()):
        raise ReadError(line, phrase("the method “{name}” can't be evaluated", name=name))
    if isinstance(owner, LayerList):
        changed = Unknown(line, phrase("the list of a model's layers is changed"))
        state.journal.set(owner.model, unknown=changed)
        return None
    if name == "sort" and kwargs.get("key") is not None:
        result = ordering.ordered(state, name, [list(owner)], kwargs, line)
        if isinstance(result, Unknown):
            state.journal.forget_all(owner, result)
        else:
            state.journal.touch(owner)
            owner[:] = result
        return None
    state.journal.touch(owner)
    if name in ("extend", "update"):
        _extend(state, owner, args, kwargs, line)
        return None
    unknown = find_unknown(args if name not in _ITEMS else args[:-1])
    if unknown is not None or (is_open(owner) and name not in (*_ITEMS, "clear")):
        why = unknown or find_unknown(list(owner))
        assert why is not None
        state.journal.forget_all(owner, why)
        return why
    try:
        if name in _ITEMS:
            bounds.check_length(len(owner) + 1)
        if name == "add":
            args = [constants.key(args[0], line)]
        return getattr(owner, name)(*args, **kwargs)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        state.fail(type(error))
        unknown = constants.failed(name, error, line).unknown
        state.journal.forget_all(owner, unknown)
        return unknown


def _read(owner: Any, name: str, args: list[Any], line: int) -> Any:
    if name in (*_VIEWS, "iteritems"):
        return items_in(owner, name)
    if name != "copy" and (unknown := find_unknown(args)):
        return unknown
    if is_open(owner) and name != "copy":
        known = name == "get" and args and args[0] in owner
        return owner[args[0]] if known else _unknown_of(owner)
    try:
        return getattr(owner, "__contains__" if name == "has_key" else name)(*args)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise constants.failed(name, error, line) from None


def _unknown_of(owner: Any) -> Unknown | None:
    rest = next(item for item in owner if isinstance(item, Rest))
    return Unknown(rest.line, rest.why, rest.question)


def _extend(state: State, owner: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> None:
    for value in args:
        if isinstance(owner, dict) and isinstance(value, dict):
            state.step(line, len(value))
            merge(owner, value)
            continue
        items = items_of(value, line)
        state.step(line, len(items))
        if isinstance(owner, list):
            bounds_of(owner, items, line)
            owner.extend(items)
        elif isinstance(owner, set):
            owner.update(constants.key(item, line) for item in items)
        else:
            merge(owner, {item: item for item in items if isinstance(item, Rest)})
    if kwargs:
        merge(owner, without_spread(kwargs))


def bounds_of(owner: list[Any], items: list[Any], line: int) -> None:
    """Refuse a list that would become too long. Raises ReadError."""
    try:
        bounds.check_length(len(owner) + len(items))
    except ValueError as error:
        raise constants.failed("extend", error, line) from None
