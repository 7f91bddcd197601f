"""The steps that prepare the rows of a data set, with the columns that they concern.

Pure functions without NumPy, shared by the checker, training and code generation, so that all
three agree; engine.data.cleaning has the functions that change rows.
"""

from collections.abc import Iterator, Sequence
from math import prod

from engine.data.catalogue import MISSING_CLASS, TEXT, Column, DataSet
from engine.data.division import Rule, rule_of
from engine.document import Fill, FillKind, LeaveOutMissing, LeaveOutOutside, Step, Training
from engine.problems import At, Fix, Phrase, Problem, make_fix, phrase, problem
from engine.values import Frozen, nearest

AT = At(param="preparation")


class ColumnEffect(Frozen):
    """How many rows lack a value of a column, and what fills it: null if it is not one value.

    A class is named.
    """

    column: str
    missing: int
    value: float | str | None = None


class Effect(Frozen):
    """What a step does: it leaves out some of so many rows, or fills gaps in columns.

    `step` is its place in the document's list.
    """

    step: int
    rows: int
    left_out: int = 0
    filled: tuple[ColumnEffect, ...] = ()


class ReadyStep(Frozen):
    """A step with the columns that it concerns; `place` is its place in the document's list."""

    place: int
    step: Step
    columns: tuple[Column, ...]


class RowPlan(Frozen):
    """The steps that prepare rows in the order in which they are taken, and how rows are divided.

    Rows are left out before they are divided, and gaps are filled after it.
    """

    steps: tuple[ReadyStep, ...]
    rule: Rule
    seed: int


def missing_class(column: Column) -> int | None:
    """Return the number of the class of rows without a class, if a column has one."""
    return column.classes.index(MISSING_CLASS) if MISSING_CLASS in column.classes else None


def can_lack(column: Column) -> bool:
    """Whether rows of a column can lack a value."""
    if column.classes:
        return missing_class(column) is not None
    return column.dtype == TEXT or column.dtype.startswith("float")


def used_columns(data: DataSet) -> tuple[Column, ...]:
    """Return the inputs and targets of a data set: what makes rows equal, or incomplete.

    All columns, if it has no inputs.
    """
    has_inputs = any(column.role == "input" for column in data.columns)
    used = ("input", "target")
    return tuple(column for column in data.columns if column.role in used or not has_inputs)


def ready_steps(training: Training, data: DataSet) -> tuple[tuple[ReadyStep, ...], list[Problem]]:
    """Return the steps in the order in which they are taken, without those that are impossible.

    The problems say why a step is impossible, in the order of the document.
    """
    ready: list[ReadyStep] = []
    problems: list[Problem] = []
    for place, step in enumerate(training.preparation):
        wrong = [*_problems(training, data, place, step)]
        problems += wrong
        if not any(problem.severity == "error" for problem in wrong):
            ready.append(ReadyStep(place=place, step=step, columns=_columns(step, data)))
    return tuple(sorted(ready, key=lambda item: isinstance(item.step, Fill))), problems


def row_plan(
    training: Training, data: DataSet, targets: Sequence[Column]
) -> tuple[RowPlan | None, list[Problem]]:
    """Return what is done with the rows, and the problems: None if they can't be divided.

    `targets` are those of the outputs. Impossible steps are left out.
    """
    steps, problems = ready_steps(training, data)
    rule = rule_of(training, data, targets)
    if isinstance(rule, Problem):
        return None, [*problems, rule]
    return RowPlan(steps=steps, rule=rule, seed=training.seed), problems


def names_in(step: Step) -> tuple[str, ...]:
    """Return the columns that a step names."""
    if isinstance(step, LeaveOutOutside):
        return (step.column,) if step.column else ()
    return step.columns if isinstance(step, LeaveOutMissing | Fill) else ()


def _columns(step: Step, data: DataSet) -> tuple[Column, ...]:
    if isinstance(step, Fill | LeaveOutOutside) or names_in(step):
        found = tuple(column for name in names_in(step) if (column := data.column(name)))
    else:
        found = used_columns(data)
    if isinstance(step, LeaveOutMissing):
        weights = (column for column in data.columns if column.role == "weight")
        found = found if names_in(step) else tuple(dict.fromkeys((*found, *weights)))
        return tuple(column for column in found if can_lack(column))
    return found


def change(steps: Sequence[Step], label: Phrase) -> Fix:
    """Replace the list of steps."""
    value = [step.model_dump() for step in steps]
    return make_fix(label, {"type": "set", "path": ["training", "preparation"], "value": value})


def without_step(training: Training, place: int) -> Fix:
    """Remove a step."""
    steps = training.preparation
    label = phrase("Remove step {number}", number=place + 1)
    return change((*steps[:place], *steps[place + 1 :]), label)


def with_step(training: Training, step: Step, label: Phrase) -> Fix:
    """Add a step behind those that are taken with it, or its columns to one that does the same."""
    steps = [*training.preparation]
    for place, other in enumerate(steps):
        if _is_alike(step, other):
            more = [name for name in names_in(step) if name not in names_in(other)]
            steps[place] = other.model_copy(update={"columns": (*names_in(other), *more)})
            return change(steps, label)
    fills = (place for place, other in enumerate(steps) if isinstance(other, Fill))
    at = len(steps) if isinstance(step, Fill) else next(fills, len(steps))
    return change((*steps[:at], step, *steps[at:]), label)


def _is_alike(step: Step, other: Step) -> bool:
    """Whether two steps do the same with their columns."""
    both = type(step) is type(other) and bool(names_in(step) and names_in(other))
    return both and step.model_copy(update={"columns": names_in(other)}) == other


