"""Divides the rows of a data set into training, validation and test rows. Imports NumPy.

The rule is in engine.data.division, the functions that generated scripts have as well in
engine.data.splitting.
"""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.data.catalogue import Column, DataSet, DataSets
from engine.data.division import Divided, Rule
from engine.data.loading import load
from engine.data.mapping import map_arrays
from engine.data.splitting import (
    split_by_class,
    split_by_group,
    split_by_name,
    split_by_time,
    split_with_test,
)
from engine.problems import Problem

KEPT = 64
MOST_ROWS = 2_000_000
"""More rows are divided when training only: counting them takes seconds."""


@dataclass(frozen=True)
class Parts:
    """The indices of the rows of each part."""

    training: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def divide(rule: Rule, rows: int, arrays: Mapping[str, np.ndarray], seed: int) -> Parts:
    """Divide so many rows by a rule; `arrays` are the columns of the data set by name."""
    return Parts(*_divide(rule, rows, arrays, seed))


def _divide(rule: Rule, rows: int, arrays: Mapping[str, np.ndarray], seed: int) -> list[np.ndarray]:
    shares = (rule.validation, rule.test)
    if rule.column is None:
        return split_with_test(rows, *shares, seed)
    values = arrays[rule.column.name]
    match rule.by:
        case "stratified":
            return split_by_class(values, *shares, seed)
        case "group":
            return split_by_group(values, *shares, seed)
        case "time":
            return split_by_time(values, *shares)
        case "column":
            return split_by_name(values, [*rule.column.classes], *shares, seed)
        case "random":
            return split_with_test(rows, *shares, seed)


def divided(
    rule: Rule, data: DataSet, targets: Sequence[Column], sets: DataSets, seed: int
) -> Divided | None:
    """Count the rows of each part; None if that would need a download, or take long.

    `targets` are the stored columns of the outputs. Answers are kept. The rows of a data set that
    comes with Layerloom are loaded only if they decide how they are divided.
    """
    file = sets.files.get(data.id)
    loads = file is not None or rule.column is not None
    if data.rows > MOST_ROWS or (data.download and loads):
        return None
    single = (column for column in targets if column.has_one_class and loads)
    classes = tuple(dict.fromkeys(single))
    return _divided(rule, data, classes, file, seed)


@lru_cache(KEPT)
def _divided(
    rule: Rule, data: DataSet, classes: tuple[Column, ...], file: str | None, seed: int
) -> Divided | None:
    needed = [*classes, *([rule.column] if rule.column else [])]
    arrays = _columns(data, file, {column.name for column in needed})
    if arrays is None:
        return None
    parts = divide(rule, data.rows, arrays, seed)
    rows = (parts.training, parts.validation, parts.test)
    return Divided(
        training=len(parts.training),
        validation=len(parts.validation),
        test=len(parts.test),
        classes={
            column.name: tuple(_counts(column, arrays[column.name], part) for part in rows)
            for column in classes
        },
    )


def _counts(column: Column, numbers: np.ndarray, rows: np.ndarray) -> tuple[int, ...]:
    counted = np.bincount(numbers.ravel()[rows], minlength=len(column.classes))
    return tuple(counted.tolist())


def _columns(data: DataSet, file: str | None, names: set[str]) -> Mapping[str, np.ndarray] | None:
    """The columns of these names; None if they can't be read, which training explains."""
    if not names:
        return {}
    if file is None:
        arrays = load(data.id, DataSets(sets=(data,)))
        return None if isinstance(arrays, Problem) else arrays
    try:
        return map_arrays(Path(file), names)
    except (OSError, ValueError, zipfile.BadZipFile):
        return None
