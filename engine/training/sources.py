"""The rows of one input or output of a model, read from the arrays of a data set."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import keras
import numpy as np

from engine.data.catalogue import Column, Joined, OneHot, parts_of
from engine.data.preparing import Prepared


@dataclass(frozen=True)
class Source:
    """A column, and the arrays that hold its rows, which may be mapped from a file.

    The rows are as they are stored, with gaps filled as the steps of the preparation say, and
    joined columns side by side; if it is `fitted`, with classes encoded, and in the `shape` that
    the model takes. None is the shape of the column.
    """

    arrays: Mapping[str, np.ndarray]
    column: Column
    prepared: Prepared | None = None
    fitted: bool = False
    shape: tuple[int, ...] | None = None

    def read(self, rows: np.ndarray) -> np.ndarray:
        """Return a copy of the rows with these indices."""
        values = self._joined(rows)
        if self.fitted:
            values = _encoded(values, self.column)
        return values if self.shape is None else values.reshape(len(values), *self.shape)

    @property
    def row_bytes(self) -> int:
        """The bytes of one row as it is read; text counts as a reference."""
        sample = self.read(np.zeros(1, "int64"))
        return sample.itemsize * prod(sample.shape[1:])

    def _joined(self, rows: np.ndarray) -> np.ndarray:
        stored = {part.name: self._stored(part.name, rows) for part in parts_of(self.column)}
        if not isinstance(self.column, Joined):
            return stored[self.column.name]
        parts = [_encoded(stored[part.name], part) for part in self.column.parts]
        return np.column_stack(parts)

    def _stored(self, name: str, rows: np.ndarray) -> np.ndarray:
        values = _rows(self.arrays[name], rows)
        return self.prepared.filled(name, values) if self.prepared else values


def _rows(array: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Copy rows. (`np.take` would first copy all rows of an array that is stored by columns.)"""
    values: np.ndarray = np.asarray(array)[rows]
    return values


def _encoded(array: np.ndarray, column: Column) -> np.ndarray:
    if not isinstance(column, OneHot):
        return array
    return np.asarray(keras.utils.to_categorical(array, len(column.classes)))
