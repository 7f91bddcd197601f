"""`with` statements: what classes of the source do where a block begins and ends."""

import ast
from typing import Any

from engine.imports.python import attempts, names
from engine.imports.python.control import Flow
from engine.imports.python.inheritance import find
from engine.imports.python.state import State
from engine.imports.python.truth import known_truth
from engine.imports.python.unknown import Path, RaisedError, Unknown
from engine.imports.python.values import Bound, Instance
from engine.problems import phrase

_ENTER, _EXIT = "__enter__", "__exit__"


def run_with(state: State, node: ast.With) -> Flow:
    """Interpret a `with` statement."""
    return _run(state, node.items, node.body, node.lineno)


def _run(state: State, items: list[ast.withitem], body: list[ast.stmt], line: int) -> Flow:
    if not items:
        flow: Flow = state.run(body)
        return flow
    first, *rest = items
    if (caught := _suppressed(state, first.context_expr)) is not None:
        return attempts.run_try(state, _attempt(first.context_expr, rest, body, caught))
    value = state.value(first.context_expr)
    entered = _enter(state, value, line)
    if first.optional_vars is not None:
        names.assign(state, first.optional_vars, entered)
    leave = find(value.cls, _EXIT) if isinstance(value, Instance) else None
    if leave is None:
        return _run(state, rest, body, line)
    try:
        flow = _run(state, rest, body, line)
    except RaisedError:
        error = Unknown(line, phrase("the value of an exception"))
        swallows = known_truth(state.call(Bound(leave, (value,)), [error] * 3, {}, line))
        if swallows is not True:
            raise
        return Flow.NEXT
    state.call(Bound(leave, (value,)), [None] * 3, {}, line)
    return flow


def _enter(state: State, value: Any, line: int) -> Any:
    if isinstance(value, Unknown):
        return value
    enter = find(value.cls, _ENTER) if isinstance(value, Instance) else None
    if enter is not None:
        return state.call(Bound(enter, (value,)), [], {}, line)
    return Unknown(line, phrase("the value of a with statement"))


def _suppressed(state: State, node: ast.expr) -> list[ast.expr] | None:
    """The exceptions that `contextlib.suppress(…)` catches; None for another manager."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
        return None
    if "suppress" not in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
        return None
    return node.args if state.value(node.func) == Path("contextlib.suppress") else None


def _attempt(
    node: ast.expr, rest: list[ast.withitem], body: list[ast.stmt], caught: list[ast.expr]
) -> ast.Try:
    """The `try` statement that does what `with suppress(…)` does."""
    inner: list[ast.stmt] = [ast.With(items=rest, body=body)] if rest else body
    handler = ast.ExceptHandler(type=ast.Tuple(elts=caught, ctx=ast.Load()), body=[ast.Pass()])
    attempt = ast.Try(body=inner, handlers=[handler], orelse=[], finalbody=[])
    for part in (attempt, *ast.walk(handler), *inner):
        if not hasattr(part, "lineno"):
            ast.copy_location(part, node)
    return attempt
