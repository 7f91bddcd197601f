"""Whether values count as true, and what results from conditions that are unknown."""

from typing import Any

from engine.imports.python import constants
from engine.imports.python.inheritance import find
from engine.imports.python.unknown import (
    Derived,
    Opaque,
    Path,
    Unknown,
    find_unknown,
    is_open,
)
from engine.imports.python.values import (
    Array,
    Instance,
    Tensor,
)
from engine.problems import phrase


def known_truth(value: Any) -> bool | None:
    """Whether a value counts as true; None when it is unknown."""
    if isinstance(value, Unknown | Opaque | Tensor | Array) or is_foreign(value):
        return None
    if isinstance(value, Instance) and any(find(value.cls, name) for name in _TRUTH):
        return None
    if isinstance(value, list | tuple | dict | set):
        return None if is_open(value) else bool(value)
    return bool(value) if isinstance(value, constants.CONSTANT) else True


_TRUTH = ("__bool__", "__len__", "__nonzero__")
"""Methods of a class that decide whether its instances count as true."""


def is_foreign(value: Any) -> bool:
    """Whether a value is an attribute of a module about which nothing is known."""
    return isinstance(value, Path) and not value.is_known


def doubt(value: Any, line: int) -> Unknown:
    """The unknown value that results from a condition that is unknown."""
    unknown = find_unknown(value)
    why = unknown.why if unknown else phrase("its value comes from data")
    question = unknown.question if unknown else ""
    return Derived(
        line, phrase("it depends on a condition that is not known: {why}", why=why), question
    )
