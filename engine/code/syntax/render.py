"""Statements as source text, correctly indented; line breaks are left to the formatter."""

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch
from gettext import NullTranslations

from engine.catalogue import slicing
from engine.code.syntax.literals import literal, text
from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Blank,
    Call,
    Class,
    Comment,
    Copied,
    Do,
    Docstring,
    Expression,
    Function,
    Group,
    Infix,
    Item,
    Keyed,
    Literal,
    Loop,
    Main,
    Mapping,
    Message,
    Multiple,
    Numbered,
    Path,
    Raise,
    Return,
    SetAttribute,
    Slices,
    Stack,
    Statement,
    Variable,
)
from engine.code.syntax.words import prose
from engine.code.targets import SEQUENTIAL, CodeTarget
from engine.problems import Problem, translated
from engine.problems.render import ENGLISH

WIDTH = 88
QUOTES = '"""'


@dataclass(frozen=True)
class At:
    """The context of a piece of source: its target, its language, its depth of indentation."""

    target: CodeTarget
    language: NullTranslations = ENGLISH
    depth: int = 0

    @property
    def indent(self) -> str:
        """The spaces at the start of a line."""
        return "    " * self.depth

    def deeper(self, steps: int = 1) -> "At":
        """Return the context with `steps` more levels of indentation."""
        return At(self.target, self.language, self.depth + steps)

    def words(self, note: Problem) -> str:
        """The message of a problem in this language."""
        return translated(note, self.language).message


def render(
    statements: Sequence[Statement], target: CodeTarget, language: NullTranslations = ENGLISH
) -> str:
    """Return the source of a module's or cell's statements, imports not included."""
    return "\n".join(_lines(statements, At(target, language))) + "\n"


def _lines(statements: Iterable[Statement], at: At) -> list[str]:
    return [line for statement in statements for line in _statement(statement, at)]


@singledispatch
def _statement(statement: Statement, at: At) -> list[str]:
    """The lines of one statement; dispatches on its type."""
    raise TypeError(f"cannot write {statement} at depth {at.depth}")


@_statement.register
def _assign(assign: Assign, at: At) -> list[str]:
    return [f"{at.indent}{', '.join(assign.targets)} = {expression(assign.value, at)}"]


@_statement.register
def _set_attribute(line: SetAttribute, at: At) -> list[str]:
    owner, value = expression(line.of, at), expression(line.value, at)
    return [f"{at.indent}{owner}.{line.name} = {value}"]


@_statement.register
def _stack(stack: Stack, at: At) -> list[str]:
    items = "".join(f"{expression(layer, at.deeper(2))}, " for layer in stack.layers)
    name = f", name={expression(stack.name, at)}" if stack.name else ""
    return [f"{at.indent}{stack.target} = {at.target.spelling(SEQUENTIAL)}([{items}]{name})"]


@_statement.register
def _do(do: Do, at: At) -> list[str]:
    return [at.indent + expression(do.value, at)]


@_statement.register
def _return(end: Return, at: At) -> list[str]:
    return [f"{at.indent}return {expression(end.value, at)}"]


@_statement.register
def _raise(end: Raise, at: At) -> list[str]:
    return [f"{at.indent}raise {end.error}({text(at.words(end.note), at.depth)})"]


