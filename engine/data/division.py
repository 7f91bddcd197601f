"""What divides the rows of a data set into training, validation and test rows.

Pure functions without NumPy, shared by the checker, training and code generation, so that all
three agree; engine.data.splitting has the functions that divide rows.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import Literal, TypeAlias

from engine.data.catalogue import TEXT, Column, DataSet, parts_of
from engine.document import Division, DivisionKind, Training
from engine.problems import At, Fix, Phrase, Problem, make_fix, phrase, problem
from engine.values import Frozen, nearest

Part: TypeAlias = Literal["training", "validation", "test"]

PARTS: dict[str, Part] = {
    "train": "training",
    "training": "training",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
}
"""What a column may call the parts, in any case."""

SPLITTERS: dict[DivisionKind, str] = {
    "stratified": "split_by_class",
    "column": "split_by_name",
    "group": "split_by_group",
    "time": "split_by_time",
}
"""The functions of engine.data.splitting that divide rows by a column."""

AT = At(param="division")


class Rule(Frozen):
    """How rows are divided: `column` holds what decides, except at random."""

    by: DivisionKind
    column: Column | None
    validation: float
    test: float

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that hold rows besides the training rows."""
        shares: dict[Part, float] = {"validation": self.validation, "test": self.test}
        return tuple(part for part, share in shares.items() if share or part in self.named)

    @property
    def drawn(self) -> tuple[Part, ...]:
        """The parts whose rows are a fraction of all, not named by the column."""
        return tuple(part for part in self.parts if part not in self.named)

    @property
    def function(self) -> str:
        """The function of engine.data.splitting that divides the rows."""
        if self.by == "random":
            return "split_with_test" if self.test else "split_rows"
        return SPLITTERS[self.by]

    @property
    def named(self) -> tuple[Part, ...]:
        """The part that each class of the column stands for; none if it names no parts."""
        if self.by != "column" or self.column is None:
            return ()
        return tuple(part for name in self.column.classes if (part := part_of(name)))


class Divided(Frozen):
    """The rows of each part; `classes` counts those of each class of a target, part by part."""

    training: int
    validation: int
    test: int
    classes: dict[str, tuple[tuple[int, ...], ...]] = {}


def part_of(name: str) -> Part | None:
    """Return the part that a value of a column names, if it does."""
    return PARTS.get(name.strip().lower())


def are_parts(names: Iterable[str]) -> bool:
    """Whether values name nothing but parts: training rows, and at least one other part."""
    parts = {part_of(name) for name in names}
    return None not in parts and "training" in parts and len(parts) > 1


def rule_of(training: Training, data: DataSet, targets: Sequence[Column]) -> Rule | Problem:
    """Return how the rows are divided, or why they can't be; `targets` are those of the outputs."""
    column = _column(training.division, data, targets)
    if isinstance(column, Problem):
        return column
    return Rule(
        by=training.division.by,
        column=column,
        validation=training.split,
        test=training.test_split,
    )


def at_random() -> Fix:
    """Divide the rows at random."""
    return divide_by(Division(), phrase("Divide the rows at random"))


def stratify(column: str) -> Fix:
    """Divide the rows so that each part has the same share of every class of a column."""
    label = phrase("Give every part the same share of each class")
    return divide_by(Division(by="stratified", column=column), label)


def divide_by(division: Division, label: Phrase) -> Fix:
    """Change how the rows are divided."""
    path = ["training", "division"]
    return make_fix(label, {"type": "set", "path": path, "value": division.model_dump()})


def _column(
    division: Division, data: DataSet, targets: Sequence[Column]
) -> Column | Problem | None:
    """Return the column that decides; None at random."""
    if division.by == "random":
        return None
    if not division.column and division.by == "stratified":
        stored = (data.column(part.name) for target in targets for part in parts_of(target))
        with_classes = (column for column in stored if column and column.has_one_class)
        return next(with_classes, None) or problem("division_without_classes", AT, fix=at_random())
    if not division.column:
        return problem("division_without_column", AT, fix=at_random())
    column = data.column(division.column)
    if column is None:
        return _unknown(division, data)
    return _unfit(division, column) or column


def _unknown(division: Division, data: DataSet) -> Problem:
    known = [column.name for column in data.columns]
    near = nearest(division.column, known)
    if near is None:
        return problem(
            "division_unknown_column", AT, column=division.column, data=data.id, known=known,
            fix=at_random(),
        )  # fmt: skip
    renamed = division.model_copy(update={"column": near})
    fix = divide_by(renamed, phrase("Divide by “{column}”", column=near))
    return problem(
        "division_unknown_column.near", AT, column=division.column, data=data.id, near=near,
        fix=fix,
    ).or_else(at_random())  # fmt: skip


def _unfit(division: Division, column: Column) -> Problem | None:
    """Return why a column can't decide, if it can't."""
    name, fix = column.name, at_random()
    if prod(column.shape) != 1:
        return problem("division_of_many", AT, column=name, shape=column.shape, fix=fix)
    if division.by == "stratified" and not column.classes:
        return problem("division_not_of_classes", AT, column=name, fix=fix)
    if division.by == "time" and (column.classes or column.dtype == TEXT):
        return problem("division_not_of_times", AT, column=name, fix=fix)
    if division.by == "column":
        unknown = [value for value in column.classes if part_of(value) is None]
        if not column.classes:
            return problem("division_names_no_parts", AT, column=name, fix=fix)
        if unknown:
            return problem(
                "division_unknown_parts", AT, column=name, values=unknown, known=[*PARTS], fix=fix
            )
    return None
