"""Operators between instances of classes of the source, which their special methods define."""

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.imports.python.inheritance import find, resolution_order
from engine.imports.python.state import State
from engine.imports.python.unknown import Unknown
from engine.imports.python.values import Bound, Class, Instance
from engine.problems import phrase

_BINARY: Mapping[type[ast.AST], str] = MappingProxyType(
    {
        ast.Add: "add",
        ast.Sub: "sub",
        ast.Mult: "mul",
        ast.Div: "truediv",
        ast.FloorDiv: "floordiv",
        ast.Mod: "mod",
        ast.Pow: "pow",
        ast.MatMult: "matmul",
        ast.RShift: "rshift",
        ast.LShift: "lshift",
        ast.BitOr: "or",
        ast.BitAnd: "and",
        ast.BitXor: "xor",
    }
)
_COMPARED: Mapping[type[ast.AST], tuple[str, str]] = MappingProxyType(
    {
        ast.Lt: ("__lt__", "__gt__"),
        ast.LtE: ("__le__", "__ge__"),
        ast.Gt: ("__gt__", "__lt__"),
        ast.GtE: ("__ge__", "__le__"),
        ast.Eq: ("__eq__", "__eq__"),
    }
)
_UNREAD = phrase("a comparison of instances of a class")


def binary(state: State, op: ast.operator, left: Any, right: Any, line: int) -> Any:
    """`left op right` where a class says what it means; None elsewhere."""
    name = _BINARY.get(type(op), "")
    if (method := _of(left, f"__{name}__")) is not None:
        return state.call(method, [right], {}, line)
    if (method := _of(right, f"__r{name}__")) is not None:
        return state.call(method, [left], {}, line)
    return None


def compared(state: State, op: ast.cmpop, left: Any, right: Any, line: int) -> Any:
    """`left op right` where a class says what it means; None elsewhere."""
    if isinstance(op, ast.In | ast.NotIn):
        if (method := _of(right, "__contains__")) is not None and isinstance(op, ast.In):
            return state.call(method, [left], {}, line)
        items = right if isinstance(right, list | tuple | dict | set) else ()
        is_own = isinstance(right, Instance) or any(map(_compares, (left, *items)))
        return Unknown(line, _UNREAD) if is_own else None
    if type(op) in _COMPARED:
        first, second = _COMPARED[type(op)]
        if (method := _of(left, first)) is not None:
            return state.call(method, [right], {}, line)
        if (method := _of(right, second)) is not None:
            return state.call(method, [left], {}, line)
    is_equality = isinstance(op, ast.Eq | ast.NotEq)
    return Unknown(line, _UNREAD) if is_equality and (_compares(left) or _compares(right)) else None


def _compares(value: Any) -> bool:
    """Whether the class of an instance, or of one in a list, says when it equals another one."""
    if isinstance(value, list | tuple):
        return any(map(_compares, value))
    if not isinstance(value, Instance) or value.cls.kind == "layer":
        return False
    classes: list[Class] = resolution_order(value.cls)
    return find(value.cls, "__eq__") is not None or any(cls.fields for cls in classes)


def _of(value: Any, name: str) -> Bound | None:
    method = find(value.cls, name) if isinstance(value, Instance) else None
    return Bound(method, (value,)) if method is not None else None
