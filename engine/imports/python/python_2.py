"""Statements and literals of Python 2, rewritten for Python 3 where its parser refuses them."""

import ast
import re
from collections.abc import Callable

from engine.problems import Phrase, phrase

_PRINT = re.compile(r"^(\s*)print\b")
_PRINT_AFTER = re.compile(r"^(\s*\w[^'\"#]*?[:;]\s*)print\b")
_RAISE = re.compile(r"^(\s*)raise\s+\w+\s*,")
_EXCEPT = re.compile(r"^(\s*except\s+.+?),\s*(\w+)\s*:")
_EXEC = re.compile(r"^(\s*)exec\s+(.+?)(?:\s+in\s+([\w.]+(?:\s*,\s*[\w.]+)?))?\s*$")
_TUPLE = re.compile(r"^\s*(?:def\s+\w+\s*\(|.*\blambda\b)[^:]*\(")
_TOKEN = re.compile(
    r"""
    (?P<prefix>\b[uUbBrR]{1,2})?
    (?P<text>'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    | (?P<comment>\#.*)
    | (?<![\w.])0(?P<octal>[0-7]+)[lL]?(?![\w.])
    | (?<![\w.])(?P<long>0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)[lL]\b
    | (?P<unequal><>)
    | `(?P<repr>[^`]+)`
    | (?P<end>;)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    """,
    re.VERBOSE,
)
"""The parts of a line that count here: literals, comments, brackets, and forms of Python 2."""


def rewritten(lines: list[str], index: int) -> list[str] | None:
    """The lines with the Python 2 at one of them as Python 3, as many as before; None without it.

    Statements that do nothing to a model (print, raise) become `pass`.
    """
    line = lines[index]
    if match := _PRINT.match(line) or _PRINT_AFTER.match(line):
        return replaced(lines, index, f"{match[1]}pass", keeps_rest=True)
    if match := _RAISE.match(line):
        return replaced(lines, index, f"{match[1]}raise Exception")
    for rewrite in (_except, _exec, _tokens):
        new = rewrite(line)
        if new is not None and new != line:
            return [*lines[:index], new, *lines[index + 1 :]]
    return None


def unread(line: str) -> Phrase | None:
    """The form of Python 2 that a line has and that is not rewritten."""
    if re.match(r"\s*exec\b", line):
        return phrase("exec without brackets")
    if _TUPLE.match(line):
        return phrase("a tuple among the parameters of a function")
    return None


def _except(line: str) -> str | None:
    match = _EXCEPT.match(line)
    return match and f"{match[1]} as {match[2]}:{line[match.end() :]}"


def _exec(line: str) -> str | None:
    match = _EXEC.match(line)
    if match is None:
        return None
    call = f"exec({', '.join(filter(None, match.groups()[1:]))})"
    try:
        ast.parse(call)
    except (SyntaxError, ValueError):
        return None
    return f"{match[1]}{call}"


def _tokens(line: str) -> str:
    return _TOKEN.sub(lambda match: _REWRITE.get(match.lastgroup or "", _kept)(match), line)


def _kept(match: re.Match[str]) -> str:
    return match[0]


def _text(match: re.Match[str]) -> str:
    prefix = match["prefix"] or ""
    return f"{prefix[1] if prefix.lower() == 'ur' else prefix}{match['text']}"


_REWRITE: dict[str, Callable[[re.Match[str]], str]] = {
    "text": _text,
    "octal": lambda match: f"0o{match['octal']}",
    "long": lambda match: match["long"],
    "unequal": lambda _: "!=",
    "repr": lambda match: f"repr({match['repr']})",
}


def replaced(lines: list[str], index: int, text: str, *, keeps_rest: bool = False) -> list[str]:
    """Replace a statement that may go on over further lines, which stay as empty ones.

    `keeps_rest`: what follows a semicolon is another statement.
    """
    depth, last, rest = 0, index, ""
    while last < len(lines):
        line = lines[last]
        for match in _TOKEN.finditer(line, _start(text) if last == index else 0):
            depth += (match.lastgroup == "open") - (match.lastgroup == "close")
            if match.lastgroup == "end" and depth <= 0 and keeps_rest:
                rest = line[match.start() :]
                break
        if rest or (depth <= 0 and not line.rstrip().endswith("\\")):
            break
        last += 1
    return [*lines[:index], text + rest, *[""] * (last - index), *lines[last + 1 :]]


def _start(text: str) -> int:
    """Where the statement begins that is replaced by the last word of a text."""
    return text.rfind(" ") + 1
