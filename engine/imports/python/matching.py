"""Interpret `match` statements whose patterns compare with constants."""

import ast
from functools import partial
from typing import Any

from engine.imports.python.control import Branch, Flow, either
from engine.imports.python.state import State
from engine.imports.python.truth import known_truth
from engine.imports.python.unknown import Unknown, find_unknown
from engine.problems import phrase

_PLAIN = (str, int, float, bool, type(None))
_NOT_READ = phrase("this kind of pattern is not read")


def run_match(state: State, node: ast.Match) -> Flow:
    """Interpret the first case that matches; from one on that is not certain, all and none."""
    subject = state.value(node.subject)
    for index, case in enumerate(node.cases):
        truth = _matches(state, case.pattern, subject)
        if truth and case.guard is not None:
            truth = known_truth(state.value(case.guard))
        if truth is None:
            doubt = find_unknown(subject) or Unknown(node.lineno, _NOT_READ)
            rest: list[Branch] = [partial(_run, state, case, doubt) for case in node.cases[index:]]
            return either(state, doubt, [*rest, lambda: Flow.NEXT])
        if truth:
            flow: Flow = state.run(case.body)
            return flow
    return Flow.NEXT


def _run(state: State, case: ast.match_case, doubt: Unknown) -> Flow:
    """Interpret a case of which it is not known whether it matches."""
    for pattern in ast.walk(case.pattern):
        if isinstance(pattern, ast.MatchAs | ast.MatchStar) and pattern.name is not None:
            state.journal.put(state.scope.names, pattern.name, doubt)
    flow: Flow = state.run(case.body)
    return flow


def _matches(state: State, pattern: ast.pattern, subject: Any) -> bool | None:
    """Whether a value matches a pattern; None where that is not certain.

    A capture assigns the value to its name.
    """
    match pattern:
        case ast.MatchValue(value=value):
            return _equal(subject, state.value(value))
        case ast.MatchSingleton(value=value):
            return None if find_unknown(subject) else subject is value
        case ast.MatchOr(patterns=patterns):
            truths = [_matches(state, part, subject) for part in patterns]
            return True if True in truths else (None if None in truths else False)
        case ast.MatchAs(pattern=inner, name=name):
            truth = True if inner is None else _matches(state, inner, subject)
            if truth and name is not None:
                state.journal.put(state.scope.names, name, subject)
            return truth
    return None


def _equal(subject: Any, value: Any) -> bool | None:
    if isinstance(subject, _PLAIN) and isinstance(value, _PLAIN):
        return bool(subject == value)
    return None
