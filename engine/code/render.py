"""Statements as source text: right in meaning and in indentation; the formatter does the rest."""

import textwrap
from collections.abc import Iterable, Sequence
from functools import singledispatch

from engine.catalogue import slicing
from engine.code.literals import literal, text
from engine.code.tree import (
    Assign,
    Attribute,
    Blank,
    Call,
    Comment,
    Copied,
    Do,
    Docstring,
    Expression,
    Function,
    Group,
    Item,
    Literal,
    Loop,
    Main,
    Mapping,
    Numbered,
    Path,
    Raise,
    Return,
    Slices,
    Stack,
    Statement,
    Variable,
)
from engine.code.words import prose

WIDTH = 88
_SHORT = {"keras.layers.": "layers.", "keras.ops.": "ops.", "numpy.": "np."}


def render(statements: Sequence[Statement]) -> str:
    """Return the source of a module's or cell's statements, imports not included."""
    return "\n".join(_lines(statements, 0)) + "\n"


def _lines(statements: Iterable[Statement], depth: int) -> list[str]:
    return [line for statement in statements for line in _statement(statement, depth)]


@singledispatch
def _statement(statement: Statement, depth: int) -> list[str]:
    """The lines of one statement; one function for each kind."""
    raise TypeError(f"no way to write {statement} at depth {depth}")


@_statement.register
def _assign(assign: Assign, depth: int) -> list[str]:
    return [f"{'    ' * depth}{', '.join(assign.targets)} = {expression(assign.value, depth)}"]


@_statement.register
def _stack(stack: Stack, depth: int) -> list[str]:
    items = "".join(f"{expression(layer, depth + 2)}, " for layer in stack.layers)
    name = f", name={expression(stack.name, depth)}" if stack.name else ""
    return [f"{'    ' * depth}{stack.target} = keras.Sequential([{items}]{name})"]


@_statement.register
def _do(do: Do, depth: int) -> list[str]:
    return ["    " * depth + expression(do.value, depth)]


@_statement.register
def _return(end: Return, depth: int) -> list[str]:
    return [f"{'    ' * depth}return {expression(end.value, depth)}"]


@_statement.register
def _raise(end: Raise, depth: int) -> list[str]:
    return [f"{'    ' * depth}raise {end.error}({text(end.message, depth)})"]


@_statement.register
def _comment(comment: Comment, depth: int) -> list[str]:
    start = "    " * depth + "# "
    words = prose(comment.text, longest=1000)
    return textwrap.wrap(words, WIDTH, initial_indent=start, subsequent_indent=start)


@_statement.register
def _blank(_: Blank, depth: int) -> list[str]:  # noqa: ARG001 — all writers are called alike
    return [""]


@_statement.register
def _docstring(docstring: Docstring, depth: int) -> list[str]:
    """One line; no quote or backslash of a person's can end it early."""
    words = prose(docstring.text, WIDTH - 6 - 4 * depth)
    words = words.replace("\\", "/").replace('"', "'")
    return [f'{"    " * depth}"""{words}"""']


@_statement.register
def _loop(loop: Loop, depth: int) -> list[str]:
    head = f"{'    ' * depth}for {', '.join(loop.targets)} in {expression(loop.values, depth)}:"
    return [head, *_lines(loop.body, depth + 1)]


@_statement.register
def _main(main: Main, depth: int) -> list[str]:
    pad = "    " * depth
    return [f'{pad}if __name__ == "__main__":', f"{pad}    {main.function}()"]


@_statement.register
def _copied(copied: Copied, depth: int) -> list[str]:
    return ["    " * depth + line if line else "" for line in copied.source.splitlines()]


@_statement.register
def _function(function: Function, depth: int) -> list[str]:
    pad = "    " * depth
    parameters = ", ".join(
        f"{name}: {kind}" + (f" = {expression(default, depth)}" if default else "")
        for name, kind, default in function.parameters
    )
    returns = expression(function.returns, depth) if function.returns else "None"
    head = f"{pad}def {function.name}({parameters}) -> {returns}:"
    return ["", "", head, *_lines(function.body, depth + 1), "", ""]


@singledispatch
def expression(value: Expression, depth: int = 0) -> str:
    """Return the source of one expression that begins `depth` steps to the right."""
    raise TypeError(f"no way to write {value} at depth {depth}")


@expression.register
def _literal(value: Literal, depth: int = 0) -> str:
    return literal(value.value, tuples=value.tuples, depth=depth)


@expression.register
def _variable(value: Variable, depth: int = 0) -> str:  # noqa: ARG001 — as all writers
    return value.name


@expression.register
def _path(value: Path, depth: int = 0) -> str:  # noqa: ARG001 — as all writers
    return spelling(value.path)


@expression.register
def _attribute(value: Attribute, depth: int = 0) -> str:
    return f"{expression(value.of, depth)}.{value.name}"


@expression.register
def _item(value: Item, depth: int = 0) -> str:
    return f"{expression(value.of, depth)}[{expression(value.key, depth)}]"


@expression.register
def _slices(value: Slices, depth: int = 0) -> str:  # noqa: ARG001 — as all writers
    parts = slicing.read(value.key) or ()
    alone = len(parts) == 1 and not isinstance(parts[0], int)
    return (slicing.write(parts) or ":") + ("," if alone else "")


@expression.register
def _call(value: Call, depth: int = 0) -> str:
    given = [expression(item, depth + 1) for item in value.positional]
    given += [f"{name}={expression(item, depth + 1)}" for name, item in value.keywords]
    return f"{expression(value.function, depth)}({', '.join(given)})"


@expression.register
def _group(value: Group, depth: int = 0) -> str:
    inner = ", ".join(expression(item, depth + 1) for item in value.items)
    if not value.tuples:
        return f"[{inner}]"
    return f"({inner},)" if len(value.items) == 1 else f"({inner})"


@expression.register
def _mapping(value: Mapping, depth: int = 0) -> str:
    pairs = (f"{text(key, depth)}: {expression(one, depth + 1)}" for key, one in value.items)
    return "{" + ", ".join(pairs) + "}"


@expression.register
def _numbered(value: Numbered, depth: int = 0) -> str:  # noqa: ARG001 — as all writers
    return "f" + repr(_braces(value.before) + "{" + value.number + "}" + _braces(value.after))


def _braces(part: str) -> str:
    return part.replace("{", "{{").replace("}", "}}")


def spelling(path: str) -> str:
    """Return how an imported path is written: keras.layers.Dense as layers.Dense."""
    for prefix, short in _SHORT.items():
        if path.startswith(prefix):
            return short + path.removeprefix(prefix)
    return path
