"""Initializers, regularizers and constraints that a document can't hold, and that are left out."""

from typing import Any

from engine.catalogue import Entry
from engine.imports.python.state import State
from engine.imports.python.values import (
    Class,
    Function,
    Group,
    Instance,
    KerasObject,
)
from engine.problems import phrase

_GROUPS: dict[str, Group] = {
    "initializer": "weights",
    "regularizer": "training",
    "constraint": "training",
}


def leave_out(
    state: State, entry: Entry, kwargs: dict[str, Any], line: int, *, is_frozen: bool
) -> None:
    """Remove the objects that the source defines; they have no part in what the layer computes.

    The initializer of a frozen layer decides what it computes for ever, and stays.
    """
    for param in entry.params:
        value = kwargs.get(param.name)
        group = _GROUPS.get(param.type)
        if group is None or not isinstance(value, Function | Class | Instance):
            continue
        if is_frozen and param.type == "initializer":
            continue
        del kwargs[param.name]
        name = value.cls.name if isinstance(value, Instance) else value.name
        what = phrase("{param} of {layer}", param=param.name, layer=entry.name)
        own = phrase("{what}, which is “{name}” of this source", what=what, name=name)
        state.leave_out(line, own if name else what, group)


def drop_data(kwargs: dict[str, Any]) -> bool:
    """Remove initial weights that come from data; whether there were any."""
    names = [
        name
        for name, value in kwargs.items()
        if isinstance(value, KerasObject) and value.unknown and value.spec.class_ == "Constant"
    ]
    for name in names:
        del kwargs[name]
    return bool(names)
