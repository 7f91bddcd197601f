"""What code reads that runs again later, to notice where it has changed by then."""

import ast
from typing import Any

from engine.imports.python.values import Function, Instance, Scope
from engine.imports.python.walking import descendants

_DEPTH = 4
_SCALARS = (type(None), bool, int, float, complex, str, bytes, range)


def snapshot(node: ast.AST, scope: Scope, *values: Any) -> Any:
    """The values of the names that code loads, and other values, in a form to compare."""
    nodes = [part for part in descendants(node) if isinstance(part, ast.Name)]
    stored = {part.id for part in nodes if isinstance(part.ctx, ast.Store)}
    stored |= {part.arg for part in descendants(node) if isinstance(part, ast.arg)}
    names = sorted({part.id for part in nodes if isinstance(part.ctx, ast.Load)} - stored)
    return [*(frozen(_value(scope, name)) for name in names), *map(frozen, values)]


def numbers_and_texts(instance: Instance, function: Function) -> tuple[str, ...]:
    """The attributes of an instance that a method only reads, and that are numbers or texts."""
    arguments = function.node.args.args
    own = arguments[0].arg if arguments else ""
    used = [
        part
        for part in descendants(function.node)
        if isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == own
    ]
    stored = {part.attr for part in used if not isinstance(part.ctx, ast.Load)}
    names = {part.attr for part in used} - stored
    known = (name for name in names if isinstance(instance.attributes.get(name), int | float | str))
    return tuple(sorted(known))


def own_attributes(instance: Instance, names: tuple[str, ...]) -> Any:
    """Attributes of an instance, in a form to compare."""
    return [frozen(instance.attributes.get(name)) for name in names]


def _value(scope: Scope | None, name: str) -> Any:
    while scope is not None:
        if name in scope.names:
            return scope.names[name]
        scope = scope.parent
    return None


def frozen(value: Any, depth: int = _DEPTH) -> Any:
    """A value that equals another one if nothing in them differs, down to some depth."""
    if isinstance(value, _SCALARS):
        return (type(value), value)
    if depth and isinstance(value, list | tuple | set):
        return (type(value), [frozen(item, depth - 1) for item in value])
    if depth and isinstance(value, dict):
        return [(frozen(key, depth - 1), frozen(item, depth - 1)) for key, item in value.items()]
    if depth and isinstance(value, Instance):
        return (id(value), frozen(value.attributes, depth - 1))
    return id(value)
