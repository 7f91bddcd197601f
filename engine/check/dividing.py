"""Check how the rows are divided into training, validation and test rows."""

from collections.abc import Iterable, Iterator

from engine.data.catalogue import Column, DataSets, parts_of
from engine.data.dividing import divided
from engine.data.division import AT, Divided, Part, Rule, at_random, rule_of, stratify
from engine.document import Training
from engine.graph.fixes import set_at
from engine.problems import Fix, Problem, make_fix, phrase, problem


def check_division(
    training: Training, targets: Iterable[Column], sets: DataSets
) -> tuple[Divided | None, list[Problem]]:
    """Return the rows of each part, as far as they are known, and the problems.

    `targets` are the columns of the outputs.
    """
    data = sets.find(training.data)
    if data is None:
        return None, []
    columns = [*targets]
    rule = rule_of(training, data, columns)
    if isinstance(rule, Problem):
        return None, [rule]
    names = dict.fromkeys(part.name for column in columns for part in parts_of(column))
    stored = [column for name in names if (column := data.column(name))]
    counts = divided(rule, data, stored, sets, training.seed)
    if counts is None:
        return None, []
    return counts, [*_empty(rule, counts), *_not_trained(rule, counts, stored)]


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
