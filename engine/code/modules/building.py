"""Short notations for expressions of the tree."""

from typing import TypeAlias

from engine.code.syntax.tree import (
    Attribute,
    Call,
    Expression,
    Group,
    Infix,
    Item,
    Literal,
    Path,
    Slices,
    Variable,
)
from engine.values import Json

Operand: TypeAlias = Expression | Json
Keywords: TypeAlias = tuple[tuple[str, Expression], ...]


def call(path: str, *arguments: Operand, **keywords: Operand) -> Call:
    """Call the function or class of this path."""
    return Call(Path(path), tuple(map(_written, arguments)), _keywords(keywords))


def create(name: str, *arguments: Operand, **keywords: Operand) -> Call:
    """Create an object of a class that is copied into the code."""
    return Call(Variable(name), tuple(map(_written, arguments)), _keywords(keywords))


def method(of: Expression, name: str, *arguments: Operand, **keywords: Operand) -> Call:
    """Call a method."""
    return Call(Attribute(of, name), tuple(map(_written, arguments)), _keywords(keywords))


def invoke(of: Expression, *arguments: Expression) -> Call:
    """Call an expression: `self.conv(x)`."""
    return Call(of, arguments)


def item(of: Expression, key: str | int) -> Item:
    """An item, or with a text such as ":, -1" slices."""
    return Item(of, Literal(key) if isinstance(key, int) else Slices(key, bare=True))


def infix(operator: str, *operands: Operand) -> Expression:
    """Join operands: `a + b + c`."""
    return Infix(operator, tuple(map(_written, operands)))


def group(*items: Expression) -> Group:
    """A tuple."""
    return Group(items, tuples=True)


def sizes(values: tuple[int, ...]) -> Json:
    """Equal sizes as one number, else all of them."""
    return values[0] if len(set(values)) == 1 else list(values)


def _keywords(keywords: dict[str, Operand]) -> Keywords:
    return tuple((name, _written(value)) for name, value in keywords.items())


def _written(value: Operand) -> Expression:
    plain = value is None or isinstance(value, str | int | float | list | dict)
    return Literal(value, tuples=True) if plain else value
