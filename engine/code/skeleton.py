"""A statement without its literals: what two statements have in common, and what tells them apart.

A statement is taken apart into a skeleton, which is the same for statements that differ in their
literals alone, and those literals in order; `rebuilt` puts others in their place.
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
    """A statement in parts: the words of its skeleton, its literals, the variables it reads."""

    words: list[object] = field(default_factory=list)
    holes: list[Literal] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)

    @property
    def skeleton(self) -> tuple[object, ...]:
        """What is left without the literals; hashable."""
        return tuple(self.words)


def parts(statement: Statement) -> Parts:
    """Take a statement apart. One that is no assignment is like no other."""
    found = Parts()
    if isinstance(statement, Assign):
        found.words.append(statement.targets)
        _take(statement.value, found)
    else:
        found.words.append(id(statement))
    return found


def _take(value: Expression, found: Parts) -> None:
    words = found.words
    match value:
        case Literal():
            words.append(HOLE)
            found.holes.append(value)
        case Variable(name):
            words.append(f"${name}")
            found.reads.append(name)
        case Path(path):
            words.append(path)
        case Call(function, positional, keywords):
            _take(function, found)
            words.append("(")
            for one in positional:
                _take(one, found)
            for name, one in keywords:
                words.append(name)
                _take(one, found)
            words.append(")")
        case Group(items, tuples):
            words.append("t[" if tuples else "[")
            for one in items:
                _take(one, found)
            words.append("]")
        case Item(of, key):
            _take(of, found)
            words.append("at")
            _take(key, found)
        case _:
            words.append(value)


def rebuilt(statement: Assign, values: list[Expression], nodes: tuple[str, ...]) -> Assign:
    """Return the statement with its literals replaced, in order, by `values`."""
    left = iter(values)
    value = changed(statement.value, lambda one: next(left) if isinstance(one, Literal) else None)
    return Assign(statement.targets, value, nodes)


def renamed(statement: Assign, before: str, after: str) -> Assign:
    """Return the statement reading the variable `after` wherever it read `before`."""

    def rename(value: Expression) -> Expression | None:
        return Variable(after) if value == Variable(before) else None

    return Assign(statement.targets, changed(statement.value, rename), statement.nodes)


def changed(value: Expression, change: Change) -> Expression:
    """Rebuild an expression with `change` applied from the outside in, where it returns one."""
    other = change(value)
    if other is not None:
        return other
    match value:
        case Call(function, positional, keywords):
            return Call(
                changed(function, change),
                tuple(changed(one, change) for one in positional),
                tuple((name, changed(one, change)) for name, one in keywords),
            )
        case Group(items, tuples):
            return Group(tuple(changed(one, change) for one in items), tuples)
        case Item(of, key):
            return Item(changed(of, change), changed(key, change))
        case _:
            return value
