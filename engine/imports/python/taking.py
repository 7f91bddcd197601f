"""Builtins that take only some items of an iterator, or as many of each of several."""

from typing import Any

from engine.imports.python.state import State
from engine.imports.python.streams import Stream
from engine.imports.python.truth import known_truth
from engine.imports.python.unknown import RaisedError, Rest, Unknown, find_unknown, is_open
from engine.problems import phrase


def until_known(state: State, name: str, values: Stream, line: int) -> Any:
    """`any` or `all` of an iterator, of which they take no more items than they need."""
    state.journal.begin()
    try:
        items = values.take(line)
    except BaseException:
        state.journal.commit()
        raise
    changes = state.journal.rollback()
    values.spend()
    truths = [None if isinstance(item, Rest) else known_truth(item) for item in items]
    stops = [truth is not (name == "all") for truth in truths]
    is_whole = True not in stops[:-1]
    unknown = find_unknown(items) or Unknown(line, phrase("its value comes from data"))
    if is_whole:
        state.journal.redo(changes)
    else:
        for container, keys in state.journal.differing(changes):
            state.journal.forget(container, keys, unknown)
    first = stops.index(True) if True in stops else None
    if first is not None and truths[first] is None:
        return Unknown(unknown.line, unknown.why, unknown.question)
    return (first is None) == (name == "all")


def without_strict(args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `zip` without `strict`, which demands equal lengths. Raises RaisedError."""
    strict = known_truth(kwargs.get("strict", False))
    sized = [value for value in args if isinstance(value, list | tuple | dict | str | range)]
    lengths = {len(value) for value in sized if not is_open(value)}
    if strict and len(lengths) > 1:
        raise RaisedError("ValueError")
    return {name: value for name, value in kwargs.items() if name != "strict"}
