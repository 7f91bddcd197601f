"""Check how the rows are divided into training, validation and test rows."""

from collections.abc import Iterable, Iterator

from engine.data.catalogue import Column, DataSet, DataSets, parts_of
from engine.data.counting import Counted, count
from engine.data.division import AT, Divided, Part, Rule, at_random, stratify
from engine.data.preparation import row_plan, with_step, without_step
from engine.data.row_weights import Unusable, unusable_weights, weight_column
from engine.document import LeaveOutMissing, LeaveOutRepeats, Training
from engine.graph.fixes import set_at
from engine.problems import At, Fix, Problem, make_fix, phrase, problem


def check_division(
    training: Training, fed: Iterable[Column], targets: Iterable[Column], sets: DataSets
) -> tuple[Counted | None, list[Problem]]:
    """Return what is known of the rows, and the problems with their preparation and division.

    `fed` are the columns of the inputs, `targets` those of the outputs.
    """
    data = sets.find(training.data)
    if data is None:
        return None, []
    columns = [*targets]
    plan, problems = row_plan(training, data, columns)
    if plan is None:
        return None, problems
    stored = _stored(columns, data)
    weight = weight_column(data)
    if isinstance(weight, Problem):
        problems, weight = [*problems, weight], None
    counts = count(plan, data, (_stored(fed, data), stored), sets, weight)
    if isinstance(counts, Problem):
        fix = without_step(training, counts.arguments["step"] - 1)
        return None, [*problems, counts.model_copy(update={"fix": fix})]
    if counts is None:
        return None, problems
    problems += [
        *_empty(plan.rule, counts.divided),
        *_one_step(training.batch_size, counts.divided.training),
        *_not_trained(plan.rule, counts.divided, stored),
    ]
    if weight and counts.weights:
        problems.append(_unusable(training, weight, counts.weights))
    return counts, [*problems, *_shared(training, counts)]


def _unusable(training: Training, weight: Column, why: Unusable) -> Problem:
    """The weights of the training rows can't be used."""
    found = unusable_weights(weight, why)
    if why != "missing":
        return found
    step = LeaveOutMissing(columns=(weight.name,))
    fix = with_step(training, step, phrase("Leave these rows out"))
    return found.model_copy(update={"fix": fix})


def _stored(columns: Iterable[Column], data: DataSet) -> list[Column]:
    """The columns of the data set of which columns consist, once each."""
    names = dict.fromkeys(part.name for column in columns for part in parts_of(column))
    return [column for name in names if (column := data.column(name))]


def _shared(training: Training, counts: Counted) -> Iterator[Problem]:
    """Rows of other parts that equal training rows."""
    held_out = counts.divided.validation + counts.divided.test
    if counts.shared:
        label = phrase("Leave out repeated rows")
        fix = with_step(training, LeaveOutRepeats(), label)
        yield problem("rows_in_both_parts", AT, count=counts.shared, rows=held_out, fix=fix)


def _empty(rule: Rule, counts: Divided) -> Iterator[Problem]:
    """Parts without rows."""
    if not counts.training:
        yield problem("part_empty.training", AT, fix=_fifth()).or_else(_other(rule))
        return
    if "validation" in rule.parts and not counts.validation:
        fix = keep_rows("validation")
        yield problem("part_empty.validation", AT, fix=fix).or_else(_other(rule))
    if "test" in rule.parts and not counts.test:
        yield problem("part_empty.test", AT, fix=keep_rows("test")).or_else(_other(rule))


def _one_step(batch: int, rows: int) -> Iterator[Problem]:
    """A batch that no epoch can fill."""
    if 0 < rows < batch:
        size = min(rows, Training().batch_size)
        fix = set_at(("training", "batch_size"), size, phrase("Use batches of {size}", size=size))
        yield problem("batch_not_filled", At(param="batch_size"), batch=batch, rows=rows, fix=fix)


def keep_rows(part: Part) -> Fix:
    """Keep a fifth of the rows for validation or test."""
    if part == "test":
        return set_at(("training", "test_split"), 0.2, phrase("Keep a fifth of the rows for test"))
    label = phrase("Keep a fifth of the rows for validation")
    return set_at(("training", "split"), 0.2, label)


def _fifth() -> Fix:
    """Take a fifth of the rows for validation, and none for test."""
    label = phrase("Keep a fifth of the rows for validation, and none for test")
    shares = {"split": 0.2, "test_split": 0.0}
    operations = (
        {"type": "set", "path": ["training", name], "value": share}
        for name, share in shares.items()
    )
    return make_fix(label, *operations)


def _other(rule: Rule) -> Fix | None:
    return None if rule.by == "random" else at_random()


def _not_trained(rule: Rule, counts: Divided, targets: Iterable[Column]) -> Iterator[Problem]:
    """Classes that occur in validation or test rows only."""
    for column in targets:
        if column.name not in counts.classes or not counts.training:
            continue
        trained, *others = counts.classes[column.name]
        missing = [
            name
            for name, count, *more in zip(column.classes, trained, *others, strict=True)
            if not count and any(more)
        ]
        if missing:
            by_class = rule.by == "stratified"
            yield problem(
                "class_not_trained",
                AT,
                column=column.name,
                classes=missing,
                fix=None if by_class else stratify(column.name),
            )
