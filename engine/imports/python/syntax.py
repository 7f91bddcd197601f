"""Parse source, also that of Python 2 and of notebooks with IPython's commands."""

import ast
import re
import warnings
from dataclasses import dataclass

from engine.imports.python.dialect import dialect
from engine.problems import Phrase, Problem, phrase, problem

MAX_SOURCE = 2_000_000
MAX_REPAIRS = 300
_PRINT = re.compile(r"^(\s*)print\b")
_EXCEPT = re.compile(r"^(\s*except\s+.+?),\s*(\w+)\s*:")
_RAISE = re.compile(r"^(\s*)raise\s+\w+\s*,")
_MAGIC = re.compile(r"^(\s*)[%!]")
_SPACES = {"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u3000": " ", "\u200b": "", "\ufeff": ""}
"""What Python refuses outside of texts, and what it stands for."""
_INDENT_OF_PAGES = re.compile(r"^[ \u00a0]+", re.MULTILINE)
_INDENT = re.compile(r"^\s*")


@dataclass(frozen=True)
class Parsed:
    """The syntax tree, whether the source is Python 2, the version of Keras that it shows, and
    whether it may define generators."""

    tree: ast.Module
    python_2: bool
    dialect: int | None
    yields: bool


def parse(source: str) -> Parsed | Problem:
    """The syntax tree of source, or the problem that it is not Python.

    Statements of Python 2 that do nothing to a model (print, raise) are replaced by `pass`.
    """
    read = _read(source)
    if isinstance(read, Problem):
        return read
    text, tree, python_2 = read
    return Parsed(tree, python_2, dialect(text, tree, python_2), "yield" in text)


def refusal(source: str) -> Problem | None:
    """The problem that source is not Python; None for source that `parse` takes."""
    read = _read(source)
    return read if isinstance(read, Problem) else None


def _read(source: str) -> tuple[str, ast.Module, bool] | Problem:
    """The source after repairs, its syntax tree, and whether it is Python 2."""
    if len(source) > MAX_SOURCE:
        return _no_python(phrase("it is longer than {limit:,} characters", limit=MAX_SOURCE))
    python_2 = False
    source = source.expandtabs(8)
    for _ in range(MAX_REPAIRS):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                tree = ast.parse(source)
            return source, tree, python_2
        except SyntaxError as error:
            if (spaced := _with_plain_space(source, error)) is not None:
                source = spaced
                continue
            repaired = _repaired(source, error.lineno)
            if repaired is None:
                return _no_python(error.msg, error.lineno)
            source, python_2 = repaired, python_2 or not _MAGIC.match(_line(source, error.lineno))
        except (ValueError, RecursionError, MemoryError):
            return _no_python(phrase("it contains invalid characters, or nests too deeply"))
    return _no_python(phrase("it contains too many statements of Python 2"))


def _no_python(why: Phrase | str, line: int | None = None) -> Problem:
    return problem("python_syntax.line" if line else "python_syntax", line=line, why=why)


def _line(source: str, number: int | None) -> str:
    return source.split("\n")[(number or 1) - 1]


def _with_plain_space(source: str, error: SyntaxError) -> str | None:
    """The source with a plain space in the place of one that Python refuses; None for others.

    Web pages and word processors indent with such spaces: those that begin a line are all replaced.
    """
    lines = source.split("\n")
    number, column = error.lineno or 0, (error.offset or 0) - 1
    if not 0 < number <= len(lines) or lines[number - 1][column : column + 1] not in _SPACES:
        return None
    line = lines[number - 1]
    lines[number - 1] = line[:column] + _SPACES[line[column]] + line[column + 1 :]
    return _INDENT_OF_PAGES.sub(lambda match: " " * len(match.group()), "\n".join(lines))


def _repaired(source: str, number: int | None) -> str | None:
    """The source with the statement of Python 2 at a line made one of Python 3."""
    lines = source.split("\n")
    if number is None or not 0 < number <= len(lines):
        return None
    line = lines[number - 1]
    if match := _MAGIC.match(line):
        return _replaced(lines, number - 1, f"{match.group(1)}pass")
    if match := _PRINT.match(line):
        return _replaced(lines, number - 1, f"{match.group(1)}pass")
    if match := _EXCEPT.match(line):
        lines[number - 1] = f"{match.group(1)} as {match.group(2)}:{line[match.end() :]}"
        return "\n".join(lines)
    if match := _RAISE.match(line):
        return _replaced(lines, number - 1, f"{match.group(1)}raise Exception")
    return None


def _replaced(lines: list[str], index: int, text: str) -> str:
    """Replace a statement that may go on over further lines, keeping the number of lines."""
    depth = 0
    end = index
    while end < len(lines):
        depth += sum(lines[end].count(c) for c in "([{") - sum(lines[end].count(c) for c in ")]}")
        if depth <= 0 and not lines[end].rstrip().endswith("\\"):
            break
        end += 1
    lines[index : end + 1] = [text, *[""] * (end - index)]
    return "\n".join(lines)
