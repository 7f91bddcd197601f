"""A column weighs the rows: in runs, in scripts, and in the check."""

from pathlib import Path
from typing import Any

import pytest

from engine.check import check
from engine.code import generate
from engine.data.catalogue import DataSets
from engine.data.files.reading import as_data_sets
from engine.document import Document, OutputTraining
from engine.graph.index import outputs
from engine.protocol import EndedEvent, EpochEvent, RunEvent, Train
from engine.training import rows
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.code.test_own_kinds import assert_trains, proposed, with_table
from tests.engine.data.files.reads import read

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
WEIGHT = {"columns": {"w": {"role": "weight"}}}


def table(kinds: str = "xyx", weights: Any = lambda row: row % 4) -> str:
    """Rows of two kinds; `kinds` are those of rows of weight 0, one after the other."""
    lines = ["a,b,w,kind"]
    for row in range(60):
        kind = kinds[row // 4 % len(kinds)] if row % 4 == 0 else "xy"[row % 3 == 0]
        lines.append(f"{row % 7}.{row:02},{row % 5},{weights(row)},{kind}")
    return "\n".join(lines) + "\n"


def weighed(folder: Path, text: str, **settings: Any) -> tuple[Document, DataSets]:
    """The model that is proposed for a table, and its data."""
    folder.mkdir(exist_ok=True)
    description = read(folder, text, **(WEIGHT | settings))
    return proposed(description), as_data_sets(description, folder / "read")


def losses(document: Document, sets: DataSets, folder: Path) -> tuple[list[float], EndedEvent]:
    """The training loss of each epoch, and how the run ended."""
    folder.mkdir()
    events: list[RunEvent] = []
    ended = train(Train(document=document, output=str(folder)), sets, events.append, Commands())
    return [event.metrics["loss"] for event in events if isinstance(event, EpochEvent)], ended


def trained(folder: Path, text: str, **settings: Any) -> list[float]:
    document, sets = weighed(folder, text, **settings)
    values, ended = losses(document, sets, folder / "run")
    assert ended.outcome == "finished", ended
    return values


def test_rows_of_weight_zero_have_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = trained(tmp_path / "a", table("xyx"))
    assert trained(tmp_path / "b", table("yxxy")) == pytest.approx(expected, rel=1e-6)
    ignored = {"columns": {"w": {"role": "other"}}}
    plain = trained(tmp_path / "c", table("xyx"), **ignored)
    assert plain != pytest.approx(expected, rel=1e-3)
    assert trained(tmp_path / "d", table("yxxy"), **ignored) != pytest.approx(plain, rel=1e-3)
    monkeypatch.setattr(rows, "HELD_BYTES", 0)
    assert trained(tmp_path / "e", table("xyx")) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("class_weights", [None, "balanced", [1.0, 3.0]])
def test_a_script_weighs_rows_like_a_run(class_weights: Any, tmp_path: Path) -> None:
    description = read(tmp_path, table(), **WEIGHT)
    document = proposed(description)
    (node,) = outputs(document.main)
    own = OutputTraining(node=node, class_weights=class_weights)
    training = document.training.model_copy(update={"outputs": (own,)})
    assert "w" not in {binding.column for binding in training.bindings}
    document = document.model_copy(update={"training": training})
    source = assert_trains(document, with_table(tmp_path, description, table()), tmp_path)
    assert 'data["w"][training].reshape(-1)' in source
    assert "sample_weight=" in source
    assert "class_weight=" not in source


def test_other_libraries_refuse_weights_of_rows(tmp_path: Path) -> None:
    document, sets = weighed(tmp_path, table())
    source = generate(document, "script", data=sets, style="torch").source
    assert "weights of rows" in source


@pytest.mark.parametrize(
    ("code", "weights", "fixed"),
    [
        ("weights_negative", lambda row: row - 5, False),
        ("weights_missing", lambda row: "" if row % 3 == 0 else 1, True),
        ("weights_zero", lambda _: 0, False),
    ],
)
def test_numbers_that_are_no_weights_are_refused(
    code: str, weights: Any, fixed: bool, tmp_path: Path
) -> None:
    document, sets = weighed(tmp_path, table(weights=weights))
    (found,) = (item for item in check(document, sets).problems if item.code == code)
    assert (found.severity, found.fix is not None) == ("error", fixed)
    _, ended = losses(document, sets, tmp_path / "run")
    assert ended.problem is not None
    assert ended.problem.code == code


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("several_weights", {"w": {"role": "weight"}, "b": {"role": "weight"}}),
        ("weight_not_a_number", {"w": {"role": "weight", "type": "category"}}),
    ],
)
def test_columns_that_cannot_weigh_are_refused(code: str, columns: Any, tmp_path: Path) -> None:
    document, sets = weighed(tmp_path, table(), columns=columns)
    assert code in {item.code for item in check(document, sets).problems}
    _, ended = losses(document, sets, tmp_path / "run")
    assert ended.problem is not None
    assert ended.problem.code == code


def test_rows_are_weighed_for_each_of_several_outputs(tmp_path: Path) -> None:
    roles = {"w": {"role": "weight"}, "b": {"role": "target"}, "kind": {"role": "target"}}
    description = read(tmp_path, table(), columns=roles)
    document = proposed(description)
    assert len(outputs(document.main)) == 2
    source = assert_trains(document, with_table(tmp_path, description, table()), tmp_path)
    assert source.count('data["w"][training].reshape(-1)') == 2
