"""Makes the preview of a data set. Needs NumPy; see engine.data.preview for what it says."""

from functools import cache
from typing import Any

import numpy as np

from engine.data.catalogue import TEXT, Column, DataSet, DataSets
from engine.data.loading import load
from engine.data.preview import ColumnPreview, Preview
from engine.data.refusals import refused_data
from engine.problems import Problem

ROWS = 12
DIGITS = 3
"""Significant digits of the rows shown: enough to read, and small on the wire."""


def preview(name: str, sets: DataSets) -> Preview | Problem:
    """Return 12 rows spread over a data set, and how all its values are spread, or why not."""
    data = sets.find(name)
    if data is None:
        return refused_data(name, sets)
    try:
        return _preview(data, sets.files.get(data.id))
    except _UnavailableError as unavailable:
        return unavailable.problem


class _UnavailableError(Exception):
    """Keeps a failed load out of the cache, so that the next look tries again."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@cache
def _preview(data: DataSet, file: str | None) -> Preview:
    loaded = load(data.id, DataSets(sets=(data,), files={data.id: file} if file else {}))
    if isinstance(loaded, Problem):
        raise _UnavailableError(loaded)
    columns = tuple(_column(column, loaded[column.name]) for column in data.columns)
    return Preview(data=data.id, rows=data.rows, columns=columns)


def _column(column: Column, values: np.ndarray) -> ColumnPreview:
    spread = np.linspace(0, len(values) - 1, ROWS).astype(int)
    rows = values[spread].tolist()
    if column.dtype == TEXT:
        return ColumnPreview(name=column.name, rows=rows)
    if column.classes:
        counts = np.bincount(values.ravel(), minlength=len(column.classes))
        return ColumnPreview(name=column.name, rows=rows, counts=tuple(counts.tolist()))
    return ColumnPreview(
        name=column.name,
        rows=_rounded(rows),
        minimum=float(values.min()),
        maximum=float(values.max()),
        mean=float(values.mean(dtype=np.float64)),
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.{DIGITS}g}")
