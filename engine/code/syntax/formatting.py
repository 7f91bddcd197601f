"""Formats source with ruff, and finds the lines of each statement in it."""

import ast
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from engine.code.syntax.tree import (
    Assign,
    Blank,
    Class,
    Comment,
    Copied,
    Function,
    Loop,
    Main,
    Return,
    SetAttribute,
    Stack,
    Statement,
)

Lines = dict[str, tuple[int, int]]
QUOTES = '"""'


@cache
def _ruff() -> str:
    return str(find_ruff_bin())


def formatted(source: str) -> str:
    """Return the source as `ruff format` writes it with its own defaults.

    Raises CalledProcessError when it is not Python, which would be a bug of this package.
    """
    command = [_ruff(), "format", "--isolated", "--no-cache", "--stdin-filename=code.py", "-"]
    result = subprocess.run(  # noqa: S603 — our own program, our own arguments
        command, input=source.encode(), capture_output=True, check=True, timeout=60
    )
    return result.stdout.decode()


def lines(statements: Sequence[Statement], source: str) -> Lines:
    """Return the first and last line (from 1) of each node in formatted source.

    Formatting never reorders statements, so both sequences are iterated together. A node with
    several statements (a shared layer and its call) has the lines from the first to the last if
    these are adjacent, else only those of the call.
    """
    result: Lines = {}
    text = source.splitlines()
    for statement, span in zip(_source_statements(statements), written_lines(text), strict=True):
        match statement:
            case Stack(nodes=nodes):
                _add_layers(result, nodes, span, text)
            case Assign(nodes=nodes) | SetAttribute(nodes=nodes) | Return(nodes=nodes):
                for node in nodes:
                    _add(result, node, span)
    return result


def written_lines(text: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The first and last line of each statement; of a compound statement those of its header.

    Gives the same result as Python's parser for source that ruff has formatted, but faster: there
    a statement continues where a line ends with an opening bracket, up to the line that closes it
    at the statement's own indentation; and a docstring up to its closing quotes. A decorator counts
    as a statement.
    """
    at = 0
    while at < len(text):
        first, line = at, text[at]
        words = line.lstrip()
        at += 1
        if not words or words[0] == "#":
            continue
        if words.startswith(QUOTES):
            while not (words.endswith(QUOTES) and (words != QUOTES or at - 1 > first)):
                words = text[at]
                at += 1
        else:
            close = line[: len(line) - len(words)]
            while line[-1] in "([{":
                while not (text[at].startswith(close) and text[at][len(close)] in ")]}"):
                    at += 1
                line = text[at]
                at += 1
        yield first + 1, at


def _add(result: Lines, node: str, span: tuple[int, int]) -> None:
    before = result.get(node)
    adjacent = before is not None and before[1] + 1 >= span[0]
    result[node] = (before[0] if before and adjacent else span[0], span[1])


def _add_layers(
    result: Lines, nodes: Iterable[str], span: tuple[int, int], text: Sequence[str]
) -> None:
    """Add the lines of each layer of a Sequential, which is one statement."""
    first, last = span
    (parsed,) = ast.parse("\n".join(text[first - 1 : last])).body
    assert isinstance(parsed, ast.Assign)
    assert isinstance(parsed.value, ast.Call)
    layers = parsed.value.args[0]
    assert isinstance(layers, ast.List)
    for node, layer in zip(nodes, layers.elts, strict=True):
        end = layer.end_lineno or layer.lineno
        _add(result, node, (first - 1 + layer.lineno, first - 1 + end))


def _source_statements(statements: Iterable[Statement]) -> Iterator[Statement | None]:
    """The statements as they occur in the source; None for copied ones."""
    for statement in statements:
        match statement:
            case Comment() | Blank():
                pass
            case Copied(source):
                yield from (None for _ in written_lines(source.splitlines()))
            case Function(body=body) | Loop(body=body) | Class(body=body):
                yield statement
                yield from _source_statements(body)
            case Main():
                yield from (statement, None)  # the condition, and the call
            case _:
                yield statement
