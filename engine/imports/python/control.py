"""Control flow whose conditions are unknown: branches, loops, and early returns.

Each alternative is interpreted in a transaction. What differs between the alternatives becomes
unknown, so that an unknown condition never leads to another model.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from engine.imports.python.journal import Changes, joined_value
from engine.imports.python.state import Frame, State
from engine.imports.python.unknown import (
    RaisedError,
    Unknown,
)

MAX_ATTEMPTS = 4
"""Attempts to find out what an iteration changes."""


class Flow(Enum):
    """How a statement ended. A MAYBE is one that ended differently in some alternatives."""

    NEXT = auto()
    BREAK = auto()
    CONTINUE = auto()
    RETURN = auto()
    MAYBE_LOOP = auto()  # perhaps a break or continue, perhaps a return
    MAYBE_RETURN = auto()


MAYBE = (Flow.MAYBE_LOOP, Flow.MAYBE_RETURN)
Branch = Callable[[], Flow]


def either(state: State, doubt: Unknown, branches: list[Branch]) -> Flow:
    """Interpret the branches of a condition that is unknown, and join their results.

    A branch that raises an exception is not taken: the program is assumed to succeed.
    """
    frame = state.frame
    staying: list[Changes] = []
    flows: list[Flow] = []
    for branch in branches:
        state.journal.begin()
        try:
            flow = branch()
        except RaisedError:
            state.journal.rollback()
            state.doubtful_raises.append(doubt)
            continue
        except BaseException:
            state.journal.commit()
            raise
        changes = state.journal.rollback()
        flows.append(flow)
        if flow is Flow.RETURN:
            frame.maybe.append(frame.returned)
        (staying if flow in (Flow.NEXT, *MAYBE) else frame.pending).append(changes)
    if not flows:
        raise RaisedError
    frame.doubt = doubt
    if staying:
        state.journal.join(staying, doubt)
    return _combined(frame, flows)


def _combined(frame: Frame, flows: list[Flow]) -> Flow:
    """How a statement ends whose alternatives end like `flows`."""
    kinds = set(flows)
    if len(kinds) == 1:
        if kinds == {Flow.RETURN}:
            frame.returned = frame.maybe.pop()
        return flows[0]
    if kinds & {Flow.BREAK, Flow.CONTINUE, Flow.MAYBE_LOOP}:
        return Flow.MAYBE_LOOP
    return Flow.MAYBE_RETURN


def finish_block(state: State, rest: Callable[[], Flow], maybe: Flow) -> Flow:
    """Interpret the rest of a block that an alternative may have left."""
    frame = state.frame
    doubt = _doubt(frame)
    state.journal.begin()
    try:
        flow = rest()
    except RaisedError:
        state.journal.rollback()
        state.doubtful_raises.append(doubt)
        return maybe
    except BaseException:
        state.journal.commit()
        raise
    state.journal.join([Changes({}), state.journal.rollback()], doubt)
    if flow is Flow.RETURN and maybe is Flow.MAYBE_RETURN:
        return flow
    if flow is Flow.RETURN:
        frame.maybe.append(frame.returned)
    loop = maybe is Flow.MAYBE_LOOP or flow in (Flow.BREAK, Flow.CONTINUE, Flow.MAYBE_LOOP)
    return Flow.MAYBE_LOOP if loop else Flow.MAYBE_RETURN


def repeat(state: State, doubt: Unknown, body: Branch) -> Flow:
    """Interpret the body of a loop that is repeated an unknown number of times.

    What an iteration changes is unknown at the beginning of the next one. A name that only the
    loop defines keeps its value after the loop.
    """
    for attempt in range(MAX_ATTEMPTS):
        models = len(state.models)
        state.journal.begin()
        try:
            flow = body()
        except RaisedError:
            state.journal.rollback()
            state.doubtful_raises.append(doubt)
            return Flow.NEXT
        except BaseException:
            state.journal.commit()
            raise
        changes = state.journal.rollback()
        differing = state.journal.differing(changes)
        if not differing or attempt == MAX_ATTEMPTS - 1:
            break
        for container, keys in differing:
            state.journal.forget(container, keys, doubt)
        del state.models[models:]
    state.journal.join([Changes({}), changes], doubt)
    if flow is Flow.RETURN:
        state.frame.maybe.append(state.frame.returned)
        state.frame.doubt = doubt
    return Flow.MAYBE_RETURN if state.frame.maybe else Flow.NEXT


def result(state: State, frame: Frame, flow: Flow) -> Any:
    """The value that a call returns, after joining the changes of all ways to leave it."""
    if frame.pending:
        state.journal.join([Changes({}), *frame.pending], _doubt(frame))
    values = [*frame.maybe]
    if flow is Flow.RETURN:
        values.append(frame.returned)
    else:
        values.append(None)
    return joined_value(values, _doubt(frame)) if len(values) > 1 else values[0]


def _doubt(frame: Frame) -> Unknown:
    assert frame.doubt is not None or not (frame.maybe or frame.pending)
    return frame.doubt or Unknown(0, "")
