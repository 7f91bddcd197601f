"""The imports that statements need: exact, sorted, none unused."""

from collections.abc import Iterable, Iterator, Sequence

from engine.code.targets import SEQUENTIAL, CodeTarget
from engine.code.tree import (
    Assign,
    Attribute,
    Call,
    Class,
    Copied,
    Do,
    Expression,
    Function,
    Group,
    Infix,
    Item,
    Keyed,
    Literal,
    Loop,
    Mapping,
    Path,
    Return,
    Stack,
    Statement,
)


def imports(statements: Sequence[Statement], target: CodeTarget) -> list[Copied]:
    """Return the imports in the order in which isort would put them.

    Statements that set the backend belong before them; those import `os` themselves.
    """
    needed = {line for statement in statements for line in _needed(statement, target)}
    modules = sorted(line for line in needed if line.startswith("import "))
    names: dict[str, list[str]] = {}
    for line in sorted(needed.difference(modules)):
        _, module, _, name = line.split()
        names.setdefault(module, []).append(name)
    lines = [f"from {module} import {', '.join(names[module])}" for module in sorted(names)]
    return [Copied(line) for line in (*modules, *lines)]


def _needed(statement: Statement, target: CodeTarget) -> Iterator[str]:
    if isinstance(statement, Copied):
        yield from map(target.imported, statement.imports)
    if isinstance(statement, Stack):
        yield target.import_of(SEQUENTIAL)
    if isinstance(statement, Function | Loop | Class):
        for inner in statement.body:
            yield from _needed(inner, target)
    for path in _paths(_expressions(statement)):
        yield target.import_of(path)


def names_used(statements: Iterable[Statement]) -> Iterator[str]:
    """The paths in statements, and the arguments of their calls: `keras.layers.Dense.units`.

    Activations are named by text in most calls; these are paths here, too.
    """
    for statement in statements:
        if isinstance(statement, Function | Loop | Class):
            yield from names_used(statement.body)
        for value in _parts(_expressions(statement)):
            if isinstance(value, Path):
                yield value.path
            if isinstance(value, Call) and isinstance(value.function, Path):
                for name, argument in value.keywords:
                    yield f"{value.function.path}.{name}"
                    if isinstance(argument, Literal) and name.endswith("activation"):
                        yield f"keras.activations.{argument.value}"


def _expressions(statement: Statement) -> Iterable[Expression]:
    match statement:
        case Assign(value=value) | Do(value) | Return(value) | Loop(values=value):
            return [value]
        case Stack(layers=layers):
            return layers
        case Function(parameters=parameters, returns=returns):
            defaults = [default for _, _, default in parameters if default]
            return [*defaults, returns] if returns else defaults
        case Class(base=base):
            return [base]
        case _:
            return []


def _paths(expressions: Iterable[Expression]) -> Iterator[str]:
    return (value.path for value in _parts(expressions) if isinstance(value, Path))


def _parts(expressions: Iterable[Expression]) -> Iterator[Expression]:
    """The expressions and all expressions inside them."""
    pending = list(expressions)
    while pending:
        value = pending.pop()
        yield value
        match value:
            case Call(function, positional, keywords):
                pending += [function, *positional, *(value for _, value in keywords)]
            case Group(items) | Infix(operands=items):
                pending += items
            case Mapping(items):
                pending += [value for _, value in items]
            case Keyed(items):
                pending += [part for pair in items for part in pair]
            case Attribute(of):
                pending.append(of)
            case Item(of, key):
                pending += [of, key]
            case _:
                pass
