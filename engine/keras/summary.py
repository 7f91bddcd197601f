"""Keras's `Model.summary()` of a document, without allocating weights."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import keras
from keras.src.backend.common import global_state

from engine.document import Document
from engine.keras.build import BuildError, build_model
from engine.problems import Problem

WIDTH = 100


def summary(document: Document) -> str | Problem:
    """Return `Model.summary()` of a document, or the problem that keeps it from being built."""
    lines: list[str] = []
    try:
        with _columns(WIDTH), keras.StatelessScope(initialize_variables=False):
            model = build_model(document)
            model.summary(line_length=WIDTH, print_fn=lines.append)
    except BuildError as error:
        return error.problem
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])
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
