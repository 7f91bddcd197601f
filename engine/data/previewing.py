"""Computes the preview of a data set. Imports NumPy; the types are in engine.data.preview."""

import math
from functools import cache
from typing import Any

import numpy as np

from engine.data.catalogue import TEXT, Column, DataSet, DataSets
from engine.data.loading import load
from engine.data.preview import ColumnPreview, Preview
from engine.data.refusals import unknown_data
from engine.problems import Problem

ROWS = 12
LARGE = 1 << 26
"""Bytes of a mapped column whose statistics are not computed: its file's description has them."""
FEW = 64
"""Rows of a column with at most this many values are shown as numbers, others as pictures."""


def preview(name: str, sets: DataSets) -> Preview | Problem:
    """Return up to 12 evenly spaced rows of a data set and statistics of all rows, or a problem."""
    data = sets.find(name)
    if data is None:
        return unknown_data(name, sets)
    try:
        return _preview(data, sets.files.get(data.id))
    except _UnavailableError as unavailable:
        return unavailable.problem


class _UnavailableError(Exception):
    """Keeps a failed load out of the cache, so that the next preview tries again."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@cache
def _preview(data: DataSet, file: str | None) -> Preview:
    arrays = load(data.id, DataSets(sets=(data,), files={data.id: file} if file else {}))
    if isinstance(arrays, Problem):
        raise _UnavailableError(arrays)
    count = len(arrays[data.columns[0].name])
    indices = np.linspace(0, count - 1, min(ROWS, count)).astype(int)
    columns = tuple(_column(column, arrays[column.name], indices) for column in data.columns)
    return Preview(data=data.id, rows=data.rows, indices=tuple(indices.tolist()), columns=columns)


def shown_rows(column: Column, values: np.ndarray, indices: np.ndarray) -> Any:
    """Return rows of a column as nested lists, without digits that nobody reads."""
    rows = values[indices].tolist()
    whole = column.dtype == TEXT or column.classes
    return rows if whole else _rounded(rows, _digits(column))


def _column(column: Column, values: np.ndarray, indices: np.ndarray) -> ColumnPreview:
    rows = values[indices].tolist()
    if column.dtype == TEXT:
        return ColumnPreview(name=column.name, rows=rows)
    if isinstance(values, np.memmap) and values.nbytes > LARGE:
        return ColumnPreview(name=column.name, rows=_rounded(rows, _digits(column)))
    if column.classes:
        counts = np.bincount(values.ravel(), minlength=len(column.classes))
        return ColumnPreview(name=column.name, rows=rows, counts=tuple(counts.tolist()))
    rows = _rounded(rows, _digits(column))
    present = values[~np.isnan(values)] if np.isnan(values.min()) else values
    if not present.size:
        return ColumnPreview(name=column.name, rows=rows)
    return ColumnPreview(
        name=column.name,
        rows=rows,
        minimum=float(present.min()),
        maximum=float(present.max()),
        mean=float(present.mean(dtype=np.float64)),
    )


def _digits(column: Column) -> int:
    """The significant digits of rows shown: all that the type has, few where they are pictures."""
    if math.prod(column.shape) > FEW:
        return 3
    return 15 if column.dtype == "float64" else 7


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, list):
        return [_rounded(item, digits) for item in value]
    if math.isnan(value):
        return None  # JSON has no NaN
    return float(f"{value:.{digits}g}")
