"""The callbacks of a document, as a run of the app has them."""

from collections.abc import Iterator
from pathlib import Path

import keras

from engine.catalogue.written_files import RUN, written_files
from engine.document import Document
from engine.training.compiling import create

IMPLICIT = {"TerminateOnNaN", "CSVLogger", "TensorBoard", "BackupAndRestore"}
"""Callbacks whose work every run does by itself: it ends where the loss is not finite, keeps the
curves, and writes checkpoints (see Progress and engine.training.checkpoints)."""


def create_callbacks(document: Document, folder: Path) -> list[keras.callbacks.Callback]:
    """Create the document's callbacks; those that write do so in the folder.

    Raises RefusedError for a callback that the catalogue does not know or Keras does not accept.
    """
    specs = document.training.callbacks
    return [
        create("callback", spec, **({file.argument: str(folder / file.name)} if file else {}))
        for spec, file in zip(specs, written_files(specs, RUN), strict=True)
        if spec.class_ not in IMPLICIT
    ]


def written(document: Document, folder: Path) -> Iterator[Path]:
    """Yield the files that callbacks have written."""
    specs = document.training.callbacks
    for spec, file in zip(specs, written_files(specs, RUN), strict=True):
        if file and spec.class_ not in IMPLICIT and (path := folder / file.name).is_file():
            yield path
