"""Counts the numbers that a column lacks. Imports NumPy."""

import zipfile
from functools import lru_cache
from math import prod
from pathlib import Path

import numpy as np

from engine.data.catalogue import Column, DataSet, DataSets
from engine.data.mapping import map_arrays

KEPT = 1_000
MOST_VALUES = 20_000_000
"""Columns of more values are not searched: reading them takes seconds."""


def missing_numbers(column: Column, data: DataSet, sets: DataSets) -> int:
    """Return how many rows of a person's file lack a number in this column (NaN), if known."""
    file = sets.files.get(data.id)
    searched = column.dtype.startswith("float") and data.rows * prod(column.shape) <= MOST_VALUES
    return _missing(file, column.name) if file and searched else 0


@lru_cache(KEPT)
def _missing(file: str, name: str) -> int:
    try:
        arrays = map_arrays(Path(file), {name})
    except (OSError, ValueError, zipfile.BadZipFile):
        return 0
    if not arrays or name not in arrays:
        return 0
    values = arrays[name]
    return int(np.isnan(values).reshape(len(values), -1).any(axis=1).sum())
