"""Interpret loops: item by item, or as repeated an unknown number of times."""

import ast
from collections.abc import Callable, Iterable
from typing import Any

from engine.imports.python import names
from engine.imports.python.control import MAYBE, Flow, repeat
from engine.imports.python.iteration import in_order, items_of
from engine.imports.python.state import State
from engine.imports.python.streams import Stream
from engine.imports.python.truth import doubt, known_truth
from engine.imports.python.unknown import (
    Derived,
    RaisedError,
    Rest,
    Unknown,
)
from engine.imports.python.values import (
    Array,
    LayerList,
    View,
)
from engine.problems import phrase

MAX_LOOP_STEPS = 15_000
"""Steps after which the remaining iterations of a loop are not interpreted one by one."""
IDLE_STEPS = 500
"""Steps after which a loop is examined for whether its iterations still change anything."""
_TOO_LONG = phrase("the loop takes too many steps to read")


class _Budget:
    """How long the iterations of a loop are interpreted one by one.

    Items that can be changed are always interpreted: an unknown item can't stand for them.
    """

    def __init__(self, state: State, node: ast.stmt, items: Iterable[Any] = ()) -> None:
        self.state, self.node, self.items = state, node, items
        most = IDLE_STEPS if node in state.long_loops else MAX_LOOP_STEPS
        self.limit = state.steps + most
        self._next = state.steps + IDLE_STEPS
        self._size = self._count()

    def _count(self) -> tuple[int, int]:
        return len(self.state.tape), len(self.state.models)

    def is_spent(self, iterate: Callable[[], Flow]) -> bool:
        """Whether to stop: after too many steps, or where `iterate`, an iteration with an unknown
        item, calls no layer and changes only names of the function."""
        state = self.state
        if state.steps <= self._next:
            return False
        if state.steps > self.limit:
            state.long_loops.add(self.node)
            return True
        begun = state.steps
        same = self._count() == self._size and all(map(_is_plain, self.items))
        if same and _is_idle(state, iterate) and self._count() == self._size:
            return True
        self._next = state.steps + max(IDLE_STEPS, 8 * (state.steps - begun))
        self._size = self._count()
        return False


def _is_idle(state: State, iterate: Callable[[], Flow]) -> bool:
    """Whether an iteration changes only names of the function; its changes are undone."""
    state.journal.begin()
    try:
        flow = iterate()
    except RaisedError:
        state.journal.rollback()
        return False
    except BaseException:
        state.journal.commit()
        raise
    differing = state.journal.differing(state.journal.rollback())
    return flow is Flow.NEXT and all(
        container is state.scope.names or _is_rows(container) for container, _ in differing
    )


def _is_rows(container: Any) -> bool:
    """Whether a list holds only values that are not known, such as rows of data."""
    if not isinstance(container, list) or not container:
        return False
    return all(isinstance(item, Unknown | Array) for item in container)


def _is_plain(item: Any) -> bool:
    """Whether an item can't be changed."""
    if isinstance(item, tuple):
        return all(map(_is_plain, item))
    return item is None or isinstance(item, str | int | float | Unknown | Array)


def for_each(state: State, node: ast.For) -> Flow:
    """Interpret a `for` statement."""
    value = in_order(state.value(node.iter), node.iter.lineno)
    if isinstance(value, Stream):
        items = value.take(node.iter.lineno, at_once=False)
        return _for_each_of_stream(state, node, items, value)
    items = items_of(value, node.iter.lineno)
    if isinstance(value, list) and not isinstance(value, LayerList | View):
        return _for_each(state, node, value)
    return _for_each(state, node, items)


def _for_each_of_stream(state: State, node: ast.For, items: list[Any], stream: Stream) -> Flow:
    """Interpret a loop over an iterator, whose items must not depend on what the loop changes."""
    models, before = len(state.models), stream.reads()
    state.journal.begin()
    try:
        flow = _for_each(state, node, items)
    except BaseException:
        state.journal.commit()
        raise
    if stream.reads() == before:
        state.journal.commit()
        return flow
    state.journal.rollback()
    del state.models[models:]
    why = phrase("the loop changes what the items of its iterator depend on")
    return _repeat_for(state, node, Rest(node.lineno, why))


def _for_each(state: State, node: ast.For, items: list[Any]) -> Flow:
    budget = _Budget(state, node, items)
    rest = Rest(node.lineno, _TOO_LONG)
    for index, item in enumerate(items):  # a list that the loop changes, as it is then
        if isinstance(item, Rest):
            return _repeat_for(state, node, item)
        if budget.is_spent(lambda: _iteration(state, node, _unknown(rest))):
            return _repeat_for(state, node, rest)
        flow = _iteration(state, node, item)
        if flow is Flow.BREAK:
            return Flow.NEXT
        if flow is Flow.RETURN:
            return flow
        if flow in MAYBE:
            return _rest_of_for(state, node, items[index + 1 :])
        if items and isinstance(items[0], Rest):  # the loop made the list unknown
            return _repeat_for(state, node, items[0])
    return _finally(state, node)


def _finally(state: State, node: ast.For | ast.While) -> Flow:
    """Interpret the `else` of a loop that ended without a break."""
    flow: Flow = state.run(node.orelse)
    return flow


def _iteration(state: State, node: ast.For, item: Any) -> Flow:
    names.assign(state, node.target, item)
    flow: Flow = state.run(node.body)
    return flow


def _unknown(rest: Rest) -> Unknown:
    return Unknown(rest.line, rest.why, rest.question)


def _repeat_for(state: State, node: ast.For, rest: Rest) -> Flow:
    why = phrase("it changes in a loop of unknown length: {why}", why=rest.why)
    unknown = Derived(node.lineno, why, rest.question)
    return repeat(state, unknown, lambda: _iteration(state, node, _unknown(rest)))


def _rest_of_for(state: State, node: ast.For, items: list[object]) -> Flow:
    """The remaining iterations of a loop that may have ended."""
    frame = state.frame
    why = frame.doubt.why if frame.doubt else ""
    if items:
        _repeat_for(state, node, Rest(node.lineno, why))
    return Flow.MAYBE_RETURN if frame.maybe else Flow.NEXT


def repeat_while(state: State, node: ast.While) -> Flow:
    """Interpret a `while` statement."""
    budget = _Budget(state, node)
    while not budget.is_spent(lambda: state.run(node.body)):
        condition = state.value(node.test)
        truth = known_truth(condition)
        if truth is None:
            return _repeat_while(state, node, doubt(condition, node.lineno))
        if not truth:
            return _finally(state, node)
        flow = state.run(node.body)
        if flow is Flow.BREAK:
            return Flow.NEXT
        if flow is Flow.RETURN:
            return flow
        if flow in MAYBE:
            return _repeat_while(state, node, state.frame.doubt)
    return _repeat_while(state, node, Unknown(node.lineno, _TOO_LONG))


def _repeat_while(state: State, node: ast.While, unknown: Unknown | None) -> Flow:
    return repeat(state, unknown or Unknown(node.lineno, ""), lambda: state.run(node.body))
