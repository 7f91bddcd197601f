"""Turns any exception of a library into an outcome and a problem in plain words."""

import errno
import re

from engine.data.delivering import UndeliveredError
from engine.document import Document
from engine.machine import memory
from engine.problems import Problem, problem
from engine.protocol import Outcome
from engine.training import gpu_failures
from engine.training.refusal import RefusedError
from engine.values import strip_escapes

FRAME = re.compile(r'\s*File "[^"]*", line \d+')
MAX_LENGTH = 4_000
DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def explain(
    error: BaseException, document: Document | None = None, gpu: int | None = None
) -> tuple[Outcome, Problem]:
    """Return how the run of a document ended and why; `gpu` is the memory of its GPU, if known.

    If the result could not be written, the run is "lost": the person did nothing wrong, and the
    trained weights are gone.
    """
    root = _root(error)
    detail = plain(f"{type(root).__name__}: {root}")
    if document and (found := gpu_failures.explained(detail, document, gpu)):
        return found
    if isinstance(root, MemoryError) or memory.EXHAUSTED.search(detail):
        return "over memory", problem("over_memory", limit=memory.allowed(), detail=detail)
    if isinstance(error, RefusedError):
        return "user error", error.problem
    if isinstance(error, UndeliveredError):
        return "lost", error.problem
    if isinstance(error, OSError):
        full = error.errno in DISK_FULL
        return "lost", problem("disk_full" if full else "cannot_write", detail=detail)
    return "user error", problem("training_failed", detail=detail)


def _root(error: BaseException) -> BaseException:
    """The first exception in the chain of causes."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def plain(text: str) -> str:
    """Return a library's text without escape sequences and stack frames, shortened if needed."""
    lines = (line for line in strip_escapes(text).splitlines() if line.strip())
    text = "\n".join(line for line in lines if not FRAME.match(line))
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"
