"""Classes of the members of an archive: by the names of their folders, or by a table of labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from engine.data.catalogue import Column, LabelTable
from engine.data.description import MAX_CLASSES
from engine.data.files.names import plain_name
from engine.data.files.packing import Packer
from engine.data.files.written import Written


@dataclass(frozen=True)
class Labels:
    """The class of each member: an index of `classes`; `table` is where they stand, if in one."""

    name: str
    classes: tuple[str, ...]
    indices: np.ndarray
    table: LabelTable | None = None

    def write(self, packer: Packer) -> Written:
        """Write the labels as a column."""
        column = Column(
            name=self.name, shape=(), dtype="int64", role="target", classes=self.classes
        )
        part = packer.add(self.name, (), "int64")
        part.append(self.indices)
        return Written(column, "category", part, distinct=len(self.classes))


def folder_labels(paths: Sequence[PurePosixPath]) -> Labels | None:
    """Return the class of each path by the folder that it lies in; None if all lie in one."""
    return labels_of("class", [path.parent.name for path in paths])


def labels_of(name: str, values: Sequence[str]) -> Labels | None:
    """Return classes for these values, in the order of their names; None if they are no classes."""
    classes = sorted({plain_name(value) or "(none)" for value in values})
    if not 1 < len(classes) <= MAX_CLASSES:
        return None
    numbers = {name: index for index, name in enumerate(classes)}
    indices = np.array([numbers[plain_name(value) or "(none)"] for value in values], "int64")
    return Labels(name, tuple(classes), indices)
