"""Formatting by ruff, and which line each statement became."""

import ast
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from engine.code.tree import Assign, Blank, Comment, Copied, Function, Loop, Main, Stack, Statement

Lines = dict[str, tuple[int, int]]
QUOTES = '"""'


@cache
def _ruff() -> str:
    return str(find_ruff_bin())


def formatted(source: str) -> str:
    """Return the source as `ruff format` writes it with its own defaults.

    Raises CalledProcessError when it is no Python, which would be a defect of this package.
    """
    command = [_ruff(), "format", "--isolated", "--no-cache", "--stdin-filename=code.py", "-"]
    done = subprocess.run(  # noqa: S603 — our own program, our own arguments
        command, input=source.encode(), capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def lines(statements: Sequence[Statement], source: str) -> Lines:
    """Return the first and last line (from 1) of each node in formatted source.

    Formatting moves statements and never reorders them, so that the two are met in step. What
    a node is made of in several places (a shared layer and its call) counts from the first to
    the last of them while these touch, else only where it is called.
    """
    found: Lines = {}
    text = source.splitlines()
    for statement, place in zip(_ours(statements), written_lines(text), strict=True):
        match statement:
            case Stack(nodes=nodes):
                _add_layers(found, nodes, place, text)
            case Assign(nodes=nodes):
                for node in nodes:
                    _add(found, node, place)
    return found


def written_lines(text: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The first and last line of each statement, or of the head of one that holds others.

    Says the same as Python's parser, a good deal faster, of what ruff has formatted: there a
    statement goes on where a line ends in an opening bracket, to the line that closes it at the
    statement's own depth; and a docstring to the quotes that end it.
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


def _add(found: Lines, node: str, place: tuple[int, int]) -> None:
    before = found.get(node)
    touches = before is not None and before[1] + 1 >= place[0]
    found[node] = (before[0] if before and touches else place[0], place[1])


def _add_layers(
    found: Lines, nodes: Iterable[str], place: tuple[int, int], text: Sequence[str]
) -> None:
    """The lines of each layer of a stack, which is one statement."""
    first, last = place
    (parsed,) = ast.parse("\n".join(text[first - 1 : last])).body
    assert isinstance(parsed, ast.Assign)
    assert isinstance(parsed.value, ast.Call)
    layers = parsed.value.args[0]
    assert isinstance(layers, ast.List)
    for node, layer in zip(nodes, layers.elts, strict=True):
        end = layer.end_lineno or layer.lineno
        _add(found, node, (first - 1 + layer.lineno, first - 1 + end))


def _ours(statements: Iterable[Statement]) -> Iterator[Statement | None]:
    """The statements that stand in the source, in its order; None for copied ones."""
    for statement in statements:
        match statement:
            case Comment() | Blank():
                pass
            case Copied(source):
                yield from (None for _ in written_lines(source.splitlines()))
            case Function(body=body) | Loop(body=body):
                yield statement
                yield from _ours(body)
            case Main():
                yield from (statement, None)  # the condition, and the call
            case _:
                yield statement
