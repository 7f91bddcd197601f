"""Interpret the expressions of Python source.

Nothing is executed or imported. What can't be determined is `Unknown`, which is a problem only
where a model needs it. The number of steps and the sizes of values are bounded.
"""

import ast
from dataclasses import replace
from typing import Any

from engine.imports.python import names, strings
from engine.imports.python.displays import (
    comprehension,
    dict_comprehension,
    dict_of,
    generator,
    listed,
    set_of,
    yielded,
)
from engine.imports.python.iteration import items_of
from engine.imports.python.operators import binary, compared, conditional, logical, unary
from engine.imports.python.state import State
from engine.imports.python.subscripts import item, key
from engine.imports.python.unknown import (
    NOT_READ,
    RaisedError,
    ReadError,
    Rest,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Function,
)
from engine.problems import phrase

SPREAD = "**"
"""The keyword that represents `**kwargs` whose content is unknown."""


def evaluate(state: State, node: ast.expr) -> Any:  # noqa: C901, PLR0912
    """The value of an expression."""
    line = node.lineno
    state.step(line)
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return names.look_up(state, name, line)
        case ast.Attribute(value=owner, attr=name):
            return state.attribute(state.value(owner), name, line)
        case ast.Call():
            return _called(state, node)
        case ast.List(elts=items):
            return state.journal.new(state.weighed(list(listed(state, items)), line))
        case ast.Tuple(elts=items):
            return state.weighed(tuple(listed(state, items)), line)
        case ast.Set(elts=items):
            return set_of(state, list(listed(state, items)), line)
        case ast.Dict():
            return state.journal.new(state.weighed(dict_of(state, node), line))
        case ast.BinOp(left=left, op=op, right=right):
            return binary(state, op, state.value(left), state.value(right), line)
        case ast.UnaryOp(op=op, operand=operand):
            return unary(state, op, state.value(operand), line)
        case ast.Compare():
            return compared(state, node)
        case ast.BoolOp():
            return logical(state, node.values, isinstance(node.op, ast.Or))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return conditional(state, test, body, orelse)
        case ast.Subscript(value=owner, slice=index):
            return item(state, state.value(owner), key(state, index), line)
        case ast.JoinedStr(values=parts):
            return strings.joined(state, parts, line)
        case ast.ListComp(generators=loops):
            return comprehension(state, loops, lambda: state.value(node.elt), list, line)
        case ast.GeneratorExp():
            return generator(state, node)
        case ast.Yield(value=inner):
            return yielded(state, [state.value(inner) if inner else None], line)
        case ast.YieldFrom(value=inner):
            return yielded(state, items_of(state.value(inner), line), line)
        case ast.SetComp(generators=loops):
            return comprehension(state, loops, lambda: state.value(node.elt), set, line)
        case ast.DictComp(generators=loops):
            return dict_comprehension(state, node)
        case ast.Lambda():
            return function(state, node)
        case ast.NamedExpr(target=target, value=inner):
            value = state.value(inner)
            state.assign(target, value)
            return value
        case ast.Starred():
            return Unknown(line, NOT_READ)
    return Unknown(line, NOT_READ)


def function(state: State, node: ast.FunctionDef | ast.Lambda) -> Function:
    """The value of a function definition; its defaults are evaluated now, once."""
    parameters = node.args
    positional = [*parameters.posonlyargs, *parameters.args]
    pairs = [
        *zip(positional[len(positional) - len(parameters.defaults) :], parameters.defaults,
             strict=True),
        *zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True),
    ]  # fmt: skip
    defaults = {parameter.arg: state.value(value) for parameter, value in pairs if value}
    return Function(node, state.scope, defaults)


# --- calls --------------------------------------------------------------------------------------


def _called(state: State, node: ast.Call) -> Any:
    called = state.value(node.func)
    if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
        return names.enclosing_super(state, node.lineno)
    args = list(listed(state, node.args))
    kwargs: dict[str, Any] = {}
    for keyword in node.keywords:
        value = state.value(keyword.value)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
        else:
            kwargs |= _spread(state, value, keyword.value.lineno)
    try:
        return state.call(called, args, kwargs, node.lineno)
    except RaisedError:
        raise
    except ReadError as error:
        return error.unknown


def _spread(state: State, value: Any, line: int) -> dict[str, Any]:
    """The keyword arguments in `**value`."""
    if isinstance(value, dict):
        state.step(line, len(value))
        known = {str(name): inner for name, inner in value.items() if not isinstance(name, Rest)}
        rest = next((name for name in value if isinstance(name, Rest)), None)
        return known if rest is None else known | {SPREAD: replace(rest, line=line)}
    unknown = find_unknown(value) or Unknown(line, phrase("the unpacked value is not a dict"))
    return {SPREAD: replace(unknown, line=line)}


def without_spread(kwargs: dict[str, Any]) -> dict[Any, Any]:
    """Keyword arguments as the items of a dict, those that are not known among them."""
    items: dict[Any, Any] = {name: value for name, value in kwargs.items() if name != SPREAD}
    spread = kwargs.get(SPREAD)
    if isinstance(spread, Unknown):
        rest = Rest(spread.line, spread.why, spread.question)
        items[rest] = rest
    return items
