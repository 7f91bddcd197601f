"""Interpret the statements of Python source: assignments, loops, conditions, definitions."""

import ast
from functools import partial
from typing import Any

from engine.imports.python import (
    attempts,
    classes,
    contexts,
    loops,
    matching,
    named_constants,
    names,
)
from engine.imports.python.control import MAYBE, Flow, either, finish_block
from engine.imports.python.expressions import function
from engine.imports.python.iteration import items_of
from engine.imports.python.operators import binary
from engine.imports.python.state import State
from engine.imports.python.training_flag import is_dropped_at_inference
from engine.imports.python.truth import doubt, known_truth
from engine.imports.python.unknown import (
    NOT_READ,
    EndlessError,
    RaisedError,
    ReadError,
    TrainingFlag,
    Unknown,
    find_unknown,
)
from engine.problems import phrase


def run(state: State, body: list[ast.stmt]) -> Flow:
    """Interpret statements in order until one leaves the block."""
    for index, statement in enumerate(body):
        state.step(statement.lineno)
        try:
            flow = execute(state, statement)
        except EndlessError:
            raise
        except ReadError as error:
            forget(state, statement, error.unknown)
            continue
        if flow in MAYBE:
            rest = body[index + 1 :]
            return finish_block(state, partial(run, state, rest), flow)
        if flow is not Flow.NEXT:
            return flow
    return Flow.NEXT


def forget(state: State, statement: ast.stmt, unknown: Unknown) -> None:
    """Make the names unknown that a statement assigns."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.assign(state, node, unknown)


def execute(state: State, node: ast.stmt) -> Flow:  # noqa: C901, PLR0912
    """Interpret one statement. Raises ReadError for one that can't be interpreted."""
    match node:
        case ast.Expr(value=value):
            state.value(value)
        case ast.Assign(targets=targets, value=value):
            result = state.value(value)
            for target in targets:
                if not names.alias(state, target, result):
                    names.assign(state, target, named_constants.with_name(state, target, result))
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            result = named_constants.with_name(state, target, state.value(value))
            names.assign(state, target, result)
        case ast.AugAssign():
            named_constants.forget_name(state, node.target)
            _augment(state, node)
        case ast.Import() | ast.ImportFrom():
            names.import_names(state, node)
        case ast.FunctionDef():
            _define(state, node)
        case ast.ClassDef():
            classes.define(state, node)
        case ast.Return(value=value):
            state.frame.returned = state.value(value) if value else None
            return Flow.RETURN
        case ast.If():
            return _if(state, node)
        case ast.For():
            return loops.for_each(state, node)
        case ast.While():
            return loops.repeat_while(state, node)
        case ast.Break():
            return Flow.BREAK
        case ast.Continue():
            return Flow.CONTINUE
        case ast.With():
            return contexts.run_with(state, node)
        case ast.Try():
            return attempts.run_try(state, node)
        case ast.Raise(exc=error):
            raise RaisedError(attempts.kind_of(state, error))
        case ast.Assert(test=test):
            if known_truth(state.value(test)) is False:
                raise RaisedError("AssertionError")
        case ast.Delete(targets=targets):
            for target in targets:
                names.delete(state, target)
        case ast.Global(names=listed):
            state.scope.outer.update(dict.fromkeys(listed, "global"))
        case ast.Nonlocal(names=listed):
            state.scope.outer.update(dict.fromkeys(listed, "nonlocal"))
        case ast.AsyncFunctionDef(name=name):
            why = phrase("asynchronous functions are not read")
            state.journal.put(state.scope.names, name, Unknown(node.lineno, why))
        case ast.Match():
            return matching.run_match(state, node)
        case ast.AsyncFor():
            raise ReadError(node.lineno, phrase("this kind of statement is not read"))
    return Flow.NEXT


def _augment(state: State, node: ast.AugAssign) -> None:
    """`target op= value`; a list is extended in place, so that all its names see it."""
    left, right = state.value(node.target), state.value(node.value)
    if isinstance(left, list) and isinstance(node.op, ast.Add):
        items = items_of(right, node.lineno)
        state.step(node.lineno, len(items))
        state.journal.touch(left)
        left.extend(items)
        return
    if isinstance(left, list | dict | set):
        _augment_in_place(state, node, left, right)
        return
    names.assign(state, node.target, binary(state, node.op, left, right, node.lineno))


def _augment_in_place(
    state: State, node: ast.AugAssign, left: list[Any] | dict[Any, Any] | set[Any], right: Any
) -> None:
    """`target op= value` of a value that changes in place, for all its names."""
    result = binary(state, node.op, left, right, node.lineno)
    state.journal.touch(left)
    if type(result) is not type(left):
        state.journal.forget_all(left, find_unknown(result) or Unknown(node.lineno, NOT_READ))
    elif isinstance(left, list):
        left[:] = result
    else:
        left.clear()
        left.update(result)


def _define(state: State, node: ast.FunctionDef) -> None:
    value = function(state, node)
    for decorator in reversed(node.decorator_list):
        value = classes.decorated(state, decorator, value)
    state.journal.put(state.scope.names, node.name, value)


# --- conditions ---------------------------------------------------------------------------------


def _if(state: State, node: ast.If) -> Flow:
    condition = state.value(node.test)
    truth = known_truth(condition)
    if truth is not None:
        return run(state, node.body if truth else node.orelse)
    if isinstance(condition, TrainingFlag) and not node.orelse and is_dropped_at_inference(
        state, lambda: run(state, node.body)
    ):  # fmt: skip
        return run(state, node.body)
    unknown = doubt(condition, node.lineno)
    return either(state, unknown, [lambda: run(state, node.body), lambda: run(state, node.orelse)])
