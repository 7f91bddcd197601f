"""Values that repeat, named once at the top of the module.

Only what a person would name: numbers that are long to read (`1.001e-05`, not `0.5`), and
regularizers, which any number of layers may share. Initializers are not: an object that is used
twice draws the same numbers twice.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from engine.code.skeleton import changed
from engine.code.targets import REGULARIZERS
from engine.code.tree import (
    Assign,
    Blank,
    Call,
    Expression,
    Function,
    Group,
    Literal,
    Loop,
    Path,
    Stack,
    Statement,
    Variable,
)

OFTEN = 3
LONG = 6
"""Letters of a number that is worth a name."""

Use = tuple[str, str]
"""The argument for which a value is given, and what the value looks like."""


def hoisted(statements: Sequence[Statement]) -> tuple[list[Statement], list[Statement]]:
    """Return the constants that are worth a name, and the statements that read them."""
    found = [use for one in statements for use in _uses_in(one)]
    values = {_use(*use): use[1] for use in found}
    named: dict[Use, str] = {}
    for use, count in Counter(_use(*use) for use in found).most_common():
        name = use[0].upper()
        if count >= OFTEN and name not in named.values():
            named[use] = name
    if not named:
        return [], [*statements]
    constants = sorted(named.items(), key=lambda item: item[1])
    assigned: list[Statement] = [Assign((name,), values[use]) for use, name in constants]
    return [*assigned, Blank()], [_reading(one, named) for one in statements]


def _use(name: str, value: Expression) -> Use:
    return name, repr(value)


def _uses_in(statement: Statement) -> Iterator[tuple[str, Expression]]:
    match statement:
        case Assign(value=value):
            yield from _uses("", value)
        case Stack(layers=layers):
            for value in layers:
                yield from _uses("", value)
        case Function(body=body) | Loop(body=body):
            for inner in body:
                yield from _uses_in(inner)
        case _:
            pass


def _uses(name: str, value: Expression) -> Iterator[tuple[str, Expression]]:
    """What could be named in an expression that is given for the argument `name`."""
    if name and _is_worth(value):
        yield name, value
        return
    match value:
        case Call(function, positional, keywords):
            yield from _uses("", function)
            for one in positional:
                yield from _uses(one.param if isinstance(one, Literal) else "", one)
            for key, one in keywords:
                yield from _uses(key, one)
        case Group(items):
            for one in items:
                yield from _uses("", one)
        case _:
            pass


def _is_worth(value: Expression) -> bool:
    match value:
        case Literal(float() as number):
            return len(repr(number)) >= LONG
        case Call(Path(path)):
            return path.startswith(REGULARIZERS)
        case _:
            return False


def _reading(statement: Statement, named: dict[Use, str]) -> Statement:
    match statement:
        case Assign(targets, value, nodes):
            return Assign(targets, _named(value, named), nodes)
        case Stack(target, layers, name, nodes):
            return Stack(target, tuple(_named(one, named) for one in layers), name, nodes)
        case Function(name, body, parameters, returns):
            inner = tuple(_reading(one, named) for one in body)
            return Function(name, inner, parameters, returns)
        case Loop(targets, values, body):
            return Loop(targets, values, tuple(_reading(one, named) for one in body))
        case _:
            return statement


def _named(value: Expression, named: dict[Use, str]) -> Expression:
    """An expression in which named values are read by name."""

    def read(one: Expression) -> Expression | None:
        if not isinstance(one, Call):
            return None
        positional = tuple(
            _read(item.param, item, named) if isinstance(item, Literal) else _named(item, named)
            for item in one.positional
        )
        keywords = tuple((key, _read(key, item, named)) for key, item in one.keywords)
        return Call(_named(one.function, named), positional, keywords)

    return changed(value, read)


def _read(name: str, value: Expression, named: dict[Use, str]) -> Expression:
    found = named.get(_use(name, value)) if _is_worth(value) else None
    return Variable(found) if found else _named(value, named)
