"""Keras's own `.keras` archive: structure, weights and optimizer."""

import zipfile
from pathlib import Path
from typing import Any

from engine.export.exporter import Exporter


def _write(model: Any, path: Path) -> None:
    from engine.keras.lean import without_tensorflow

    with without_tensorflow():
        model.save(path)


def _damage(path: Path) -> str | None:
    """Compare every member of the archive with its checksum."""
    with zipfile.ZipFile(path) as archive:
        member = archive.testzip()
    return f"{member} reads back differently from what was written" if member else None


KERAS = Exporter(
    id="keras",
    title="Keras",
    suffix=".keras",
    media_type="application/octet-stream",
    write=_write,
    damage=_damage,
    requires=("keras",),
)