def _replaced(training: Training, place: int, step: Step, label: Phrase) -> Fix:
    steps = [*training.preparation]
    steps[place] = step
    return change(steps, label)


def _problems(training: Training, data: DataSet, place: int, step: Step) -> Iterator[Problem]:
    number, remove = place + 1, without_step(training, place)
    if isinstance(step, Fill | LeaveOutOutside) and not names_in(step):
        yield problem("step_without_column", AT, step=number, fix=remove)
        return
    for name in names_in(step):
        column = data.column(name)
        if column is None:
            yield _unknown(training, data, place, name)
        elif isinstance(step, LeaveOutOutside):
            yield from _of_range(training, place, step, column)
        elif isinstance(step, Fill):
            yield from _of_filling(training, place, step, column)


def _unknown(training: Training, data: DataSet, place: int, name: str) -> Problem:
    step, number = training.preparation[place], place + 1
    known = [column.name for column in data.columns]
    near = nearest(name, known)
    if near is None:
        left = tuple(other for other in names_in(step) if other != name)
        label = phrase("Do without “{column}” in step {number}", column=name, number=number)
        fix = without_step(training, place)
        if left:
            fix = _replaced(training, place, step.model_copy(update={"columns": left}), label)
        return problem(
            "step_unknown_column", AT, step=number, column=name, data=data.id, known=known, fix=fix
        )
    renamed: dict[str, object] = {"column": near}
    if not isinstance(step, LeaveOutOutside):
        names = (near if other == name else other for other in names_in(step))
        renamed = {"columns": tuple(dict.fromkeys(names))}
    label = phrase("Take “{column}”", column=near)
    return problem(
        "step_unknown_column.near", AT, step=number, column=name, data=data.id, near=near,
        fix=_replaced(training, place, step.model_copy(update=renamed), label),
    ).or_else(without_step(training, place))  # fmt: skip


def _of_range(
    training: Training, place: int, step: LeaveOutOutside, column: Column
) -> Iterator[Problem]:
    number, low, high = place + 1, step.minimum, step.maximum
    if column.classes or column.dtype == TEXT or prod(column.shape) != 1:
        yield problem(
            "range_not_of_numbers", AT, step=number, column=column.name,
            fix=without_step(training, place),
        )  # fmt: skip
    elif low is None and high is None:
        yield problem(
            "range_without_bounds", AT, step=number, column=column.name,
            fix=without_step(training, place),
        )  # fmt: skip
    elif low is not None and high is not None and low > high:
        swapped = step.model_copy(update={"minimum": high, "maximum": low})
        label = phrase("Swap the bounds")
        yield problem(
            "range_reversed", AT, step=number, column=column.name, minimum=low, maximum=high,
            fix=_replaced(training, place, swapped, label),
        )  # fmt: skip


def _of_filling(training: Training, place: int, step: Fill, column: Column) -> Iterator[Problem]:
    number, name = place + 1, column.name
    if not can_lack(column):
        yield problem(
            "fill_never_missing", AT, step=number, column=name, fix=_less(training, place, name)
        )
        return
    plain = not column.classes and column.dtype != TEXT
    if step.by in ("median", "mean") and not plain:
        fix = _fill_by("most_frequent", training, place)
        yield problem(
            "fill_not_numbers.mean" if step.by == "mean" else "fill_not_numbers.median",
            AT, step=number, column=name, fix=fix,
        ).or_else(without_step(training, place))  # fmt: skip
    elif step.by == "constant":
        yield from _of_constant(training, place, step, column)
    if column.role == "target":
        instead = with_step(
            training.model_copy(update={"preparation": _reduced(training, place, name)}),
            LeaveOutMissing(columns=(name,)),
            phrase("Leave these rows out"),
        )
        yield problem("fill_target", AT, step=number, column=name, fix=instead)


def _of_constant(training: Training, place: int, step: Fill, column: Column) -> Iterator[Problem]:
    number, name, value = place + 1, column.name, step.value
    if column.classes:
        known = [one for one in column.classes if one != MISSING_CLASS]
        if value not in known:
            fix = _fill_by("most_frequent", training, place)
            shown = "" if value is None else str(value)
            yield problem(
                "fill_unknown_class", AT, step=number, column=name, value=shown, known=known,
                fix=fix,
            )  # fmt: skip
    elif column.dtype == TEXT:
        if not isinstance(value, str) or not value:
            fix = _fill_by("most_frequent", training, place)
            yield problem("fill_without_text", AT, step=number, column=name, fix=fix)
    elif not isinstance(value, float):
        fix = _fill_by("median", training, place)
        yield problem("fill_without_number", AT, step=number, column=name, fix=fix)


def _fill_by(by: FillKind, training: Training, place: int) -> Fix:
    step = training.preparation[place].model_copy(update={"by": by, "value": None})
    label = phrase("Fill with the most frequent value")
    if by == "median":
        label = phrase("Fill with the median")
    return _replaced(training, place, step, label)


def _less(training: Training, place: int, name: str) -> Fix:
    """Do without a column in a step."""
    label = phrase("Do without “{column}” in step {number}", column=name, number=place + 1)
    return change(_reduced(training, place, name), label)


def _reduced(training: Training, place: int, name: str) -> tuple[Step, ...]:
    steps = [*training.preparation]
    left = tuple(other for other in names_in(steps[place]) if other != name)
    steps[place : place + 1] = [steps[place].model_copy(update={"columns": left})] if left else []
    return tuple(steps)
