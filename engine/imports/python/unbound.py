"""Methods called by their class: `list.append(sizes, 4)`, `keras.Sequential.add(model, layer)`."""

from typing import Any

from engine.imports.python.replaced import is_class_of_keras
from engine.imports.python.values import Instance, Layer, Method, Model, Super

_TYPES: dict[str, type] = {"list": list, "dict": dict, "set": set, "str": str, "tuple": tuple}


def method(dotted: str, args: list[Any]) -> Method | None:
    """The method of the first argument that a path means; None for other paths."""
    owner, _, name = dotted.rpartition(".")
    if not args or not owner:
        return None
    value = args[0]
    package, _, kind = owner.rpartition(".")
    if package == "builtins":
        is_one = kind in _TYPES and isinstance(value, _TYPES[kind])
        return Method(value, name) if is_one else None
    if not is_class_of_keras(owner):
        return None
    if isinstance(value, Instance):
        return Method(Super(value.cls, value), name)
    return Method(value, name) if isinstance(value, Layer | Model) else None
