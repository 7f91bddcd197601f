"""The imports that statements need: exact, sorted, none unused."""

from collections.abc import Iterable, Iterator, Sequence

from engine.code.program import Style
from engine.code.tree import (
    Assign,
    Attribute,
    Call,
    Copied,
    Do,
    Expression,
    Function,
    Group,
    Item,
    Loop,
    Mapping,
    Path,
    Return,
    Stack,
    Statement,
)

_FROM_KERAS = ("layers", "ops")


def imports(statements: Sequence[Statement], style: Style) -> list[Copied]:
    """Return the imports in the order in which isort would put them.

    The standard library comes first; the backend has to be set between it and the rest.
    """
    needed = {line for statement in statements for line in _needed(statement)}
    if style == "tf.keras":
        needed = {_from_tensorflow(line) for line in needed}
    whole = sorted(line for line in needed if line.startswith("import "))
    parts: dict[str, list[str]] = {}
    for line in sorted(needed.difference(whole)):
        _, module, _, name = line.split()
        parts.setdefault(module, []).append(name)
    whole += [f"from {module} import {', '.join(parts[module])}" for module in sorted(parts)]
    return [Copied(line) for line in whole]


def _from_tensorflow(line: str) -> str:
    """An import of Keras as TensorFlow offers it; every other import as it is."""
    if line == "import keras":
        return "from tensorflow import keras"
    return line.replace("from keras ", "from tensorflow.keras ", 1)


def _needed(statement: Statement) -> Iterator[str]:
    if isinstance(statement, Copied):
        yield from statement.imports
    if isinstance(statement, Stack):
        yield "import keras"
    if isinstance(statement, Function | Loop):
        for inner in statement.body:
            yield from _needed(inner)
    for path in _paths(_expressions(statement)):
        yield _import(path)


def _import(path: str) -> str:
    package, _, rest = path.partition(".")
    module = rest.partition(".")[0]
    if package == "keras" and module in _FROM_KERAS and module != rest:
        return f"from keras import {module}"
    return "import numpy as np" if package == "numpy" else f"import {package}"


def _expressions(statement: Statement) -> Iterable[Expression]:
    match statement:
        case Assign(value=value) | Do(value) | Return(value) | Loop(values=value):
            return [value]
        case Stack(layers=layers):
            return layers
        case Function(parameters=parameters, returns=returns):
            defaults = [default for _, _, default in parameters if default]
            return [*defaults, returns] if returns else defaults
        case _:
            return []


def _paths(expressions: Iterable[Expression]) -> Iterator[str]:
    left = list(expressions)
    while left:
        match left.pop():
            case Path(path):
                yield path
            case Call(function, positional, keywords):
                left += [function, *positional, *(value for _, value in keywords)]
            case Group(items):
                left += items
            case Mapping(items):
                left += [value for _, value in items]
            case Attribute(of):
                left.append(of)
            case Item(of, key):
                left += [of, key]
            case _:
                pass
