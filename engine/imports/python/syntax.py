"""Parse source, also that of Python 2 and of notebooks with IPython's commands."""

import ast
import re
import warnings
from dataclasses import dataclass

from engine.imports.python import python_2
from engine.imports.python.dialect import dialect
from engine.problems import Phrase, Problem, phrase, problem

MAX_SOURCE = 2_000_000
MAX_REPAIRS = 300
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

    Python 2 is rewritten (python_2.py), and IPython's commands are replaced by `pass`.
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
    is_python_2 = False
    source = source.expandtabs(8)
    for _ in range(MAX_REPAIRS):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                tree = ast.parse(source)
            return source, tree, is_python_2
        except SyntaxError as error:
            if (spaced := _with_plain_space(source, error)) is not None:
                source = spaced
                continue
            repaired = _repaired(source, error.lineno)
            if repaired is None:
                return _refused(source, error, is_python_2)
            is_python_2 = is_python_2 or not _MAGIC.match(_line(source, error.lineno))
            source = repaired
        except (ValueError, RecursionError, MemoryError):
            return _no_python(phrase("it contains invalid characters, or nests too deeply"))
    return _no_python(phrase("it contains too many statements of Python 2"))


def _refused(source: str, error: SyntaxError, is_python_2: bool) -> Problem:
    """What is said about a line that can't be parsed, nor rewritten."""
    form = python_2.unread(_line(source, error.lineno))
    if error.lineno and (form or is_python_2):
        why: Phrase | str = form or error.msg
        return problem("python_syntax.python_2", line=error.lineno, why=why)
    return _no_python(error.msg, error.lineno)


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
    """The source without the Python 2 or the command of IPython at a line; None for other lines."""
    lines = source.split("\n")
    if number is None or not 0 < number <= len(lines):
        return None
    if match := _MAGIC.match(lines[number - 1]):
        return "\n".join(python_2.replaced(lines, number - 1, f"{match.group(1)}pass"))
    rewritten = python_2.rewritten(lines, number - 1)
    return None if rewritten is None else "\n".join(rewritten)
