"""Numbers, texts and shapes that a source names at its top level, once and for all."""

import ast
import re
from typing import Any

from engine.document.schema import PARAM_NAME_PATTERN
from engine.imports.python.state import State
from engine.values.named import constant_of, may_be_named, named


def with_name(state: State, target: ast.expr, value: Any) -> Any:
    """The value that is assigned to a target; at the top level of a module it has a name.

    That is the target's. A value that has a name keeps it. A list has none, because it can change.
    """
    if state.scope is not state.module:
        return value
    if isinstance(target, ast.Name):
        return _named(state, target.id, value)
    if isinstance(target, ast.Tuple) and isinstance(value, list | tuple):
        values = [with_name(state, *pair) for pair in zip(target.elts, value, strict=False)]
        return values if len(value) == len(target.elts) else value
    return value


def _named(state: State, name: str, value: Any) -> Any:
    if isinstance(value, list) or not may_be_named(value):
        if name in state.constants:
            state.constants[name] = None
        return value
    if constant_of(value) or not re.match(PARAM_NAME_PATTERN, name):
        return value
    if repr(state.constants.setdefault(name, value)) != repr(value):
        state.constants[name] = None
    return named(value, name)


def forget_name(state: State, target: ast.expr) -> None:
    """Note that a name has more values than one."""
    if isinstance(target, ast.Name) and target.id in state.constants:
        state.constants[target.id] = None


def names(state: State) -> list[str]:
    """The names that have one value, in the order of the source."""
    return [name for name, value in state.constants.items() if value is not None]
