"""The imports that statements need: exact, sorted, none unused."""

import sys
from collections.abc import Iterable, Iterator, Sequence

from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Blank,
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
from engine.code.targets import SEQUENTIAL, CodeTarget


def imports(statements: Sequence[Statement], target: CodeTarget) -> list[Statement]:
    """Return the imports in the order in which isort would put them, Python's own modules first.

    Statements that set the backend belong before them; those import `os` themselves.
    """
    everything = [*all_statements(statements)]
    needed = {target.import_of(path) for path in {*_paths(everything)}}
    for statement in everything:
        if isinstance(statement, Copied):
            needed.update(map(target.imported, statement.imports))
    modules = sorted(line for line in needed if line.startswith("import "))
    names: dict[str, list[str]] = {}
    for line in sorted(needed.difference(modules)):
        _, module, _, name = line.split()
        names.setdefault(module, []).append(name)
    members = [f"from {module} import {', '.join(names[module])}" for module in sorted(names)]
    lines = [*modules, *members]
    own = [line for line in lines if module_of(line) in sys.stdlib_module_names]
    others = [line for line in lines if line not in own]
    between = [Blank()] if own and others else []
    return [*map(Copied, own), *between, *map(Copied, others)]


def module_of(line: str) -> str:
    """Return the package of an import."""
    return line.split()[1].partition(".")[0]


def names_used(statements: Iterable[Statement]) -> Iterator[str]:
    """The paths in statements, and the arguments of their calls: `keras.layers.Dense.units`.

    Activations are named by text in most calls; these are paths here, too.
    """
    for statement in all_statements(statements):
        for value in parts_of(expressions_of(statement)):
            if isinstance(value, Path):
                yield value.path
            if isinstance(value, Call) and isinstance(value.function, Path):
                for name, argument in value.keywords:
                    yield f"{value.function.path}.{name}"
                    if isinstance(argument, Literal) and name.endswith("activation"):
                        yield f"keras.activations.{argument.value}"


def all_statements(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements, and those inside them."""
    for statement in statements:
        yield statement
        if isinstance(statement, Function | Loop | Class):
            yield from all_statements(statement.body)


def expressions_of(statement: Statement) -> Iterable[Expression]:
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
        for value in parts_of(expressions_of(statement)):
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
