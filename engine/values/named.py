"""Numbers that remember the name of the constant that they come from.

They equal plain numbers, are written like them, and every computation with them gives a plain
number: only a value that is used as it is keeps its name.
"""

from typing import Any


class NamedInteger(int):
    """An integer with the name of its constant."""

    constant: str


class NamedFloat(float):
    """A floating-point number with the name of its constant."""

    constant: str


def is_number(value: Any) -> bool:
    """Whether a value is a number; a truth value is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_integer(value: Any) -> bool:
    """Whether a value is an integer; a truth value is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def named(value: float, constant: str) -> int | float:
    """The number with the name of a constant."""
    result = NamedInteger(value) if isinstance(value, int) else NamedFloat(value)
    result.constant = constant
    return result


def constant_of(value: Any) -> str:
    """The name of the constant that a number comes from; "" for all other values."""
    return value.constant if isinstance(value, NamedInteger | NamedFloat) else ""


def unnamed(value: float) -> int | float:
    """The plain number."""
    return int(value) if isinstance(value, int) else float(value)
