"""What every command does with its files: read them, and say what is wrong with them."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.document import Document
from engine.document.reading import read_document, validate_document
from engine.problems import Problem

VALID, WRONG, UNREADABLE = 0, 1, 2
"""The exit codes."""
SIGNS = {"error": "✗", "warning": "!", "note": "·"}


def bytes_of(path: str) -> bytes | None:
    """The bytes of a file, or of standard input for "-"; None when there is no such file."""
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        sys.stderr.write(f"{path}: {error.strerror}\n")
        return None


def read(
    path: str, backend: str | None = None, device: str | None = None, epochs: int | None = None
) -> Document | None:
    """Read a document, with its target and epochs replaced where asked; None when unreadable."""
    text = bytes_of(path)
    if text is None:
        return None
    document = read_document(text)
    if isinstance(document, list):
        complain(document)
        return None
    values = document.to_json()
    chosen = {"backend": backend, "device": device}
    values["target"] |= {key: value for key, value in chosen.items() if value is not None}
    values["training"] |= {} if epochs is None else {"epochs": epochs}
    changed = validate_document(values)
    if isinstance(changed, list):
        complain(changed)
        return None
    return changed


def complain(problems: Sequence[Problem]) -> None:
    """Write problems to standard error."""
    for problem in problems:
        sys.stderr.write("\n".join(text_lines(problem)) + "\n")


def text_lines(problem: Problem) -> list[str]:
    """A problem as lines of text."""
    lines = [f"{SIGNS[problem.severity]} {problem.message}"]
    if problem.hint:
        lines.append(f"  {problem.hint}")
    fixes = (problem.fix, problem.alternative)
    lines += [f"  → {fix.label}" for fix in fixes if fix]
    return lines


def quiet() -> None:
    """The command line checks on JAX and the CPU, without the libraries' chatter."""
    from engine.processes.checker import QUIET

    os.environ |= QUIET
