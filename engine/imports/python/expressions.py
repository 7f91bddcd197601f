"""Interpret the expressions of Python source.

Nothing is executed or imported. What can't be determined is `Unknown`, which is a problem only
where a model needs it. The number of steps and the sizes of values are bounded.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from engine.imports.python import arrays, constants, names, strings
from engine.imports.python.control import Flow, either
from engine.imports.python.iteration import items_of
from engine.imports.python.journal import joined_value
from engine.imports.python.state import State
from engine.imports.python.values import (
    NOT_READ,
    Array,
    Derived,
    Function,
    Path,
    RaisedError,
    ReadError,
    Rest,
    Scope,
    Tensor,
    Unknown,
    find_unknown,
    is_open,
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
        case ast.List(elts=items):
            return state.journal.new(state.weighed(list(_items(state, items)), line))
        case ast.Tuple(elts=items):
            return state.weighed(tuple(_items(state, items)), line)
        case ast.Set(elts=items):
            return _set(state, list(_items(state, items)), line)
        case ast.Dict():
            return state.journal.new(state.weighed(_dict(state, node), line))
        case ast.BinOp(left=left, op=op, right=right):
            return binary(state, op, state.value(left), state.value(right), line)
        case ast.UnaryOp(op=op, operand=operand):
            return _unary(state, op, state.value(operand), line)
        case ast.Compare():
            return _compare(state, node)
        case ast.BoolOp():
            return _bool(state, node.values, isinstance(node.op, ast.Or))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _conditional(state, test, body, orelse)
        case ast.Subscript(value=owner, slice=index):
            return item(state, state.value(owner), key(state, index), line)
        case ast.JoinedStr(values=parts):
            return strings.joined(state, parts, line)
        case ast.ListComp(generators=loops):
            return _comprehension(state, loops, lambda: state.value(node.elt), list, line)
        case ast.GeneratorExp(generators=loops):
            return _comprehension(state, loops, lambda: state.value(node.elt), list, line)
        case ast.SetComp(generators=loops):
            return _comprehension(state, loops, lambda: state.value(node.elt), set, line)
        case ast.DictComp(generators=loops):
            return _dict_comprehension(state, node)
        case ast.Lambda():
            return function(state, node)
        case ast.Call():
            return _called(state, node)
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


def known_truth(value: Any) -> bool | None:
    """Whether a value counts as true; None when it is unknown."""
    if isinstance(value, Unknown | Tensor | Array) or _is_foreign(value):
        return None
    if isinstance(value, list | tuple | dict | set):
        return None if is_open(value) else bool(value)
    return bool(value) if isinstance(value, constants.CONSTANT) else True


def _is_foreign(value: Any) -> bool:
    """Whether a value is an attribute of a module about which nothing is known."""
    return isinstance(value, Path) and not value.is_known


def doubt(value: Any, line: int) -> Unknown:
    """The unknown value that results from a condition that is unknown."""
    unknown = find_unknown(value)
    why = unknown.why if unknown else phrase("its value comes from data")
    question = unknown.question if unknown else ""
    return Derived(
        line, phrase("it depends on a condition that is not known: {why}", why=why), question
    )


# --- displays -----------------------------------------------------------------------------------


def _items(state: State, items: list[ast.expr]) -> Iterator[Any]:
    for element in items:
        if not isinstance(element, ast.Starred):
            yield state.value(element)
            continue
        inner = items_of(state.value(element.value), element.lineno)
        state.step(element.lineno, len(inner))
        yield from inner


def _set(state: State, items: list[Any], line: int) -> Any:
    unknown = find_unknown(items)
    if unknown is not None:
        return unknown
    return state.journal.new({constants.key(value, line) for value in items})


def _dict(state: State, node: ast.Dict) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for name, value in zip(node.keys, node.values, strict=True):
        if name is not None:
            result[constants.key(state.value(name), name.lineno)] = state.value(value)
            continue
        inner = state.value(value)
        if isinstance(inner, dict):
            state.step(value.lineno, len(inner))
            result |= inner
        else:
            rest = items_of(inner, value.lineno)[0]
            result[rest] = rest
    return result


def _comprehension(
    state: State,
    loops: list[ast.comprehension],
    element: Callable[[], Any],
    kind: type,
    line: int,
) -> Any:
    """The list or set of a comprehension, which has a scope of its own."""
    frame = state.frame
    outer, frame.scope = frame.scope, Scope(parent=frame.scope)
    try:
        values = list(_iterations(state, loops, element))
    finally:
        frame.scope = outer
    if kind is set:
        return _set(state, values, line)
    return state.journal.new(state.weighed(values, line))


def _iterations(
    state: State, loops: list[ast.comprehension], element: Callable[[], Any]
) -> Iterator[Any]:
    if not loops:
        yield element()
        return
    loop, *inner = loops
    for value in items_of(state.value(loop.iter), loop.iter.lineno):
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
            yield from _iterations(state, inner, element)


def _dict_comprehension(state: State, node: ast.DictComp) -> Any:
    def pair() -> tuple[Any, Any]:
        return constants.key(state.value(node.key), node.lineno), state.value(node.value)

    pairs = _comprehension(state, node.generators, pair, list, node.lineno)
    return state.journal.new(dict(p if isinstance(p, tuple) else (p, p) for p in pairs))


# --- operators ----------------------------------------------------------------------------------


def binary(state: State, op: ast.operator, left: Any, right: Any, line: int) -> Any:
    """`left op right`."""
    for side in (left, right):
        if isinstance(side, Unknown) or _is_foreign(side):
            return find_unknown(side)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return state.call(op, [left, right], {}, line)
    if isinstance(left, Array) or isinstance(right, Array):
        return arrays.binary(left, right)
    if state.python_2 and isinstance(op, ast.Div) and type(left) is type(right) is int:
        op = ast.FloorDiv()
    if not (isinstance(left, constants.VALUES) and isinstance(right, constants.VALUES)):
        return Unknown(line, NOT_READ)
    return state.journal.new(state.weighed(constants.binary(op, left, right, line), line))


def _unary(state: State, op: ast.unaryop, value: Any, line: int) -> Any:
    if isinstance(op, ast.Not):
        truth = known_truth(value)
        if truth is not None:
            return not truth
        return value if isinstance(value, Unknown) else Unknown(line, NOT_READ)
    if isinstance(value, Tensor):
        return state.call(op, [value], {}, line)
    if isinstance(value, Unknown | Array):
        return value
    return constants.unary(op, value, line)


def _compare(state: State, node: ast.Compare) -> Any:
    left, truth = state.value(node.left), True
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = state.value(right_node)
        part = _comparison(state, op, left, right, node.lineno)
        if len(node.ops) == 1:
            return part
        known = known_truth(part)
        if known is None:
            return part
        truth, left = truth and known, right
    return truth


def _comparison(state: State, op: ast.cmpop, left: Any, right: Any, line: int) -> Any:
    if isinstance(op, ast.Is | ast.IsNot) and (left is None or right is None):
        return _is_none(op, right if left is None else left)
    if isinstance(op, ast.In | ast.NotIn) and isinstance(right, str | list | tuple | dict | set):
        unknown = find_unknown(right) or find_unknown(left)
    else:
        unknown = find_unknown([left, right])
    if unknown is not None:
        return unknown
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return state.call(op, [left, right], {}, line)
    if isinstance(left, Array) or isinstance(right, Array):
        return Array(None, "bool")
    state.weighed([left, right], line)
    return constants.compare(op, left, right, line)


def _is_none(op: ast.cmpop, value: Any) -> Any:
    if isinstance(value, Unknown) or _is_foreign(value):
        return find_unknown(value)
    return (value is None) == isinstance(op, ast.Is)


def _bool(state: State, nodes: list[ast.expr], stops_at: bool) -> Any:
    """The value of `and` or `or`; operands after an unknown one are perhaps not evaluated."""
    value: Any = None
    for index, node in enumerate(nodes):
        value = state.value(node)
        truth = known_truth(value)
        if truth is None:
            return _doubtful(state, value, node.lineno, nodes[index + 1 :])
        if truth == stops_at:
            return value
    return value


def _doubtful(state: State, value: Any, line: int, rest: list[ast.expr]) -> Unknown:
    """The value of `and` or `or` with an unknown operand before `rest`."""
    unknown = doubt(value, line)
    either(state, unknown, [lambda: Flow.NEXT, lambda: _evaluated(state, rest)])
    return value if isinstance(value, Unknown) else unknown


def _evaluated(state: State, nodes: list[ast.expr]) -> Flow:
    for node in nodes:
        state.value(node)
    return Flow.NEXT


def _conditional(state: State, test: ast.expr, body: ast.expr, orelse: ast.expr) -> Any:
    condition = state.value(test)
    truth = known_truth(condition)
    if truth is not None:
        return state.value(body if truth else orelse)
    values: list[Any] = []

    def branch(node: ast.expr) -> Flow:
        values.append(state.value(node))
        return Flow.NEXT

    unknown = doubt(condition, test.lineno)
    either(state, unknown, [lambda: branch(body), lambda: branch(orelse)])
    return joined_value(values, unknown)


# --- items --------------------------------------------------------------------------------------


def key(state: State, index: ast.expr) -> Any:
    """The key between brackets: a value, a slice, or a tuple of these."""
    match index:
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(state.value(part) if part else None for part in (lower, upper, step)))
        case ast.Tuple(elts=parts):
            return tuple(key(state, part) for part in parts)
    value = state.value(index)
    new_axis = isinstance(value, Path) and value.dotted.endswith(".newaxis")
    return None if new_axis else value


def item(state: State, owner: Any, key: Any, line: int) -> Any:
    """`owner[key]`."""
    match owner:
        case Unknown():
            return owner
        case Tensor():
            return state.call(Path("keras.ops.get_item"), [owner, key], {}, line)
        case Array():
            return arrays.item(owner, key)
        case list() | tuple() | dict() | str() | bytes() | range():
            return _constant_item(state, owner, key, line)
        case Path(dotted="os.environ"):
            name = str(key)
            default = Unknown(line, phrase("the environment variable {name}", name=name))
            return state.settings.get(name, default)
    return state.call(names.special(owner, "__getitem__", line), [key], {}, line)


def _constant_item(state: State, owner: Any, key: Any, line: int) -> Any:
    parts = [key.start, key.stop, key.step] if isinstance(key, slice) else [key]
    unknown = find_unknown(parts)
    if unknown is not None:
        return unknown
    if is_open(owner) and not (isinstance(owner, dict) and key in owner):
        return find_unknown(list(owner))
    try:
        value = owner[key]
    except (LookupError, TypeError, ValueError):
        return Unknown(line, phrase("there is no such item"))
    return state.journal.new(state.weighed(value, line)) if isinstance(key, slice) else value


# --- calls --------------------------------------------------------------------------------------


def _called(state: State, node: ast.Call) -> Any:
    called = state.value(node.func)
    if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
        return names.enclosing_super(state, node.lineno)
    args = list(_items(state, node.args))
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
    if isinstance(value, dict) and not is_open(value):
        state.step(line, len(value))
        return {str(name): inner for name, inner in value.items()}
    unknown = find_unknown(value) or Unknown(line, phrase("the unpacked value is not a dict"))
    return {SPREAD: replace(unknown, line=line)}
