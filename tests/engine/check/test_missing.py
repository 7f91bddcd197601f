"""Columns that lack numbers are named, with a fix that does without them."""

from pathlib import Path
from typing import Any

import pytest

from engine.check import check
from engine.data.catalogue import DataSets
from engine.data.files.reading import as_data_sets
from engine.document.operations import OPERATION, apply
from engine.problems import Problem
from tests.engine.code.helpers import document, node
from tests.engine.data.files.reads import read


def people(folder: Path) -> DataSets:
    """A table in which three ages are missing."""
    lines = ["age,height,weight"]
    lines += [f"{'' if row % 15 == 7 else row + 0.5},{150 + row}.5,{row}.25" for row in range(40)]
    roles = {"height": {"role": "input"}, "weight": {"role": "target"}}
    description = read(folder, "\n".join(lines), "people.csv", columns=roles)
    return as_data_sets(description, folder / "read")


def found(columns: int, sets: DataSets, **training: Any) -> tuple[Any, list[Problem]]:
    """A model of so many columns, and what the check says about missing numbers."""
    layers = node("in", "Input", shape=[columns]), node("out", "Dense", units=1)
    model = document(*layers, wires="in out", training={"data": "people", **training})
    problems = check(model, sets).problems
    return model, [problem for problem in problems if problem.code == "missing_numbers"]


@pytest.mark.parametrize("place", [0, 1], ids=["fill", "leave out"])
def test_columns_that_lack_numbers_are_mended_by_a_click(place: int, tmp_path: Path) -> None:
    sets = people(tmp_path)
    model, (problem,) = found(2, sets)
    assert problem.message.startswith("“age” lacks a number in 3 of 40 rows")
    assert (problem.node, problem.severity) == ("in", "warning")
    fix = (problem.fix, problem.alternative)[place]
    assert fix is not None
    assert fix.label == ("Fill with the median", "Leave these rows out")[place]
    (operation,) = fix.operations
    applied = apply(model, OPERATION.validate_python(operation))
    assert not isinstance(applied, Problem)
    after = check(applied[0], sets)
    assert after.bound["in"] == ("age", "height")
    assert "missing_numbers" not in {problem.code for problem in after.problems}


@pytest.mark.parametrize(
    ("column", "codes"), [("age", ["missing_numbers"]), ("height", [])], ids=["age", "height"]
)
def test_columns_that_feed_the_model_are_searched(
    column: str, codes: list[str], tmp_path: Path
) -> None:
    bindings = [{"node": "in", "column": column}]
    _, problems = found(1, people(tmp_path), bindings=bindings)
    assert [problem.code for problem in problems] == codes
