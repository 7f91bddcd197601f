"""Keras's `Model.summary()` of a document, without allocating weights."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from engine.document import Document
from engine.keras.build import BuildError, build_model
from engine.keras.weightless import without_weights
from engine.problems import Problem

WIDTH = 100


def summary(document: Document) -> str | Problem:
    """Return `Model.summary()` of a document, or the problem that keeps it from being built."""
    lines: list[str] = []
    try:
        with _columns(WIDTH), without_weights():
            model = build_model(document)
            model.summary(line_length=WIDTH, print_fn=lines.append)
    except BuildError as error:
        return error.problem
    return "\n".join(line.rstrip() for line in lines)


@contextmanager
def _columns(width: int) -> Iterator[None]:
    """Set the terminal width, at which Keras cuts off its table, within the block."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(width)
    try:
        yield
    finally:
        os.environ.pop("COLUMNS")
        if before is not None:
            os.environ["COLUMNS"] = before
