"""The command line: what a file holds, and training on it."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.__main__ import main
from engine.data.adopting import use_data
from engine.data.description import Description
from engine.document import Binding
from tests.engine.points import POINTS, on_points

TABLE = "note;x;side\n" + "".join(
    f"row {index} of it;{index / 10:.1f};{'inside' if index % 10 < 7 else 'outside'}\n".replace(
        ".", ","
    )
    for index in range(40)
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "My points.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_prints_what_a_file_holds(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", str(table)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "My points: 40 rows, 3 columns",
        "  note  1  text      feature",
        "  x     1  number    feature  0 … 3.9",
        "  side  1  category  target   inside 28, outside 12",
        "Read with: delimiter ';', decimal ',', encoding 'utf-8', header True",
    ]


def test_prints_json_and_reads_with_options(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = json.dumps({"columns": {"x": {"type": "text"}}})
    arguments = ["--json", "--options", options, "--output", str(tmp_path)]
    assert main(["data", str(table), *arguments]) == 0
    description = Description.model_validate_json(capsys.readouterr().out)
    assert description.columns[1].type == "text"
    assert description.data.id == "my_points"
    with np.load(tmp_path / "my_points.npz") as file:
        assert len(file["side"]) == description.data.rows
    with pytest.raises(SystemExit):
        main(["data", str(table), "--options", '{"delimiter": "x"}'])
    assert "delimiter: Input should be" in capsys.readouterr().err


def test_says_why_a_file_can_not_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.csv").touch()
    assert main(["data", str(tmp_path / "empty.csv")]) == 2
    assert capsys.readouterr().err == "✗ “empty.csv” is empty.\n"
    assert main(["data", str(tmp_path / "none.csv")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_a_document_uses_the_data_and_keeps_the_bindings_that_fit() -> None:
    document = on_points("digits")
    bindings = (Binding(node="x", column="point"), Binding(node="y", column="digit"))
    training = document.training.model_copy(update={"bindings": bindings})
    used = use_data(document.model_copy(update={"training": training}), POINTS)
    assert used.training.data == "points"
    assert used.training.bindings == bindings[:1]


def test_trains_on_a_file(
    table: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The Input takes the column of its name, not the first one."""
    text = json.dumps(on_points().to_json()).replace('"point"', '"x"').replace("[2]", "[1]")
    (tmp_path / "model.json").write_text(text)
    arguments = [str(tmp_path / "model.json"), "--output", str(tmp_path / "run")]
    assert main(["train", *arguments, "--data", str(table)]) == 0
    events = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert events[-1]["outcome"] == "finished"
    (started,) = [event for event in events if event["type"] == "started"]
    assert started["samples"] + started["validation_samples"] == 40
    assert (tmp_path / "run" / "model.keras").exists()
