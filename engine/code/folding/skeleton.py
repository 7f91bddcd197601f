"""Separates a statement into a skeleton and its literals.

Statements that differ only in their literals have equal skeletons. `rebuilt` inserts other values.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.code.syntax.tree import (
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

    def renamed(self, before: str, after: str) -> tuple[object, ...]:
        """The skeleton with references to the variable `before` replaced by `after`."""
        old, new = f"${before}", f"${after}"
        return tuple(new if token == old else token for token in self.tokens)


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
    """Add the parts of an expression; the most frequent kinds come first."""
    tokens = result.tokens
    if isinstance(value, Literal):
        tokens.append(HOLE)
        result.holes.append(value)
    elif isinstance(value, Variable):
        tokens.append(f"${value.name}")
        result.reads.append(value.name)
    elif isinstance(value, Call):
        _take_call(value, result)
    elif isinstance(value, Path):
        tokens.append(value.path)
    elif isinstance(value, Group):
        tokens.append("t[" if value.tuples else "[")
        for item in value.items:
            _take(item, result)
        tokens.append("]")
    elif isinstance(value, Item):
        _take(value.of, result)
        tokens.append("at")
        _take(value.key, result)
    else:
        tokens.append(value)


def _take_call(call: Call, result: Parts) -> None:
    tokens = result.tokens
    _take(call.function, result)
    tokens.append("(")
    for item in call.positional:
        _take(item, result)
    for name, item in call.keywords:
        tokens.append(name)
        _take(item, result)
    tokens.append(")")


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
