"""The check counts the rows of each part, and says what is wrong with a division."""

from pathlib import Path
from typing import Any

import pytest

from engine.check.dividing import check_division
from engine.data.bindings import bind, columns
from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.data.division import Divided
from engine.data.files.reading import as_data_sets
from engine.document import Document, Training
from engine.document.operations import OPERATION, apply
from engine.graph.index import inputs, outputs
from engine.problems import Problem
from tests.engine.code.helpers import document, node
from tests.engine.data.files.reads import read

KINDS = ["oak"] * 30 + ["elm"] * 29 + ["yew"]
PARTS = ["train"] * 40 + ["test"] * 20


def trees(folder: Path) -> DataSets:
    """A table whose last row alone is a yew, and which names parts, plots, sides and years."""
    lines = ["size,kind,part,plot,side,year,words"]
    for row in range(60):
        place = f"{PARTS[row]},p{row // 10},{'left' if row % 2 else 'right'},{1960 + row}"
        lines.append(f"{row}.5,{KINDS[row]},{place},w{row} and a few more words {row * 7}")
    roles = {name: {"role": "other"} for name in ("part", "plot", "side", "year", "words")}
    roles |= {"kind": {"role": "target"}, "words": {"role": "other", "type": "text"}}
    return as_data_sets(read(folder, "\n".join(lines), "trees.csv", columns=roles), folder / "read")


def model(**training: Any) -> Document:
    """A model of the kind of a tree by its size."""
    layers = node("in", "Input", shape=[1]), node("out", "Dense", units=3, activation="softmax")
    return document(*layers, wires="in out", training={"data": "trees", **training})


def checked(document: Document, sets: DataSets) -> tuple[Divided | None, list[Problem]]:
    """What the check says about the division of a document."""
    fed, targets, _ = bind(document, inputs(document.main), outputs(document.main), sets)
    sources, compared = (columns(document, bound, sets).values() for bound in (fed, targets))
    counts, problems = check_division(document.training, sources, compared, sets)
    return counts.divided if counts else None, problems


def by(kind: str, column: str = "", **more: Any) -> dict[str, Any]:
    """The settings of a division."""
    return {"division": {"by": kind, "column": column}, **more}


def test_the_rows_and_the_classes_of_each_part_are_counted(tmp_path: Path) -> None:
    counts, problems = checked(model(**by("stratified", test_split=0.1)), trees(tmp_path))
    assert counts == Divided(
        training=42,
        validation=12,
        test=6,
        classes={"kind": ((20, 21, 1), (6, 6, 0), (3, 3, 0))},
    )
    assert problems == []


CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "no column": (by("group"), "division_without_column", "Divide the rows at random"),
    "an unknown column": (by("group", "owner"), "division_unknown_column",
                          "Divide the rows at random"),
    "a misspelt column": (by("group", "plott"), "division_unknown_column.near",
                          "Divide by “plot”"),
    "texts as times": (by("time", "words"), "division_not_of_times", "Divide the rows at random"),
    "classes as times": (by("time", "plot"), "division_not_of_times", "Divide the rows at random"),
    "numbers as classes": (by("stratified", "size"), "division_not_of_classes",
                           "Divide the rows at random"),
    "other values": (by("column", "side"), "division_unknown_parts", "Divide the rows at random"),
    "no values": (by("column", "size"), "division_names_no_parts", "Divide the rows at random"),
    "no test rows": ({"test_split": 0.001}, "part_empty.test",
                     "Keep a fifth of the rows for test"),
    "no validation rows": ({"split": 0.001}, "part_empty.validation",
                           "Keep a fifth of the rows for validation"),
    "no training rows": ({"split": 0.5, "test_split": 0.5}, "part_empty.training",
                         "Keep a fifth of the rows for validation, and none for test"),
    "a class that is only tested": (by("column", "part"), "class_not_trained",
                                    "Give every part the same share of each class"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_problems_with_a_fix(case: str, tmp_path: Path) -> None:
    settings, code, label = CASES[case]
    sets = trees(tmp_path)
    before = model(**settings)
    _, (first, *others) = checked(before, sets)
    assert (first.key, others, first.param) == (code, [], "division")
    assert first.fix is not None
    assert first.fix.label == label
    after = before
    for operation in first.fix.operations:
        applied = apply(after, OPERATION.validate_python(operation))
        assert not isinstance(applied, Problem)
        after = applied[0]
    counts, left = checked(after, sets)
    assert counts is not None
    assert code not in {problem.key for problem in left}


def test_a_batch_that_is_never_full_is_noted(tmp_path: Path) -> None:
    _, (problem,) = checked(model(batch_size=5000), trees(tmp_path))
    assert (problem.code, problem.severity) == ("batch_not_filled", "note")
    assert problem.fix is not None
    assert problem.fix.label == "Use batches of 32"
    (operation,) = problem.fix.operations
    assert operation == {"type": "set", "path": ["training", "batch_size"], "value": 32}


def test_a_class_of_validation_rows_only_is_named(tmp_path: Path) -> None:
    _, (problem,) = checked(model(**by("column", "part")), trees(tmp_path))
    assert problem.message.startswith("No training row of “kind” has the class yew,")
    assert problem.severity == "warning"


@pytest.mark.parametrize(
    ("settings", "parts"),
    [({}, (1438, 359, 0)), ({"test_split": 0.1}, (1258, 359, 180))],
    ids=["validation", "validation and test"],
)
def test_rows_that_come_with_layerloom_are_counted(
    settings: dict[str, Any], parts: tuple[int, ...]
) -> None:
    training = Training.model_validate({"data": "digits", **settings})
    counts, problems = check_division(training, [], [], BUILT_IN)
    assert counts is not None
    divided = counts.divided
    assert (divided.training, divided.validation, divided.test) == parts
    assert problems == []


def test_a_file_that_is_gone_is_no_problem_of_the_check(tmp_path: Path) -> None:
    sets = trees(tmp_path)
    for path in sets.files.values():
        Path(path).unlink()
    assert checked(model(**by("group", "plot")), sets) == (None, [])
