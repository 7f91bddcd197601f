"""The exporter of a file format: how a model is written, and how the file is verified."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Exporter:
    """One file format.

    `write` saves a Keras model at a path. `damage` reads the file back and returns a description
    of its damage, or None. `requires` are the modules that both import. `suffix` begins with a dot
    and is unique.
    """

    id: str
    title: str
    suffix: str
    media_type: str
    write: Callable[[Any, Path], None]
    damage: Callable[[Path], str | None]
    requires: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The required modules that are not installed; nothing is imported."""
        return tuple(module for module in self.requires if find_spec(module) is None)

    def save(self, model: Any, folder: Path, stem: str = "model") -> Path:
        """Write the file into `folder` and return its path.

        The file gets its name after it was written completely and read back, so a full disk or a
        machine out of memory never leaves an incomplete file.

        Raises:
            OSError: if the disk is full, the folder can't be written, or the file reads back
                differently.
        """
        path = folder / (stem + self.suffix)
        partial = folder / f"partial-{path.name}"
        try:
            self.write(model, partial)
            if damage := self.damage(partial):
                raise OSError(f"{path.name} was not written completely: {damage}")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return path
