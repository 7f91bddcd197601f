"""Fields of dataclasses and named tuples: defaults, factories and items."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.imports.python.inheritance import resolution_order
from engine.imports.python.state import State
from engine.imports.python.unknown import Unknown
from engine.imports.python.values import Class, Instance
from engine.problems import phrase

Args = list[Any]
Kwargs = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Factory(Unknown):
    """`field(default_factory=…)`: what makes the value of a field for each instance."""

    make: Any = None


def _field(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`dataclasses.field(default=…, default_factory=…)`."""
    if "default" in kwargs:
        return kwargs["default"]
    why = phrase("a field without a value")
    if "default_factory" in kwargs:
        return Factory(line, why, make=kwargs["default_factory"])
    return Unknown(line, why)


def _replaced(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`dataclasses.replace(instance, **changes)`."""
    instance = args[0] if args else None
    names = fields_of(instance.cls) if isinstance(instance, Instance) else []
    if not isinstance(instance, Instance) or not names:
        return Unknown(line, phrase("the attributes of a value"))
    values = {name: state.attribute(instance, name, line) for name in names}
    return state.call(instance.cls, [], values | kwargs, line)


def _as_dict(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`dataclasses.asdict(instance)` of an instance without records in it."""
    instance = args[0] if args else None
    if not isinstance(instance, Instance):
        return Unknown(line, phrase("the attributes of a value"))
    values = {name: state.attribute(instance, name, line) for name in fields_of(instance.cls)}
    if any(isinstance(value, Instance | list | dict | tuple) for value in values.values()):
        return Unknown(line, phrase("the attributes of a value"))
    return state.journal.new(values)


def fields_of(cls: Class) -> list[str]:
    """The fields of a record, those of its bases first."""
    return list(dict.fromkeys(_names(cls)))


def _names(cls: Class) -> Iterator[str]:
    for entry in reversed(resolution_order(cls)):
        yield from entry.fields


def defaults(state: State, cls: Class, line: int) -> dict[str, Any]:
    """The values that factories make for the fields of a new instance."""
    found: dict[str, Any] = {}
    for entry in reversed(resolution_order(cls)):
        for name in entry.fields:
            value = entry.names.get(name)
            if isinstance(value, Factory):
                found[name] = state.call(value.make, [], {}, line)
    return found


FUNCTIONS: Mapping[str, Callable[[State, Args, Kwargs, int], Any]] = MappingProxyType(
    {
        "dataclasses.field": _field,
        "dataclasses.replace": _replaced,
        "dataclasses.asdict": _as_dict,
    }
)