@_statement.register
def _comment(comment: Comment, at: At) -> list[str]:
    start = at.indent + "# "
    words = prose(at.words(comment.note), longest=1000)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in words)
    width = max(WIDTH // 2, WIDTH - wide)  # such a letter takes two columns
    return textwrap.wrap(words, width, initial_indent=start, subsequent_indent=start)


@_statement.register
def _blank(_: Blank, at: At) -> list[str]:  # noqa: ARG001 — all writers have this signature
    return [""]


@_statement.register
def _docstring(docstring: Docstring, at: At) -> list[str]:
    """No quote or backslash of a person can end it early."""
    words = prose(at.words(docstring.note), WIDTH - 6 - 4 * at.depth) if docstring.note else ""
    rest = [*_wrapped(docstring.text), *map(at.words, docstring.lines)]
    text = [words, "", *rest] if words and rest else [words, *rest]
    lines = _safe("\n".join(text).strip()).splitlines()
    lines[0] = f'"""{lines[0]}'
    if len(lines) == 1 and len(lines[0]) <= WIDTH - len(QUOTES):
        lines[0] += QUOTES
    else:
        lines.append(QUOTES)
    return [f"{at.indent}{line}".rstrip() for line in lines]


def _wrapped(text: str) -> Iterator[str]:
    """The lines of a text that a person wrote, none of them longer than lines of code."""
    for line in text.splitlines():
        yield from textwrap.wrap(prose(line, len(line)), WIDTH - len(QUOTES)) or [""]


def _safe(words: str) -> str:
    """Words that can stand between double quotes."""
    return words.replace("\\", "/").replace('"', "'")


@_statement.register
def _loop(loop: Loop, at: At) -> list[str]:
    head = f"{at.indent}for {', '.join(loop.targets)} in {expression(loop.values, at)}:"
    return [head, *_lines(loop.body, at.deeper())]


@_statement.register
def _main(main: Main, at: At) -> list[str]:
    pad = at.indent
    return [f'{pad}if __name__ == "__main__":', f"{pad}    {main.function}()"]


@_statement.register
def _copied(copied: Copied, at: At) -> list[str]:
    source = copied.source
    for note in copied.texts:
        own = f'"{note.message}"'
        if own not in source:
            raise ValueError(f"the copied source does not contain {own}")
        source = source.replace(own, f'"{_safe(at.words(note))}"')
    return [at.indent + line if line else "" for line in source.splitlines()]


@_statement.register
def _function(function: Function, at: At) -> list[str]:
    pad = at.indent
    equals = " = " if function.typed else "="
    parameters = ", ".join(
        name
        + (f": {kind}" if function.typed else "")
        + (f"{equals}{expression(default, at)}" if default else "")
        for name, kind, default in function.parameters
    )
    returns = expression(function.returns, at) if function.returns else "None"
    arrow = f" -> {returns}" if function.typed else ""
    head = f"{pad}def {function.name}({parameters}){arrow}:"
    return ["", "", head, *_lines(function.body, at.deeper()), "", ""]


@_statement.register
def _class(statement: Class, at: At) -> list[str]:
    head = f"{at.indent}class {statement.name}({expression(statement.base, at)}):"
    return ["", "", head, *_lines(statement.body, at.deeper()), "", ""]


@singledispatch
def expression(value: Expression, at: At) -> str:
    """Return the source of one expression."""
    raise TypeError(f"cannot write {value} at depth {at.depth}")


@expression.register
def _literal(value: Literal, at: At) -> str:
    return literal(value.value, tuples=value.tuples, depth=at.depth)


@expression.register
def _variable(value: Variable, at: At) -> str:  # noqa: ARG001 — all writers have this signature
    return value.name


@expression.register
def _path(value: Path, at: At) -> str:
    return at.target.spelling(value.path)


@expression.register
def _attribute(value: Attribute, at: At) -> str:
    return f"{_operand(value.of, at)}.{value.name}"


@expression.register
def _item(value: Item, at: At) -> str:
    key = expression(value.key, at)
    if isinstance(value.key, Group) and len(value.key.items) > 1:
        key = key[1:-1]  # dict[str, int]
    return f"{_operand(value.of, at)}[{key}]"


@expression.register
def _slices(value: Slices, at: At) -> str:  # noqa: ARG001 — all writers have this signature
    parts = slicing.read(value.key) or ()
    single = len(parts) == 1 and not isinstance(parts[0], int) and not value.bare
    return (slicing.write(parts) or ":") + ("," if single else "")


@expression.register
def _call(value: Call, at: At) -> str:
    inside = at.deeper()
    arguments = [expression(item, inside) for item in value.positional]
    arguments += [f"{name}={expression(item, inside)}" for name, item in value.keywords]
    return f"{expression(value.function, at)}({', '.join(arguments)})"


@expression.register
def _group(value: Group, at: At) -> str:
    inside = at.deeper()
    inner = ", ".join([expression(item, inside) for item in value.items])
    if not value.tuples:
        return f"[{inner}]"
    return f"({inner},)" if len(value.items) == 1 else f"({inner})"


@expression.register
def _mapping(value: Mapping, at: At) -> str:
    pairs = (
        f"{literal(key, depth=at.depth)}: {expression(item, at.deeper())}"
        for key, item in value.items
    )
    return "{" + ", ".join(pairs) + "}"


@expression.register
def _keyed(value: Keyed, at: At) -> str:
    pairs = (f"{expression(key, at)}: {expression(item, at)}" for key, item in value.items)
    return "{" + ", ".join(pairs) + "}"


@expression.register
def _message(value: Message, at: At) -> str:
    return text(prose(at.words(value.note)), at.depth)


@expression.register
def _multiple(value: Multiple, at: At) -> str:  # noqa: ARG001 — all writers have this signature
    if value.divided:
        return f"{value.variable} // {value.factor}"
    return f"{value.factor} * {value.variable}"


@expression.register
def _infix(value: Infix, at: At) -> str:
    return f" {value.operator} ".join(_operand(item, at) for item in value.operands)


def _operand(value: Expression, at: At) -> str:
    """An expression as a part of another one: with parentheses if it has operators."""
    text = expression(value, at)
    return f"({text})" if isinstance(value, Infix) else text


@expression.register
def _numbered(value: Numbered, at: At) -> str:  # noqa: ARG001 — all writers have this signature
    return "f" + repr(_inside(value))


def _inside(value: Numbered) -> str:
    """What stands between the quotes of an f-string."""
    text = _braces(value.before) + "{" + value.number + "}" + _braces(value.after)
    return text + (_inside(value.then) if value.then else "")


def _braces(part: str) -> str:
    return part.replace("{", "{{").replace("}", "}}")
