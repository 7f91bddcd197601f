"""Separates a statement into a skeleton and its literals.

Statements that differ only in their literals have equal skeletons. `rebuilt` inserts other values.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.code.tree import (
    Assign,
    Call,
    Expression,
    Group,
    Item,
    Literal,
    Path,
    Statement,
    Variable,
)

Change: TypeAlias = Callable[[Expression], Expression | None]
HOLE = "·"


@dataclass
class Parts:
    """A statement in parts: the tokens of its skeleton, its literals, the variables it reads."""

    tokens: list[object] = field(default_factory=list)
    holes: list[Literal] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)

    @property
    def skeleton(self) -> tuple[object, ...]:
        """The statement without its literals; hashable."""
        return tuple(self.tokens)


def parts(statement: Statement) -> Parts:
    """Separate a statement. One that is not an assignment equals no other."""
    result = Parts()
    if isinstance(statement, Assign):
        result.tokens.append(statement.targets)
        _take(statement.value, result)
    else:
        result.tokens.append(id(statement))
    return result


def _take(value: Expression, result: Parts) -> None:
    tokens = result.tokens
    match value:
        case Literal():
            tokens.append(HOLE)
            result.holes.append(value)
        case Variable(name):
            tokens.append(f"${name}")
            result.reads.append(name)
        case Path(path):
            tokens.append(path)
        case Call(function, positional, keywords):
            _take(function, result)
            tokens.append("(")
            for item in positional:
                _take(item, result)
            for name, item in keywords:
                tokens.append(name)
                _take(item, result)
            tokens.append(")")
        case Group(items, tuples):
            tokens.append("t[" if tuples else "[")
            for item in items:
                _take(item, result)
            tokens.append("]")
        case Item(of, key):
            _take(of, result)
            tokens.append("at")
            _take(key, result)
        case _:
            tokens.append(value)


def rebuilt(statement: Assign, values: list[Expression], nodes: tuple[str, ...]) -> Assign:
    """Return the statement with its literals replaced, in order, by `values`."""
    left = iter(values)
    value = changed(statement.value, lambda item: next(left) if isinstance(item, Literal) else None)
    return Assign(statement.targets, value, nodes)


def renamed(statement: Assign, before: str, after: str) -> Assign:
    """Return the statement with references to `before` replaced by `after`."""

    def rename(value: Expression) -> Expression | None:
        return Variable(after) if value == Variable(before) else None

    return Assign(statement.targets, changed(statement.value, rename), statement.nodes)


def changed(value: Expression, change: Change) -> Expression:
    """Rebuild an expression, outermost first: `change` returns a replacement, or None."""
    other = change(value)
    if other is not None:
        return other
    match value:
        case Call(function, positional, keywords):
            return Call(
                changed(function, change),
                tuple(changed(item, change) for item in positional),
                tuple((name, changed(item, change)) for name, item in keywords),
            )
        case Group(items, tuples):
            return Group(tuple(changed(item, change) for item in items), tuples)
        case Item(of, key):
            return Item(changed(of, change), changed(key, change))
        case _:
            return value
