"""Saves a model as Keras's own `.keras` archive (structure, weights and optimizer)."""

import zipfile
from pathlib import Path

import keras

from engine.keras.lean import without_tensorflow

NAME = "model.keras"
MEDIA_TYPE = "application/octet-stream"


def save_keras(model: keras.Model, folder: Path) -> Path:
    """Write `model.keras` into `folder` and return its path.

    The file takes its name only once all of it was written and read back, so a full disk or a
    machine out of memory never leaves half a model behind.

    Raises:
        OSError: when the disk is full, the folder can't be written, or what was written
            reads back differently.
    """
    path, partial = folder / NAME, folder / f"partial-{NAME}"
    try:
        with without_tensorflow():
            model.save(partial)
        with zipfile.ZipFile(partial) as archive:
            damaged = archive.testzip()
        if damaged:
            raise OSError(f"{damaged} in {NAME} reads back differently from what was written")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path
