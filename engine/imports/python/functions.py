"""Call functions of the source: bind arguments to parameters, interpret the body."""

import ast
from dataclasses import replace
from typing import Any

from engine.imports.python import constants
from engine.imports.python.control import result
from engine.imports.python.expressions import SPREAD, without_spread
from engine.imports.python.reads import snapshot
from engine.imports.python.state import MAX_DEPTH, Frame, State
from engine.imports.python.statements import run
from engine.imports.python.streams import stream
from engine.imports.python.unknown import (
    NOT_READ,
    RaisedError,
    ReadError,
    Rest,
    TrainingFlag,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Function,
    Instance,
    Scope,
    Span,
)
from engine.problems import phrase


def call(
    state: State,
    function: Function,
    args: list[Any],
    kwargs: dict[str, Any],
    line: int,
    instance: Any = None,
) -> Any:
    """Call a function of the source; `instance` is the `self` of a method."""
    if function.results is not None:
        return _kept(state, function, args, kwargs, line, instance)
    if len(state.frames) > MAX_DEPTH:
        raise ReadError(line, phrase("functions call each other too deeply"))
    scope = Scope(parent=function.scope)
    state.journal.new(scope.names)
    scope.names |= bind(function, args, kwargs, line)
    frame = Frame(scope, function.owner, instance)
    if state.yields and function.is_generator:
        return stream(
            state.journal,
            lambda: _yielded(state, function, frame),
            lambda: snapshot(function.node, scope, list(scope.names.values())),
        )
    state.frames.append(frame)
    start = len(state.tape)
    try:
        if isinstance(function.node, ast.Lambda):
            return state.value(function.node.body)
        flow = run(state, function.node.body)
    finally:
        state.frames.pop()
    if name := _shown_name(function, instance):
        state.spans.append(Span(name, start, len(state.tape)))
    return result(state, frame, flow)


def _kept(
    state: State,
    function: Function,
    args: list[Any],
    kwargs: dict[str, Any],
    line: int,
    instance: Any,
) -> Any:
    """The result of `functools.cache`: that of an earlier call with the same arguments."""
    results, plain = function.results, replace(function, results=None)
    assert results is not None
    given = [*args, *kwargs.values()]
    if unknown := find_unknown(given):
        return Unknown(unknown.line, unknown.why)
    key = constants.key((*args, *kwargs.items()), line)
    if key not in results:
        state.journal.put(results, key, call(state, plain, args, kwargs, line, instance))
    return results[key]


def _yielded(state: State, function: Function, frame: Frame) -> list[Any]:
    """The items that a generator yields, evaluated at once.

    They are unknown where it also changes something, because that is due between the items.
    """
    if isinstance(function.node, ast.Lambda):
        raise ReadError(function.node.lineno, NOT_READ)
    if len(state.frames) > MAX_DEPTH:
        raise ReadError(function.node.lineno, phrase("functions call each other too deeply"))
    state.journal.begin()
    frame.yielded = state.journal.new([])
    state.frames.append(frame)
    try:
        flow = run(state, function.node.body)
        result(state, frame, flow)
    except BaseException:
        state.journal.commit()
        raise
    finally:
        state.frames.pop()
    changes = state.journal.rollback()
    differing = state.journal.differing(changes)
    changed = [pair for pair in differing if pair[0] is not frame.scope.names]
    if not changed:
        return frame.yielded
    unknown = Unknown(function.node.lineno, phrase("what a generator changes between its items"))
    for container, keys in changed:
        state.journal.forget(container, keys, unknown)
    return [Rest(unknown.line, unknown.why)]


def _shown_name(function: Function, instance: Any) -> str:
    """The name for what a call built: for the `call` of a layer that of its class."""
    if function.name == "call" and isinstance(instance, Instance):
        return instance.cls.name
    return "" if function.name.startswith("__") else function.name


def bind(function: Function, args: list[Any], kwargs: dict[str, Any], line: int) -> dict[str, Any]:
    """The values of a function's parameters; unknown for missing arguments."""
    parameters = function.node.args
    positional = [param.arg for param in (*parameters.posonlyargs, *parameters.args)]
    names = [*positional, *(param.arg for param in parameters.kwonlyargs)]
    if len(args) > len(positional) and not parameters.vararg:
        raise RaisedError("TypeError")
    spread = kwargs.pop(SPREAD, None)
    bound = dict(function.defaults)
    bound |= dict(zip(positional, args, strict=False))
    if parameters.vararg:
        bound[parameters.vararg.arg] = tuple(args[len(positional) :])
    bound |= {name: value for name, value in kwargs.items() if name in names}
    if parameters.kwarg:
        rest = {name: value for name, value in kwargs.items() if name not in names}
        unknown = {SPREAD: spread} if spread is not None else {}
        bound[parameters.kwarg.arg] = without_spread(rest | unknown)
    for name in names:
        if spread is not None and name not in kwargs and name not in positional[: len(args)]:
            bound[name] = spread
        elif name not in bound:
            why = phrase("“{name}” was not passed", name=name)
            bound[name] = Unknown(line, why)
    return bound


def call_with_flag(
    state: State, function: Function, args: list[Any], kwargs: dict[str, Any], instance: Any
) -> Any:
    """Call the `call` method of a custom layer, whose argument `training` Keras sets."""
    parameters = [param.arg for param in (*function.node.args.args, *function.node.args.kwonlyargs)]
    line = function.node.lineno
    if "training" in parameters and "training" not in kwargs:
        position = parameters.index("training") - 1  # without self
        if len(args) <= position:
            why = phrase("it depends on whether the model is training")
            known = state.within.training if state.within else None
            flag = TrainingFlag(line, why) if known is None else known
            kwargs = {**kwargs, "training": flag}
    return call(state, function, [instance, *args], kwargs, line, instance)


def required(function: Function) -> list[str]:
    """The parameters of a function that have no default."""
    parameters = function.node.args
    listed = (*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs)
    return [param.arg for param in listed if param.arg not in function.defaults]
