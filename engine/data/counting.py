"""Counts the rows of a data set for the check: those of each part, and what steps do to them.

Imports NumPy. Answers are kept, because the check asks after each edit.
"""

import zipfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import prod
from pathlib import Path

import numpy as np

from engine.data.catalogue import TEXT, Column, DataSet, DataSets
from engine.data.cleaning import first_equal, missing_rows
from engine.data.dividing import Parts
from engine.data.division import Divided
from engine.data.loading import load
from engine.data.mapping import map_arrays
from engine.data.preparation import (
    Effect,
    RowPlan,
    can_lack,
    used_columns,
)
from engine.data.preparing import Prepared, prepare
from engine.data.row_weights import Unusable
from engine.data.weighting import unusable
from engine.document import LeaveOutRepeats
from engine.problems import Problem
from engine.values import Frozen

KEPT = 64
MOST_ROWS = 2_000_000
"""More rows are divided when training only: counting them takes seconds."""
MOST_COMPARED = 200_000
"""Rows of larger sets are compared only where a step leaves out repeated ones."""
MOST_BYTES = 1 << 28
"""Larger columns are prepared when training only."""


class Counted(Frozen):
    """What is known of the rows: those of each part, what each step does, and what is left.

    `gaps` counts the rows that lack a number after all steps, by column. `shared` counts the
    validation and test rows that equal a training row; null if that was not looked at. `weights`
    says why those of the training rows can't be used.
    """

    divided: Divided
    effects: tuple[Effect, ...] = ()
    gaps: dict[str, int] = {}
    weights: Unusable | None = None
    shared: int | None = None


def count(
    plan: RowPlan,
    data: DataSet,
    bound: tuple[Sequence[Column], Sequence[Column]],
    sets: DataSets,
    weight: Column | None = None,
) -> Counted | Problem | None:
    """Count rows; None if that would need a download, or take long.

    `bound` are the stored columns of the inputs, and those of the outputs; `weight` is the column
    that weighs the rows. The rows of a data set that comes with Layerloom are loaded only if they
    decide how they are divided, or steps concern them. Returns a problem if a step leaves no rows,
    or nothing to learn from.
    """
    file = sets.files.get(data.id)
    loads = file is not None or plan.rule.column is not None or bool(plan.steps)
    if data.rows > MOST_ROWS or (data.download and loads):
        return None
    if any(_is_large(column, data) for step in plan.steps for column in step.columns):
        return None
    fed, targets = bound
    classes = tuple(dict.fromkeys(column for column in targets if column.has_one_class and loads))
    numbers = [column for column in (*fed, *targets) if not column.classes and can_lack(column)]
    searched = [
        column for column in numbers if column.dtype != TEXT and not _is_large(column, data)
    ]
    asked = _Asked(
        plan=plan,
        classes=classes,
        searched=tuple(dict.fromkeys(searched)) if plan.steps else (),
        weight=weight if weight and not _is_large(weight, data) else None,
    )
    return _counted(asked, data, file)


def _is_large(column: Column, data: DataSet) -> bool:
    width = 1 if column.dtype == TEXT else np.dtype(column.dtype).itemsize
    return data.rows * prod(column.shape) * width > MOST_BYTES


class _Asked(Frozen):
    """What is to be counted: the classes of some columns, and the gaps that are left in others;
    and the column whose weights are looked at.
    """

    plan: RowPlan
    classes: tuple[Column, ...]
    searched: tuple[Column, ...]
    weight: Column | None = None


@lru_cache(KEPT)
def _counted(asked: _Asked, data: DataSet, file: str | None) -> Counted | Problem | None:
    divides = asked.plan.rule.column
    needed = [*asked.classes, *asked.searched, *([divides] if divides else [])]
    needed += [asked.weight] if asked.weight else []
    needed += [column for step in asked.plan.steps for column in step.columns]
    arrays = _columns(data, file, {column.name for column in needed})
    if arrays is None:
        return None
    prepared = prepare(asked.plan, data.rows, arrays)
    if isinstance(prepared, Problem):
        return prepared
    parts = prepared.parts
    rows = (parts.training, parts.validation, parts.test)
    divided = Divided(
        training=len(parts.training),
        validation=len(parts.validation),
        test=len(parts.test),
        classes={
            column.name: tuple(_counts(column, arrays[column.name], part) for part in rows)
            for column in asked.classes
        },
    )
    return Counted(
        divided=divided,
        effects=prepared.effects,
        weights=_weights(asked.weight, arrays, prepared),
        gaps={column.name: _gaps(column, arrays, prepared) for column in asked.searched},
        shared=_shared(asked, parts, data, file),
    )


def _counts(column: Column, numbers: np.ndarray, rows: np.ndarray) -> tuple[int, ...]:
    counted = np.bincount(numbers.ravel()[rows], minlength=len(column.classes))
    return tuple(counted.tolist())


def _gaps(column: Column, arrays: Mapping[str, np.ndarray], prepared: Prepared) -> int:
    """How many rows still lack a number of a column."""
    if column.name in prepared.fillings:
        return 0
    parts = prepared.parts
    rows = np.concatenate([parts.training, parts.validation, parts.test])
    return int(missing_rows(arrays[column.name][rows]).sum())


def _weights(
    column: Column | None, arrays: Mapping[str, np.ndarray], prepared: Prepared
) -> Unusable | None:
    """Why the weights of the training rows can't be used."""
    if column is None:
        return None
    stored = arrays[column.name][prepared.parts.training]
    return unusable(prepared.filled(column.name, stored))


def _shared(asked: _Asked, parts: Parts, data: DataSet, file: str | None) -> int | None:
    """How many validation and test rows equal a training row; None if nobody has looked.

    Where repeated rows are left out, none does, unless they are left out before others.
    """
    compared = used_columns(data)
    if any(isinstance(step.step, LeaveOutRepeats) for step in asked.plan.steps):
        return 0
    if file is None or data.rows > MOST_COMPARED or not compared:
        return None
    if any(_is_large(column, data) for column in compared):
        return None
    first = _first_equal(data, file)
    if first is None:
        return None
    trained = np.zeros(data.rows, bool)
    trained[first[parts.training]] = True
    held_out = np.concatenate([parts.validation, parts.test])
    return int(trained[first[held_out]].sum())


@lru_cache(8)
def _first_equal(data: DataSet, file: str) -> np.ndarray | None:
    """The first row that each row equals, as `first_equal` has it."""
    names = [column.name for column in used_columns(data)]
    arrays = _columns(data, file, {*names})
    return None if arrays is None else first_equal([arrays[name] for name in names])


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
