"""Values that remember the name of the constant that they come from: numbers, texts and shapes.

They equal plain values, are written like them, and every computation with them gives a plain value:
only one that is used as it is keeps its name.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias, TypeGuard

MOST_SIZES = 8
"""The most numbers of a shape that may have a name."""
LONGEST_TEXT = 100
"""The most characters of a text that may have a name."""

Plain: TypeAlias = int | float | str | list[int | float] | tuple[int | float, ...]


class NamedInteger(int):
    """An integer with the name of its constant."""

    constant: str


class NamedFloat(float):
    """A floating-point number with the name of its constant."""

    constant: str


class NamedText(str):
    """A text with the name of its constant."""

    constant: str


class NamedTuple(tuple[int | float, ...]):
    """A shape with the name of its constant, as code has it."""

    constant: str


class NamedList(list[int | float]):
    """A shape with the name of its constant, as documents have it."""

    constant: str


_KINDS = (NamedInteger, NamedFloat, NamedText, NamedTuple, NamedList)


def is_number(value: Any) -> bool:
    """Whether a value is a number; a truth value is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_integer(value: Any) -> bool:
    """Whether a value is an integer; a truth value is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def may_be_named(value: Any) -> TypeGuard[Plain]:
    """Whether a value may have a name: a number, a short text, or a shape without names in it."""
    if isinstance(value, str):
        return 0 < len(value) <= LONGEST_TEXT
    if isinstance(value, list | tuple):
        plain = all(is_number(item) and not constant_of(item) for item in value)
        return 0 < len(value) <= MOST_SIZES and plain
    return is_number(value)


def named(value: Plain, constant: str) -> Any:
    """The value with the name of a constant."""
    plain: Any = value
    kind: Any = next(kind for kind in _KINDS if isinstance(value, kind.__mro__[1]))
    result = kind(plain)
    result.constant = constant
    return result


def constant_of(value: Any) -> str:
    """The name of the constant that a value comes from; "" for all other values."""
    return value.constant if isinstance(value, _KINDS) else ""


def names_in(value: Any) -> Iterator[str]:
    """The names of constants in a plain value, in its order."""
    if name := constant_of(value):
        yield name
    elif isinstance(value, list | tuple):
        yield from (name for item in value for name in names_in(item))
    elif isinstance(value, dict):
        yield from (name for item in value.values() for name in names_in(item))


def unnamed(value: Any) -> Any:
    """The plain value."""
    kind: Any = type(value)
    return kind.__mro__[1](value) if kind in _KINDS else value
