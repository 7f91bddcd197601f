"""Constants at the top of the module: numbers that have a name, and repeated values.

Of repeated values only those that a person would name: numbers with many digits (`1.001e-05`, not
`0.5`), regularizers, which any number of layers may share, and initializers. An initializer that is
used twice draws the same numbers twice, so its constant is a configuration, from which Keras
creates an object for each layer.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.code.folding.skeleton import changed
from engine.code.named_numbers import with_numbers
from engine.code.program import Program
from engine.code.syntax.tree import (
    Assign,
    Blank,
    Call,
    Expression,
    Function,
    Group,
    Literal,
    Loop,
    Mapping,
    Path,
    Return,
    Stack,
    Statement,
    Variable,
)
from engine.code.targets import INITIALIZERS, REGULARIZERS

OFTEN = 3
LONG = 6
"""Characters of a number that is worth a name."""

Use = tuple[str, str]
"""The name of an argument, and the repr of its value; of an object, the last word of the name."""


def with_constants(
    program: Program, statements: Sequence[Statement]
) -> tuple[list[Statement], list[Statement]]:
    """Return the assignments of constants, and as many statements with references to them."""
    order = (constant.name for constant in program.document.constants)
    numbers, statements = with_numbers(statements, order)
    taken = frozenset(name for line in numbers for name in line.targets)
    repeated, statements = _hoisted(statements, taken)
    assigned = [*numbers, *repeated]
    return [*assigned, *([Blank()] if assigned else [])], statements


def _hoisted(
    statements: Sequence[Statement], taken: frozenset[str]
) -> tuple[list[Statement], list[Statement]]:
    """The same for repeated values, whose constants have no names that are `taken`."""
    uses = [use for statement in statements for use in _uses_in(statement)]
    arguments: dict[Use, dict[str, Expression]] = {}
    for name, value in uses:
        arguments.setdefault(_use(name, value), {})[name] = value
    named: dict[Use, str] = {}
    for use, count in Counter(_use(*use) for use in uses).most_common():
        names = arguments[use]
        name = (next(iter(names)) if len(names) == 1 else use[0]).upper()
        if count >= OFTEN and name not in taken and name not in named.values():
            named[use] = name
    if not named:
        return [], [*statements]
    assigned: list[Statement] = [
        Assign((name,), _constant(next(iter(arguments[use].values()))))
        for use, name in sorted(named.items(), key=lambda item: item[1])
    ]
    return assigned, [_replace(statement, named) for statement in statements]


def _use(name: str, value: Expression) -> Use:
    return name.rpartition("_")[2] if isinstance(value, Call) else name, repr(value)


def _constant(value: Expression) -> Expression:
    """The value of a constant: of an initializer its configuration."""
    config = _config(value)
    return value if config is None else config


def _config(value: Expression) -> Mapping | None:
    """The configuration of an initializer with plain arguments; None for all other values."""
    if not isinstance(value, Call) or not isinstance(value.function, Path):
        return None
    module, _, name = value.function.path.rpartition(".")
    items = [(item.param, item) for item in value.positional if isinstance(item, Literal)]
    items += [(key, item) for key, item in value.keywords if isinstance(item, Literal)]
    plain = len(items) == len(value.positional) + len(value.keywords) and all(k for k, _ in items)
    if f"{module}." != INITIALIZERS or not plain:
        return None
    return Mapping((("class_name", Literal(name)), ("config", Mapping(tuple(items)))))


def _uses_in(statement: Statement) -> Iterator[tuple[str, Expression]]:
    match statement:
        case Assign(value=value) | Return(value):
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
    """The values in the expression of the argument `name` that could become constants."""
    uses: list[tuple[str, Expression]] = []
    _collect(name, value, uses)
    return iter(uses)


def _collect(name: str, value: Expression, uses: list[tuple[str, Expression]]) -> None:
    if isinstance(value, Variable | Path):
        return
    if name and _may_be_named(value):
        uses.append((name, value))
    elif isinstance(value, Call):
        _collect("", value.function, uses)
        for item in value.positional:
            _collect(item.param if isinstance(item, Literal) else "", item, uses)
        for key, item in value.keywords:
            _collect(key, item, uses)
    elif isinstance(value, Group):
        for item in value.items:
            _collect("", item, uses)


def _may_be_named(value: Expression) -> bool:
    if isinstance(value, Literal):
        return isinstance(value.value, float) and len(repr(value.value)) >= LONG
    if isinstance(value, Call) and isinstance(value.function, Path):
        return value.function.path.startswith(REGULARIZERS) or _config(value) is not None
    return False


def _replace(statement: Statement, named: dict[Use, str]) -> Statement:
    match statement:
        case Assign(targets, value, nodes):
            return Assign(targets, _named(value, named), nodes)
        case Stack(target, layers, name, nodes):
            return Stack(target, tuple(_named(layer, named) for layer in layers), name, nodes)
        case Function(body=body):
            return replace(statement, body=tuple(_replace(inner, named) for inner in body))
        case Return(value, nodes):
            return Return(_named(value, named), nodes)
        case Loop(targets, values, body):
            return Loop(targets, values, tuple(_replace(inner, named) for inner in body))
        case _:
            return statement


def _named(value: Expression, named: dict[Use, str]) -> Expression:
    """An expression with references to constants in place of their values."""

    def refer(call: Expression) -> Expression | None:
        if not isinstance(call, Call):
            return None
        positional = tuple(
            _reference(item.param, item, named)
            if isinstance(item, Literal)
            else _named(item, named)
            for item in call.positional
        )
        keywords = tuple((key, _reference(key, item, named)) for key, item in call.keywords)
        return Call(_named(call.function, named), positional, keywords)

    return changed(value, refer)


def _reference(name: str, value: Expression, named: dict[Use, str]) -> Expression:
    constant = named.get(_use(name, value)) if _may_be_named(value) else None
    return Variable(constant) if constant else _named(value, named)
