"""Documents of every earlier version are migrated to the current version."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.document import VERSION, Document
from engine.document.migrations import STEPS, migrate
from engine.document.reading import read_document, validate_document
from engine.document.stored import read_stored
from engine.graph.index import inputs
from tests.documents import OLD


@pytest.mark.parametrize("path", OLD, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_document_of_any_version_is_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = read_document(text)
    assert isinstance(document, Document)
    assert document == read_stored(text)
    assert document.version == VERSION


def test_every_version_has_a_step_and_a_document() -> None:
    versions = [json.loads(path.read_text(encoding="utf-8"))["version"] for path in OLD]
    assert set(STEPS) == set(range(1, VERSION)) == set(versions)


def test_inputs_of_version_1_are_ordered_by_position() -> None:
    towers, two_inputs = (read_stored(path.read_text(encoding="utf-8")) for path in OLD)
    assert inputs(two_inputs.main) == two_inputs.main.inputs == ("sepal", "petal")
    assert inputs(towers.main) == towers.main.inputs == ("c", "b", "a")
    assert inputs(towers.graph("joined")) == ("q", "p")


NODE = {"id": "a", "layer": "Input"}


@pytest.mark.parametrize(
    "graphs",
    [
        *(None, 3, [3], [{}], [{"id": "main", "nodes": 3}], [{"id": "main", "nodes": [3, {}]}]),
        [{"id": "main", "nodes": [{"id": ["a"], "layer": "Input"}, {"layer": "Input"}]}],
        [{"id": "main", "nodes": [NODE | {"position": 3}, NODE | {"position": {"x": "a"}}]}],
        [{"id": "main", "nodes": [], "inputs": 3}],
    ],
    ids=str,
)
def test_malformed_documents_pass_migration_and_fail_validation(graphs: Any) -> None:
    migrated = migrate({"version": 1, "graphs": graphs})
    assert isinstance(migrated, dict)
    assert migrated["version"] == VERSION
    problems = validate_document({"version": 1, "graphs": graphs})
    assert isinstance(problems, list)
    assert {problem.code for problem in problems} == {"bad_document"}


def test_a_damaged_stored_document_raises() -> None:
    with pytest.raises(ValueError, match="can't be read"):
        read_stored('{"version": 99}')
