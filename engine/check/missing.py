"""Check that the columns of a model lack no numbers: one NaN makes every weight NaN."""

from collections.abc import Iterator, Mapping

from engine.data.catalogue import Column, DataSet, DataSets, parts_of
from engine.data.counting import Counted
from engine.data.missing import missing_numbers
from engine.data.preparation import with_step
from engine.document import Fill, LeaveOutMissing, Training
from engine.problems import At, Fix, Problem, phrase, problem


def missing_problems(
    training: Training, fed: Mapping[str, Column], counts: Counted | None, sets: DataSets
) -> Iterator[Problem]:
    """Yield a problem for each column that lacks numbers after all steps of the preparation.

    `fed` are the columns of each node.
    """
    data = sets.find(training.data)
    if data is None:
        return
    for node, column in fed.items():
        for part in parts_of(column):
            stored = data.column(part.name)
            missing = _left(training, stored, data, counts, sets) if stored else 0
            if stored and missing:
                fill, leave_out = (
                    fill_with_median(training, stored),
                    leave_out_rows(training, stored),
                )
                target = stored.role == "target"
                yield problem(
                    "missing_numbers",
                    At(node=node),
                    column=stored.name,
                    count=missing,
                    rows=data.rows,
                    fix=leave_out if target else fill,
                ).or_else(None if target else leave_out)


def _left(
    training: Training, column: Column, data: DataSet, counts: Counted | None, sets: DataSets
) -> int:
    """How many rows still lack a number; none if a step cares for the column and nobody counts."""
    missing = missing_numbers(column, data, sets)
    if not missing or not training.preparation:
        return missing
    if counts is not None:
        return counts.gaps.get(column.name, missing)
    cared = (
        step.columns for step in training.preparation if isinstance(step, Fill | LeaveOutMissing)
    )
    return 0 if any(column.name in names or not names for names in cared) else missing


def fill_with_median(training: Training, column: Column) -> Fix:
    """Fill the gaps of a column with the median of the training rows."""
    step = Fill(columns=(column.name,), by="median")
    return with_step(training, step, phrase("Fill with the median"))


def leave_out_rows(training: Training, column: Column) -> Fix:
    """Leave out the rows that lack a value of a column."""
    step = LeaveOutMissing(columns=(column.name,))
    return with_step(training, step, phrase("Leave these rows out"))
