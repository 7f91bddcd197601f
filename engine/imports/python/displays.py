"""Interpret displays and comprehensions: lists, sets and dicts."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

from engine.imports.python import constants
from engine.imports.python.iteration import items_of, merge
from engine.imports.python.reads import snapshot
from engine.imports.python.state import State
from engine.imports.python.streams import Stream, stream
from engine.imports.python.truth import doubt, known_truth
from engine.imports.python.unknown import (
    NOT_READ,
    ReadError,
    Rest,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Array,
    Scope,
)
from engine.problems import phrase

IDLE_STEPS = 1_000
"""Steps that the items of a comprehension which are not known may take."""
_TOO_LONG = phrase("the loop takes too many steps to read")
_NOT_EVALUATED = object()


def listed(state: State, items: list[ast.expr]) -> Iterator[Any]:
    """The values of the elements of a display; a starred one may have several."""
    for element in items:
        if not isinstance(element, ast.Starred):
            yield state.value(element)
            continue
        inner = items_of(state.value(element.value), element.lineno)
        state.step(element.lineno, len(inner))
        yield from inner


def set_of(state: State, items: list[Any], line: int) -> Any:
    """The set of values; unknown when one of them is."""
    unknown = find_unknown(items)
    if unknown is not None:
        return unknown
    return state.journal.new({constants.key(value, line) for value in items})


def dict_of(state: State, node: ast.Dict) -> dict[Any, Any]:
    """The value of a dict display."""
    result: dict[Any, Any] = {}
    for name, value in zip(node.keys, node.values, strict=True):
        if name is not None:
            result[constants.key(state.value(name), name.lineno)] = state.value(value)
            continue
        inner = state.value(value)
        if isinstance(inner, dict):
            state.step(value.lineno, len(inner))
            merge(result, inner)
        else:
            rest = items_of(inner, value.lineno)[0]
            merge(result, {rest: rest})
    return result


def comprehension(
    state: State,
    loops: list[ast.comprehension],
    element: Callable[[], Any],
    kind: type,
    line: int,
    first: Any = _NOT_EVALUATED,
) -> Any:
    """The list or set of a comprehension, which has a scope of its own.

    `first` is the value that its first loop iterates over, if it was evaluated before.
    """
    frame = state.frame
    outer, frame.scope = frame.scope, Scope(parent=frame.scope)
    try:
        values = list(_iterations(state, loops, element, first))
    finally:
        frame.scope = outer
    if kind is set:
        return set_of(state, values, line)
    return state.journal.new(state.weighed(values, line))


def generator(state: State, node: ast.GeneratorExp) -> Stream:
    """A generator expression: only what its first loop iterates over is evaluated now."""
    first, scope = state.value(node.generators[0].iter), state.scope

    def compute() -> list[Any]:
        frame = state.frame
        outer, frame.scope = frame.scope, scope
        try:
            result: list[Any] = comprehension(
                state, node.generators, lambda: state.value(node.elt), list, node.lineno, first
            )
        finally:
            frame.scope = outer
        return result

    return stream(state.journal, compute, lambda: snapshot(node, scope, first))


def yielded(state: State, items: list[Any], line: int) -> Unknown:
    """Add items to those that a generator yields; what is sent to it is not known."""
    container = state.frame.yielded
    if container is None:
        raise ReadError(line, NOT_READ)
    state.step(line, len(items))
    state.journal.touch(container)
    container.extend(items)
    return Unknown(line, phrase("what is sent to a generator"))


def _iterations(
    state: State,
    loops: list[ast.comprehension],
    element: Callable[[], Any],
    first: Any = _NOT_EVALUATED,
) -> Iterator[Any]:
    if not loops:
        yield element()
        return
    loop, *inner = loops
    budget = _Budget(state)
    iterated = state.value(loop.iter) if first is _NOT_EVALUATED else first
    for value in items_of(iterated, loop.iter.lineno):
        if isinstance(value, Rest):
            yield value
            continue
        state.assign(loop.target, value)
        state.step(loop.iter.lineno)
        truths = [state.value(test) for test in loop.ifs]
        if any(known_truth(truth) is None for truth in truths):
            unknown = doubt(next(t for t in truths if known_truth(t) is None), loop.iter.lineno)
            yield from items_of(unknown, loop.iter.lineno)
        elif all(truths):
            items = list(_iterations(state, inner, element))
            yield from items
            if budget.is_spent(items):
                yield Rest(loop.iter.lineno, _TOO_LONG)
                return


class _Budget:
    """How long the items of a comprehension that are not known are evaluated one by one."""

    def __init__(self, state: State) -> None:
        self._state, self._limit, self._size = state, state.steps + IDLE_STEPS, len(state.tape)

    def is_spent(self, items: list[Any]) -> bool:
        """Whether to stop after these items: they are not known, and no layer was called."""
        state = self._state
        if state.steps <= self._limit or len(state.tape) > self._size:
            return False
        return all(isinstance(item, Unknown | Array) for item in items)


def dict_comprehension(state: State, node: ast.DictComp) -> Any:
    """The dict of a comprehension."""

    def pair() -> tuple[Any, Any]:
        return constants.key(state.value(node.key), node.lineno), state.value(node.value)

    pairs = comprehension(state, node.generators, pair, list, node.lineno)
    return state.journal.new(dict(p if isinstance(p, tuple) else (p, p) for p in pairs))
