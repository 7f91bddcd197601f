"""The values of a document that have a name, as constants at the top of the module.

A name that the module uses for something else is written in capitals; if these are taken as well,
the value is written as it is. A shape has its name only where it is a tuple.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.code.folding.skeleton import changed
from engine.code.syntax.imports import all_statements, expressions_of, parts_of
from engine.code.syntax.tree import (
    Assign,
    Class,
    Copied,
    Do,
    Expression,
    Function,
    Group,
    Literal,
    Loop,
    Multiple,
    Path,
    Return,
    SetAttribute,
    Stack,
    Statement,
    Variable,
)
from engine.code.syntax.words import RESERVED
from engine.values import Json
from engine.values.named import constant_of, unnamed

_WORD = re.compile(r"[A-Za-z_]\w*")
_ALIASES = {"self", "argparse", "plt", "torch", "nn", "jax", "jnp", "nnx", "optax"}
"""Names that modules are imported as."""


def with_numbers(
    statements: Sequence[Statement], order: Iterable[str]
) -> tuple[list[Assign], list[Statement]]:
    """Return the assignments of the constants in use, and the statements with references to them.

    `order` are the names of the document's constants.
    """
    values = dict(_values(statements))
    if not values:
        return [], [*statements]
    taken = _names(statements)
    written: dict[str, str] = {}
    for name in order:
        free = next((n for n in (name, name.upper()) if n not in taken), "")
        if name in values and free:
            written[name] = free
            taken.add(free)
    constants = [
        Assign((free,), Literal(unnamed(values[name]), tuples=True))
        for name, free in written.items()
    ]
    references = _References(values, written)
    return constants, [references.statement(statement) for statement in statements]


def _values(statements: Sequence[Statement]) -> Iterator[tuple[str, Json]]:
    """The names of values with these; the first of several comes last."""
    pairs = [
        (constant_of(number), number)
        for statement in all_statements(statements)
        for value in parts_of(expressions_of(statement))
        if isinstance(value, Literal)
        for number in _named_in(value, value.value)
    ]
    return reversed(pairs)


def _named_in(literal: Literal, value: Json) -> Iterator[Json]:
    """The values with names in a literal; those in dictionaries stay as they are."""
    sizes = isinstance(value, list | tuple)
    if constant_of(value) and (literal.tuples or not sizes):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _named_in(literal, item)


def _names(statements: Sequence[Statement]) -> set[str]:
    """All names that the statements may use in any way."""
    names = set(RESERVED | _ALIASES)
    for statement in all_statements(statements):
        names.update(_defined(statement))
        for value in parts_of(expressions_of(statement)):
            match value:
                case Variable(name) | Multiple(variable=name):
                    names.add(name)
                case Path(path):
                    names.update(path.split("."))
                case _:
                    pass
    return names


def _defined(statement: Statement) -> Iterable[str]:
    """The names that a statement defines itself; of copied source all words."""
    match statement:
        case Assign(targets=targets) | Loop(targets=targets):
            return targets
        case Stack(target=name) | Class(name=name):
            return [name]
        case Function(name=name, parameters=parameters):
            return [name, *(parameter for parameter, _, _ in parameters)]
        case Copied(source=source):
            return _WORD.findall(source)
        case _:
            return ()


class _References:
    """Replaces values by the names under which they are `written`."""

    def __init__(self, values: Mapping[str, Json], written: Mapping[str, str]) -> None:
        self._values, self._written = values, written

    def statement(self, statement: Statement) -> Statement:
        match statement:
            case Assign(value=value) | Do(value) | Return(value) | SetAttribute(value=value):
                return replace(statement, value=self._expression(value))
            case Stack(layers=layers):
                return replace(statement, layers=tuple(map(self._expression, layers)))
            case Loop(values=values, body=body):
                values, lines = self._expression(values), tuple(map(self.statement, body))
                return replace(statement, values=values, body=lines)
            case Function(body=body, parameters=parameters):
                signature = tuple(
                    (name, annotation, default and self._expression(default))
                    for name, annotation, default in parameters
                )
                lines = tuple(map(self.statement, body))
                return replace(statement, parameters=signature, body=lines)
            case Class(body=body):
                return replace(statement, body=tuple(map(self.statement, body)))
            case _:
                return statement

    def _expression(self, value: Expression) -> Expression:
        return changed(value, self._literal)

    def _literal(self, value: Expression) -> Expression | None:
        if not isinstance(value, Literal):
            return None
        if not any(map(self._name, _named_in(value, value.value))):
            return None
        return self._reference(value, value.value)

    def _reference(self, literal: Literal, value: Json) -> Expression:
        if isinstance(value, list | tuple) and not (literal.tuples and self._name(value)):
            return Group(
                tuple(self._reference(literal, item) for item in value), tuples=literal.tuples
            )
        name = self._name(value)
        return Variable(name) if name else replace(literal, value=value)

    def _name(self, value: Json) -> str:
        name = constant_of(value)
        return self._written.get(name, "") if name and self._values[name] == value else ""
