"""Interpret operators: arithmetic, comparisons, `and`, `or` and conditional expressions."""

import ast
from typing import Any

from engine.imports.python import arrays, causal, constants, special
from engine.imports.python.control import Flow, either
from engine.imports.python.iteration import merge
from engine.imports.python.journal import joined_value
from engine.imports.python.state import State
from engine.imports.python.streams import Stream
from engine.imports.python.truth import doubt, is_foreign, known_truth
from engine.imports.python.unknown import (
    NOT_READ,
    Opaque,
    Path,
    Undefined,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Array,
    Method,
    Tensor,
)
from engine.values.named import is_integer


def binary(  # noqa: C901
    state: State, op: ast.operator, left: Any, right: Any, line: int
) -> Any:
    """`left op right`."""
    if (own := special.binary(state, op, left, right, line)) is not None:
        return own
    for side, other in ((left, right), (right, left)):
        may_be_input = isinstance(side, Undefined) and isinstance(other, Tensor)
        if not may_be_input and (isinstance(side, Unknown) or is_foreign(side)):
            return find_unknown(side)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return state.call(op, [left, right], {}, line)
    if (grid := causal.shifted(op, left, right, line)) is not None:
        return grid
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return find_unknown([left, right])
    if isinstance(left, Array) or isinstance(right, Array):
        return arrays.binary(op, left, right)
    if state.python_2 and isinstance(op, ast.Div) and is_integer(left) and is_integer(right):
        op = ast.FloorDiv()
    if not (isinstance(left, constants.VALUES) and isinstance(right, constants.VALUES)):
        return Unknown(line, NOT_READ)
    if isinstance(op, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
        whole = state.journal.new(dict(left))
        merge(whole, right)
        return state.weighed(whole, line)
    return state.journal.new(state.weighed(constants.binary(op, left, right, line), line))


def unary(state: State, op: ast.unaryop, value: Any, line: int) -> Any:
    """`op value`."""
    if isinstance(op, ast.Not):
        truth = known_truth(value)
        if truth is not None:
            return not truth
        return value if isinstance(value, Unknown) else Unknown(line, NOT_READ)
    if isinstance(value, Tensor):
        return state.call(op, [value], {}, line)
    if isinstance(value, Array):
        return arrays.binary(ast.Mult(), value, -1) if isinstance(op, ast.USub) else value
    if isinstance(value, Unknown | Opaque):
        return find_unknown(value) or value
    return constants.unary(op, value, line)


def compared(state: State, node: ast.Compare) -> Any:
    """The value of a comparison, which may be a chain: `a < b < c`."""
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


def _comparison(  # noqa: C901
    state: State, op: ast.cmpop, left: Any, right: Any, line: int
) -> Any:
    if isinstance(op, ast.Is | ast.IsNot) and (left is None or right is None):
        return _is_none(op, right if left is None else left)
    if (mask := causal.compared(op, left, right, line)) is not None:
        return mask
    if isinstance(op, ast.In | ast.NotIn) and isinstance(right, Stream):
        right = right.take(line)
    if (own := special.compared(state, op, left, right, line)) is not None:
        return own
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
    if isinstance(left, Method) or isinstance(right, Method):  # or an attribute that is not read
        return Unknown(line, NOT_READ)
    state.weighed([left, right], line)
    if isinstance(op, ast.Is | ast.IsNot) and _is_single(left) and _is_single(right):
        return (left == right) == isinstance(op, ast.Is)
    return constants.compare(op, left, right, line)


def _is_single(value: Any) -> bool:
    """Whether values that are equal are the same object in Python, which keeps only one of them.

    It does so with strings and small integers that are written in the source.
    """
    return isinstance(value, Path | str) or is_integer(value)


def _is_none(op: ast.cmpop, value: Any) -> Any:
    if isinstance(value, Unknown) or is_foreign(value):
        return find_unknown(value)
    return (value is None) == isinstance(op, ast.Is)


def logical(state: State, nodes: list[ast.expr], stops_at: bool) -> Any:
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


def conditional(state: State, test: ast.expr, body: ast.expr, orelse: ast.expr) -> Any:
    """`body if test else orelse`."""
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
