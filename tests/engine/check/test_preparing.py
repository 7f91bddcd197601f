"""The check says what each step of the preparation does, and what is wrong with it."""

from pathlib import Path
from typing import Any

import pytest

from engine.check import check
from engine.data.catalogue import DataSets
from engine.data.files.reading import as_data_sets
from engine.data.preparation import ColumnEffect, Effect
from engine.document import Document
from engine.document.operations import OPERATION, apply
from engine.problems import Fix, Problem
from tests.engine.code.helpers import document, node
from tests.engine.data.files.reads import read

ROWS = 40


def people(folder: Path) -> DataSets:
    """A table with ten repeated rows, whose ages and towns are partly missing."""
    lines = ["age,height,town,words,weight"]
    for row in range(ROWS - 10):
        age, town = ("" if row % 15 == 7 else row + 0.5), ("", "Ulm", "Bonn", "Ulm")[row % 4]
        weight = "" if row == 11 else row + 0.25
        lines.append(f"{age},{150 + row}.5,{town},w{row} and more words {row * 7},{weight}")
    lines += lines[1:11]
    roles = {
        "age": {"role": "input"},
        "height": {"role": "input"},
        "town": {"role": "input", "type": "category"},
        "words": {"role": "input", "type": "text"},
        "weight": {"role": "target"},
    }
    description = read(folder, "\n".join(lines), "people.csv", columns=roles)
    return as_data_sets(description, folder / "read")


def model(*steps: dict[str, Any], **training: Any) -> Document:
    """A model of the weight by age and height."""
    layers = node("in", "Input", shape=[2]), node("out", "Dense", units=1)
    bindings = [{"node": "in", "column": name} for name in ("age", "height")]
    settings = {"data": "people", "bindings": bindings, "preparation": [*steps]}
    return document(*layers, wires="in out", training=settings | training)


def step(type: str, **fields: Any) -> dict[str, Any]:
    return {"type": type, **fields}


def found(document: Document, sets: DataSets) -> list[Problem]:
    return [item for item in check(document, sets).problems if item.param == "preparation"]


EFFECTS: dict[str, tuple[list[dict[str, Any]], list[Effect]]] = {
    "repeats": ([step("leave_out_repeats")], [Effect(step=0, rows=40, left_out=10)]),
    "gaps": ([step("leave_out_missing", columns=["age"])], [Effect(step=0, rows=40, left_out=3)]),
    "any gap": ([step("leave_out_missing")], [Effect(step=0, rows=40, left_out=15)]),
    "a range": (
        [step("leave_out_outside", column="height", minimum=152.0, maximum=160.5)],
        [Effect(step=0, rows=40, left_out=23)],
    ),
    "a constant": (
        [step("fill", columns=["age", "height"], by="constant", value=7)],
        [
            Effect(
                step=0,
                rows=40,
                filled=(
                    ColumnEffect(column="age", missing=3, value=7.0),
                    ColumnEffect(column="height", missing=0),
                ),
            )
        ],
    ),
    "a class": (
        [step("fill", columns=["town"], by="most_frequent")],
        [Effect(step=0, rows=40, filled=(ColumnEffect(column="town", missing=11, value="Ulm"),))],
    ),
    "rows before gaps": (
        [
            step("fill", columns=["age"], by="constant", value=0),
            step("leave_out_repeats"),
            step("leave_out_missing", columns=["weight"]),
        ],
        [
            Effect(step=0, rows=29, filled=(ColumnEffect(column="age", missing=2, value=0.0),)),
            Effect(step=1, rows=40, left_out=10),
            Effect(step=2, rows=30, left_out=1),
        ],
    ),
}


@pytest.mark.parametrize("case", EFFECTS)
def test_what_steps_do_is_measured(case: str, tmp_path: Path) -> None:
    steps, effects = EFFECTS[case]
    assert check(model(*steps), people(tmp_path)).prepared == tuple(effects)


