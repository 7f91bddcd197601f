"""Takes the steps that prepare the rows of a data set, and divides what is left. Imports NumPy.

Rows are given by their indices, and gaps are filled where rows are taken out of their arrays, so
that no stored array is copied whole. The functions that generated scripts have as well are in
engine.data.cleaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.data.catalogue import Column
from engine.data.cleaning import filled, learned_value, missing_rows, outside_rows, repeated_rows
from engine.data.dividing import Parts, divide
from engine.data.preparation import AT, ColumnEffect, Effect, ReadyStep, RowPlan, missing_class
from engine.document import Fill, LeaveOutMissing, LeaveOutOutside
from engine.problems import Problem, problem

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Filling:
    """What fills the gaps of a column."""

    value: Any
    missing: int | None


@dataclass(frozen=True)
class Prepared:
    """The rows of each part as indices of stored rows, and what each step does."""

    parts: Parts
    effects: tuple[Effect, ...] = ()
    fillings: Mapping[str, Filling] = field(default_factory=dict)

    def filled(self, name: str, rows: np.ndarray) -> np.ndarray:
        """Return rows of a column with their gaps filled, if a step fills them."""
        filling = self.fillings.get(name)
        return rows if filling is None else filled(rows, filling.value, filling.missing)


def prepare(plan: RowPlan, rows: int, arrays: Arrays) -> Prepared | Problem:
    """Leave out rows, divide the others, and learn from the training rows what fills gaps.

    Returns a problem if a step leaves no rows, or nothing to learn from.
    """
    kept, effects = np.arange(rows), []
    for ready in plan.steps:
        if isinstance(ready.step, Fill):
            continue
        left_out = _left_out(ready, arrays, kept)
        count = int(left_out.sum())
        effects.append(Effect(step=ready.place, rows=len(kept), left_out=count))
        if count == len(kept):
            return problem("step_leaves_nothing", AT, step=ready.place + 1, count=count)
        kept = kept[~left_out] if count else kept
    parts = _divided(plan, kept, rows, arrays)
    fillings: dict[str, Filling] = {}
    for ready in plan.steps:
        if isinstance(ready.step, Fill):
            filled = _fillings(ready, arrays, (kept, parts.training), fillings)
            if isinstance(filled, Problem):
                return filled
            effects.append(Effect(step=ready.place, rows=len(kept), filled=filled))
    return Prepared(parts, tuple(sorted(effects, key=lambda effect: effect.step)), fillings)


def _fillings(
    ready: ReadyStep,
    arrays: Arrays,
    rows: tuple[np.ndarray, np.ndarray],
    fillings: dict[str, Filling],
) -> tuple[ColumnEffect, ...] | Problem:
    """Add what fills the columns of a step, and tell it; a column that is filled has no gaps.

    `rows` are those that are kept, and the training rows.
    """
    kept, training = rows
    effects = []
    for column in ready.columns:
        gaps = 0 if column.name in fillings else _gaps(column, arrays, kept)
        shown = None
        if gaps:
            filling = _filling(ready, column, arrays[column.name][training])
            if isinstance(filling, Problem):
                return filling
            fillings[column.name] = filling
            shown = _shown(column, filling.value)
        effects.append(ColumnEffect(column=column.name, missing=gaps, value=shown))
    return tuple(effects)


def _gaps(column: Column, arrays: Arrays, kept: np.ndarray) -> int:
    return int(missing_rows(_rows(arrays, column, kept), missing_class(column)).sum())


def _left_out(ready: ReadyStep, arrays: Arrays, kept: np.ndarray) -> np.ndarray:
    """Which of the rows kept so far a step leaves out."""
    step, columns = ready.step, ready.columns
    if isinstance(step, LeaveOutMissing):
        gaps = [missing_rows(_rows(arrays, one, kept), missing_class(one)) for one in columns]
        return np.asarray(np.any([np.zeros(len(kept), bool), *gaps], axis=0))
    if isinstance(step, LeaveOutOutside):
        return outside_rows(_rows(arrays, columns[0], kept), step.minimum, step.maximum)
    return repeated_rows([_rows(arrays, one, kept) for one in columns])


def _rows(arrays: Arrays, column: Column, kept: np.ndarray) -> np.ndarray:
    """The rows of a column that are kept: its stored array itself if all are."""
    values = arrays[column.name]
    return values if len(kept) == len(values) else np.asarray(values[kept])


def _divided(plan: RowPlan, kept: np.ndarray, rows: int, arrays: Arrays) -> Parts:
    if len(kept) == rows:
        return divide(plan.rule, rows, arrays, plan.seed)
    column = plan.rule.column
    view = {column.name: _rows(arrays, column, kept)} if column else {}
    parts = divide(plan.rule, len(kept), view, plan.seed)
    return Parts(kept[parts.training], kept[parts.validation], kept[parts.test])


def _filling(ready: ReadyStep, column: Column, training: np.ndarray) -> Filling | Problem:
    """What fills the gaps of a column, whose training rows are given."""
    assert isinstance(ready.step, Fill)
    missing = missing_class(column)
    value = _value(ready.step, column, training, missing)
    if value is None:
        return problem("fill_without_values", AT, step=ready.place + 1, column=column.name)
    return Filling(value, missing)


def _value(step: Fill, column: Column, rows: np.ndarray, missing: int | None) -> Any:
    """What fills the gaps of a column; None if no training row has a value."""
    if step.by == "constant":
        return column.classes.index(str(step.value)) if column.classes else step.value
    gaps = missing_rows(rows, missing) if step.by == "most_frequent" else np.isnan(rows)
    return None if gaps.all(axis=0).any() else learned_value(rows, step.by, missing)


def _shown(column: Column, value: Any) -> float | str | None:
    """The value as it is told: a class by its name; None for several numbers."""
    if np.size(value) != 1:
        return None
    single = np.ravel(value)[0]
    if column.classes:
        return column.classes[int(single)]
    return str(single) if isinstance(single, str) else float(single)
