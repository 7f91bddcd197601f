"""Arithmetic and builtins on constants, bounded, so that reading source costs little."""

import ast
import operator
from collections.abc import Callable
from typing import Any

from engine.imports.python.values import ReadError

MAX_LENGTH = 100_000
MAX_NUMBER = 2**63

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.LShift: lambda a, b: a << min(b, 64),
    ast.RShift: operator.rshift,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


def _range(*bounds: int) -> list[int]:
    if len(range(*bounds)) > MAX_LENGTH:
        raise ValueError("the range is too long to follow")
    return list(range(*bounds))


BUILTINS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "dict": dict,
    "enumerate": lambda *a, **k: list(enumerate(*a, **k)),
    "float": float,
    "int": int,
    "len": len,
    "list": list,
    "max": max,
    "min": min,
    "range": _range,
    "reversed": lambda a: list(reversed(a)),
    "round": round,
    "sorted": sorted,
    "str": str,
    "sum": sum,
    "tuple": tuple,
    "zip": lambda *a: [tuple(row) for row in zip(*a, strict=False)],
}
METHODS: dict[type, frozenset[str]] = {
    list: frozenset({"append", "extend", "insert", "pop", "copy", "index", "count", "reverse"}),
    dict: frozenset({"get", "items", "keys", "values", "update", "copy", "setdefault", "pop"}),
    str: frozenset({"lower", "upper", "strip", "startswith", "endswith"}),
    tuple: frozenset({"index", "count"}),
}


def _bounded(value: Any) -> Any:
    if isinstance(value, str | list | tuple | dict) and len(value) > MAX_LENGTH:
        raise ValueError("it grows too large to follow")
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        raise ValueError("the number is too large")
    return value


def _repeats_too_much(left: Any, right: Any) -> bool:
    for sequence, count in ((left, right), (right, left)):
        if isinstance(sequence, str | list | tuple) and isinstance(count, int):
            return len(sequence) * max(count, 0) > MAX_LENGTH
    return False


def weight(value: Any, limit: int) -> int:
    """How many values lie in `value` at any depth, each counted as often as it is reached.

    Counting ends at `limit`: a list that holds itself, or 2^60 paths, weighs that much.
    """
    count, waiting = 0, [value]
    while waiting and count <= limit:
        one = waiting.pop()
        count += 1
        if isinstance(one, list | tuple):
            count += len(one) // 8
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, str):
            count += len(one) // 1_000
    return count


def binary(op: ast.operator, left: Any, right: Any, line: int) -> Any:
    """`left op right` for constants. Raises ReadError when that fails or grows too large."""
    try:
        if isinstance(op, ast.Pow):
            if abs(right) > 64 or abs(left) > 2**32:  # noqa: PLR2004
                raise ValueError("the power is too large to follow")
            return _bounded(left**right)
        if isinstance(op, ast.Mult) and _repeats_too_much(left, right):
            raise ValueError("it grows too large to follow")
        return _bounded(_BINARY[type(op)](left, right))
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise ReadError(line, f"this can't be worked out ({error})") from None


def unary(op: ast.unaryop, value: Any, line: int) -> Any:
    """`op value` for a constant. Raises ReadError."""
    try:
        return _UNARY[type(op)](value)
    except (KeyError, TypeError) as error:
        raise ReadError(line, f"this can't be worked out ({error})") from None


def compare(op: ast.cmpop, left: Any, right: Any, line: int) -> bool:
    """`left op right` for constants. Raises ReadError."""
    try:
        return bool(_COMPARE[type(op)](left, right))
    except (KeyError, TypeError) as error:
        raise ReadError(line, f"this can't be compared ({error})") from None


def builtin(name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call one of `BUILTINS` on constants. Raises ReadError."""
    try:
        return _bounded(BUILTINS[name](*args, **kwargs))
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise ReadError(line, f"{name}(…) can't be worked out ({error})") from None


def method(owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call a harmless method of a list, dict, tuple or string. Raises ReadError."""
    if name not in METHODS.get(type(owner), frozenset()):
        raise ReadError(line, f"the method “{name}” is not followed")
    try:
        result = getattr(owner, name)(*args, **kwargs)
        _bounded(owner)
        return list(result) if name in ("items", "keys", "values") else _bounded(result)
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise ReadError(line, f"{name}(…) can't be worked out ({error})") from None
