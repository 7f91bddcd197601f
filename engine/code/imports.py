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
    everything = [*_all(statements)]
    needed = {target.import_of(path) for path in {*_paths(everything)}}
    for statement in everything:
        if isinstance(statement, Copied):
            needed.update(map(target.imported, statement.imports))
    modules = sorted(line for line in needed if line.startswith("import "))
    names: dict[str, list[str]] = {}
    for line in sorted(needed.difference(modules)):
        _, module, _, name = line.split()
        names.setdefault(module, []).append(name)
    lines = [f"from {module} import {', '.join(names[module])}" for module in sorted(names)]
    return [Copied(line) for line in (*modules, *lines)]


def names_used(statements: Iterable[Statement]) -> Iterator[str]:
    """The paths in statements, and the arguments of their calls: `keras.layers.Dense.units`.

    Activations are named by text in most calls; these are paths here, too.
    """
    for statement in _all(statements):
        for value in parts_of(_expressions(statement)):
            if isinstance(value, Path):
                yield value.path
            if isinstance(value, Call) and isinstance(value.function, Path):
                for name, argument in value.keywords:
                    yield f"{value.function.path}.{name}"
                    if isinstance(argument, Literal) and name.endswith("activation"):
                        yield f"keras.activations.{argument.value}"


def _all(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements, and those inside them."""
    for statement in statements:
        yield statement
        if isinstance(statement, Function | Loop | Class):
            yield from _all(statement.body)


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


def _paths(statements: Iterable[Statement]) -> Iterator[str]:
    """The imported names in statements, not in those inside them."""
    for statement in statements:
        if isinstance(statement, Stack):
            yield SEQUENTIAL
        for value in parts_of(_expressions(statement)):
            if isinstance(value, Path):
                yield value.path


def parts_of(expressions: Iterable[Expression]) -> Iterator[Expression]:
    """The expressions and all expressions inside them."""
    pending = list(expressions)
    while pending:
        value = pending.pop()
        yield value
        if isinstance(value, Call):
            pending.append(value.function)
            pending += value.positional
            pending += [item for _, item in value.keywords]
        else:
            pending += _children(value)


def _children(value: Expression) -> Iterable[Expression]:
    """The expressions directly inside one that is no call."""
    match value:
        case Group(items) | Infix(operands=items):
            return items
        case Mapping(items):
            return [item for _, item in items]
        case Keyed(items):
            return [part for pair in items for part in pair]
        case Attribute(of):
            return [of]
        case Item(of, key):
            return [of, key]
        case _:
            return ()