FILL = "Fill with the most frequent value"
PROBLEMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no column to fill": (step("fill"), "step_without_column", "Remove step 1"),
    "no column to compare": (step("leave_out_outside"), "step_without_column", "Remove step 1"),
    "a misspelt column": (step("fill", columns=["aged"]), "step_unknown_column.near", "Take “age”"),
    "an unknown column": (step("fill", columns=["size"]), "step_unknown_column", "Remove step 1"),
    "one unknown column of two": (
        step("leave_out_missing", columns=["size", "age"]),
        "step_unknown_column",
        "Do without “size” in step 1",
    ),
    "a median of classes": (
        step("fill", columns=["town"], by="median"), "fill_not_numbers.median", FILL
    ),
    "a mean of texts": (step("fill", columns=["words"], by="mean"), "fill_not_numbers.mean", FILL),
    "no number": (
        step("fill", columns=["age"], by="constant", value="old"),
        "fill_without_number",
        "Fill with the median",
    ),
    "no text": (step("fill", columns=["words"], by="constant"), "fill_without_text", FILL),
    "no class": (
        step("fill", columns=["town"], by="constant", value="Köln"), "fill_unknown_class", FILL
    ),
    "a range of classes": (
        step("leave_out_outside", column="town", minimum=1), "range_not_of_numbers", "Remove step 1"
    ),
    "no bounds": (
        step("leave_out_outside", column="age"), "range_without_bounds", "Remove step 1"
    ),
    "reversed bounds": (
        step("leave_out_outside", column="age", minimum=9, maximum=1),
        "range_reversed",
        "Swap the bounds",
    ),
    "no rows": (
        step("leave_out_outside", column="height", minimum=999),
        "step_leaves_nothing",
        "Remove step 1",
    ),
    "a target": (
        step("fill", columns=["weight"], by="median"), "fill_target", "Leave these rows out"
    ),
}  # fmt: skip


def applied(document: Document, fix: Fix | None) -> Document:
    assert fix is not None
    for operation in fix.operations:
        answer = apply(document, OPERATION.validate_python(operation))
        assert not isinstance(answer, Problem)
        document = answer[0]
    return document


@pytest.mark.parametrize("case", PROBLEMS)
def test_problems_with_a_fix(case: str, tmp_path: Path) -> None:
    wrong, code, label = PROBLEMS[case]
    sets = people(tmp_path)
    before = model(wrong)
    problems = [item for item in found(before, sets) if item.key == code]
    assert len(problems) == 1
    assert problems[0].arguments["step"] == 1
    assert problems[0].fix is not None
    assert problems[0].fix.label == label
    left = found(applied(before, problems[0].fix), sets)
    assert code not in {item.key for item in left}
    assert all(item.severity != "error" for item in left)


def test_a_column_without_values_to_learn_from(tmp_path: Path) -> None:
    lines = ["a,b", *(f"{'' if row < 99 else 1.5},{row}.5" for row in range(100))]
    roles = {"a": {"role": "input", "type": "number"}, "b": {"role": "target"}}
    description = read(tmp_path, "\n".join(lines), "people.csv", columns=roles)
    sets = as_data_sets(description, tmp_path / "read")
    filled = step("fill", columns=["a"], by="median")
    settings = {"bindings": [{"node": "in", "column": "a"}], "seed": 0, "split": 0.5}
    codes = {
        seed: [item.key for item in found(model(filled, **(settings | {"seed": seed})), sets)]
        for seed in range(12)
    }
    assert ["fill_without_values"] in codes.values()
    assert [] in codes.values()


def test_copies_in_two_parts_are_counted_for_the_division_of_the_document(tmp_path: Path) -> None:
    sets = people(tmp_path)
    verdict = check(model(), sets)
    (both,) = [item for item in verdict.problems if item.code == "rows_in_both_parts"]
    assert verdict.divided is not None
    assert 0 < both.arguments["count"] <= both.arguments["rows"] == verdict.divided.validation
    half = check(model(split=0.5), sets)
    (more,) = [item for item in half.problems if item.code == "rows_in_both_parts"]
    assert more.arguments["count"] > both.arguments["count"]
    mended = check(applied(model(), both.fix), sets)
    assert "rows_in_both_parts" not in {item.code for item in mended.problems}
