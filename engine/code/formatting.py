"""Formatting by ruff, and which line each statement became."""

import ast
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from engine.code.tree import Assign, Blank, Comment, Copied, Function, Loop, Stack, Statement

Lines = dict[str, tuple[int, int]]


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
    tree = ast.parse(source)
    for statement, parsed in zip(_ours(statements), _theirs(tree.body), strict=True):
        match statement:
            case Stack(nodes=nodes):
                _add_layers(found, nodes, parsed)
            case Assign(nodes=nodes):
                for node in nodes:
                    _add(found, node, parsed)
    return found


def _add(found: Lines, node: str, parsed: ast.stmt | ast.expr) -> None:
    first, last = parsed.lineno, parsed.end_lineno or parsed.lineno
    before = found.get(node)
    touches = before is not None and before[1] + 1 >= first
    found[node] = (before[0] if before and touches else first, last)


def _add_layers(found: Lines, nodes: Iterable[str], parsed: ast.stmt) -> None:
    assert isinstance(parsed, ast.Assign)
    assert isinstance(parsed.value, ast.Call)
    layers = parsed.value.args[0]
    assert isinstance(layers, ast.List)
    for node, layer in zip(nodes, layers.elts, strict=True):
        _add(found, node, layer)


def _ours(statements: Iterable[Statement]) -> Iterator[Statement | None]:
    """The statements that Python's parser sees, in its order; None for copied ones."""
    for statement in statements:
        match statement:
            case Comment() | Blank():
                pass
            case Copied(source):
                yield from (None for _ in _theirs(ast.parse(source).body))
            case Function(body=body) | Loop(body=body):
                yield statement
                yield from _ours(body)
            case _:
                yield statement


def _theirs(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.For):
            yield from _theirs(statement.body)
