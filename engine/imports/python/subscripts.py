"""Interpret subscripts: `owner[key]`."""

import ast
from typing import Any

from engine.imports.python import arrays, causal, reflection
from engine.imports.python.configuration import Config
from engine.imports.python.inheritance import find
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Opaque,
    Path,
    Unknown,
    find_unknown,
    is_open,
)
from engine.imports.python.values import (
    Array,
    Bound,
    Instance,
    Tensor,
)
from engine.problems import phrase


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


def item(state: State, owner: Any, key: Any, line: int) -> Any:  # noqa: C901
    """`owner[key]`."""
    if (grid := causal.item(owner, key, line)) is not None:
        return grid
    match owner:
        case reflection.Names():
            return reflection.name(owner, key, line)
        case Unknown():
            return owner
        case Config():
            owner.spend()
            return owner.unknown
        case Opaque():
            return owner.unknown
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
    if isinstance(owner, Instance) and owner.items is not None:
        return _constant_item(state, owner.items, key, line)
    return state.call(_special(owner, "__getitem__", line), [key], {}, line)


def _constant_item(state: State, owner: Any, key: Any, line: int) -> Any:
    parts = [key.start, key.stop, key.step] if isinstance(key, slice) else [key]
    unknown = find_unknown(parts)
    if unknown is not None:
        return unknown
    if is_open(owner) and not (isinstance(owner, dict) and key in owner):
        return find_unknown(list(owner))
    try:
        value = owner[key]
    except (LookupError, TypeError, ValueError) as error:
        state.fail(type(error))
        return Unknown(line, phrase("there is no such item"))
    return state.journal.new(state.weighed(value, line)) if isinstance(key, slice) else value


def _special(owner: Any, name: str, line: int) -> Any:
    """The special method of an instance, such as `__getitem__`; unknown for other values."""
    method = find(owner.cls, name) if isinstance(owner, Instance) else None
    if method is None:
        return Unknown(line, phrase("the indexed value is not a constant"))
    return Bound(method, (owner,))
