"""Evaluate operators, builtins and methods on constants, within bounds on their cost."""

import ast
import builtins
import operator
from collections.abc import Callable
from typing import Any

from engine.imports.python import bounds
from engine.imports.python.unknown import (
    ReadError,
    Rest,
    Unknown,
    find_unknown,
)
from engine.problems import phrase, words_of

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.Pow: operator.pow,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_CHECKS: dict[type[ast.operator], Callable[[Any, Any], None]] = {
    ast.Add: bounds.check_sum,
    ast.Mult: bounds.check_product,
    ast.Mod: bounds.check_percent,
    ast.Pow: bounds.check_power,
    ast.LShift: bounds.check_shift,
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


def _round(value: Any, digits: int | None = None) -> Any:
    if digits is not None:
        bounds.check_power(1, digits)
    return round(value, digits)


def _sum(values: Any, start: float = 0) -> Any:
    """The sum of numbers; refuses lists, for which `sum` takes quadratic time."""
    return sum(values, start + 0)


CONSTANT = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis), range)
VALUES = (*CONSTANT, list, tuple, dict, set)

BUILTINS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "all": all,
    "any": any,
    "bool": bool,
    "bytes": lambda a=b"": bounds.text(a).encode(),
    "chr": chr,
    "dict": dict,
    "divmod": divmod,
    "enumerate": lambda *a, **k: list(enumerate(*a, **k)),
    "float": float,
    "frozenset": set,
    "int": int,
    "len": len,
    "list": list,
    "max": max,
    "min": min,
    "ord": ord,
    "pow": lambda a, b: binary(ast.Pow(), a, b, 0),
    "range": range,
    "reversed": lambda a: list(reversed(a)),
    "repr": lambda a="": bounds.text(a),
    "round": _round,
    "set": set,
    "sorted": sorted,
    "str": lambda a="": bounds.text(a),
    "sum": _sum,
    "tuple": tuple,
    "xrange": range,
    "zip": lambda *a: [tuple(row) for row in zip(*a, strict=False)],
}
STRUCTURAL = frozenset(("dict", "enumerate", "len", "list", "reversed", "tuple", "zip"))
"""Builtins that don't look at the items of a list, which may be unknown."""
BUILTIN_NAMES = frozenset(
    {*BUILTINS, *dir(builtins), "exit", "quit"}
    | {"basestring", "raw_input", "reduce", "unicode", "xrange"}
)


def weight(value: Any, limit: int) -> int:
    """The number of values nested in `value`; shared values count once for each path to them.

    Stops counting at `limit`, because a list may contain itself.
    """
    count, waiting = 0, [value]
    while waiting and count <= limit:
        item = waiting.pop()
        count += 1
        if isinstance(item, (list, tuple)):
            count += len(item) // 8
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, (str, bytes)):
            count += len(item) // 100
    return count


def binary(op: ast.operator, left: Any, right: Any, line: int) -> Any:
    """`left op right` for constants. Raises ReadError when it fails or would be too large."""
    try:
        bounds.check_operands(left, right)
        if check := _CHECKS.get(type(op)):
            check(left, right)
        result = _BINARY[type(op)](left, right)
        bounds.check_operands(result)
        return result
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise ReadError(
            line, phrase("this can't be evaluated ({error})", error=words_of(error))
        ) from None


def check_text(length: int, line: int) -> None:
    """Refuse a string of this length. Raises ReadError."""
    try:
        bounds.check_length(length)
    except ValueError as error:
        raise ReadError(
            line, phrase("this can't be evaluated ({error})", error=words_of(error))
        ) from None


def formatted(value: Any, conversion: int, spec: str, line: int) -> str | Unknown:
    """Format a value as in an f-string, such as {value!r:>8}. Raises ReadError."""
    try:
        bounds.check_length(bounds.size(value))
        bounds.check_format(spec)
        convert = _CONVERSIONS.get(conversion)
        return format(convert(value) if convert else value, spec)
    except TypeError as error:
        return Unknown(line, words_of(error))
    except (ArithmeticError, ValueError) as error:
        raise ReadError(
            line, phrase("this can't be evaluated ({error})", error=words_of(error))
        ) from None


def failed(name: str, error: Exception, line: int) -> ReadError:
    """The error of a function or method that can't be evaluated."""
    return ReadError(
        line, phrase("{name}(…) can't be evaluated ({error})", name=name, error=words_of(error))
    )


def key(value: Any, line: int) -> Any:
    """Return a value as the key of a dict; a `Rest` for an unknown one. Raises ReadError."""
    if (unknown := find_unknown(value)) is not None:
        return Rest(unknown.line, unknown.why, unknown.question)
    try:
        if isinstance(value, str | bytes | tuple):
            bounds.check_length(bounds.size(value))
        hash(value)
    except (TypeError, ValueError) as error:
        raise ReadError(
            line, phrase("this can't be a key ({error})", error=words_of(error))
        ) from None
    return value


_CONVERSIONS: dict[int, Callable[[Any], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}


def unary(op: ast.unaryop, value: Any, line: int) -> Any:
    """`op value` for a constant. Raises ReadError."""
    try:
        return _UNARY[type(op)](value)
    except (KeyError, TypeError) as error:
        raise ReadError(
            line, phrase("this can't be evaluated ({error})", error=words_of(error))
        ) from None


def compare(op: ast.cmpop, left: Any, right: Any, line: int) -> bool:
    """`left op right` for constants. Raises ReadError."""
    try:
        return bool(_COMPARE[type(op)](left, right))
    except (KeyError, TypeError) as error:
        raise ReadError(
            line, phrase("this can't be compared ({error})", error=words_of(error))
        ) from None


def builtin(name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call one of `BUILTINS` on constants. Raises ReadError."""
    try:
        bounds.check_operands(*args, *kwargs.values())
        result = BUILTINS[name](*args, **kwargs)
        bounds.check_operands(result)
        return result
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise failed(name, error, line) from None
