"""Rows and characters that follow each other, cut into windows."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from engine.code import generate, targets
from engine.code.scripts.reading import reading
from engine.code.syntax.render import At, expression
from engine.data import series, tables
from engine.data.description import Description, Options, Windows, text_table
from engine.data.files.reading import as_data_sets, read_file
from engine.data.mapping import map_arrays
from engine.data.stores import rows_file
from engine.document import Division
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.problems import Problem
from engine.templates.proposing import Proposal, propose
from tests.engine.scripts import run

HEADER = "day,shop,warmth,sales"
"""Columns of a table whose rows are days."""


def write(path: Path, rows: list[str], header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def days(count: int) -> list[str]:
    start = dt.date(2024, 1, 1)
    return [f"{start + dt.timedelta(days=n)},north,{n / 10},{n * 2}" for n in range(count)]


def read(path: Path, windows: Windows) -> tuple[Description, dict[str, np.ndarray]]:
    answer = read_file(path, path.parent, Options(windows=windows))
    assert isinstance(answer, Description), answer
    assert answer.data.hash is not None
    arrays = map_arrays(rows_file(path.parent, answer.data.hash))
    assert arrays is not None
    return answer, arrays


def refused(path: Path, windows: Windows) -> str:
    answer = read_file(path, path.parent, Options(windows=windows))
    assert isinstance(answer, Problem), answer
    return answer.code


def codes(description: Description) -> list[str]:
    return [note.code for note in description.notes]


def test_windows_hold_the_steps_before_and_the_values_after_them(tmp_path: Path) -> None:
    table = write(tmp_path / "shop.csv", days(20))
    description, arrays = read(table, Windows(past=4, future=2))
    assert description.data.task == "forecast"
    assert arrays["past"].shape == (8, 4, 2)
    steps = np.arange(20)
    for number, start in enumerate(range(0, 15, 2)):
        known = steps[start : start + 4]
        np.testing.assert_allclose(arrays["past"][number], np.stack([known / 10, known * 2], 1))
        np.testing.assert_allclose(arrays["future"][number], steps[start + 4 : start + 6] * 2)
    assert description.options.windows == Windows(
        past=4, future=2, step=2, target="sales", columns=("warmth", "sales")
    )
    assert description.data.division == Division(by="time", column="day")


def test_the_column_to_forecast_is_chosen(tmp_path: Path) -> None:
    table = write(tmp_path / "shop.csv", days(12))
    _, arrays = read(table, Windows(past=3, future=1, target="warmth"))
    np.testing.assert_allclose(arrays["future"][:, 0], np.arange(3, 12) / 10, rtol=1e-6)


def test_columns_are_left_out(tmp_path: Path) -> None:
    table = write(tmp_path / "shop.csv", days(12))
    description, arrays = read(table, Windows(past=3, left_out=("warmth",)))
    assert arrays["past"].shape == (9, 3, 1)
    used = Windows(past=3, future=1, step=1, target="sales", columns=("sales",))
    assert description.options.windows == used.model_copy(update={"left_out": ("warmth",)})
    assert "warmth" not in str(description.notes)
    assert refused(table, Windows(left_out=("warmth", "sales"))) == "series_without_numbers"


def test_rows_are_sorted_by_their_dates(tmp_path: Path) -> None:
    table = write(tmp_path / "shop.csv", days(20)[::-1])
    description, arrays = read(table, Windows(past=4, future=2))
    assert "series_sorted" in codes(description)
    np.testing.assert_allclose(arrays["past"][0, :, 1], np.arange(4) * 2)


def test_windows_with_missing_numbers_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = days(20)
    rows[9] = rows[9].rpartition(",")[0] + ","
    table = write(tmp_path / "shop.csv", rows)
    description, arrays = read(table, Windows(past=3, future=1))
    assert len(arrays["past"]) == 17 - 4
    assert not np.isnan(arrays["past"]).any()
    assert not np.isnan(arrays["future"]).any()
    (note,) = (note for note in description.notes if note.code == "series_with_gaps")
    assert note.message.startswith("4 windows")


def test_no_value_is_forecast_for_training_and_for_validation(tmp_path: Path) -> None:
    table = write(tmp_path / "shop.csv", days(400))
    description, arrays = read(table, Windows(past=10, future=5))
    forecast = arrays["future"].ravel()
    assert len(forecast) == len(np.unique(forecast))
    assert description.data.rows == 78


def test_rows_without_dates_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    table = write(tmp_path / "load.csv", [f"{n / 7},{n}" for n in range(50)], "a,b")
    description, arrays = read(table, Windows(past=5, future=1))
    assert description.data.division == Division(by="time", column="row")
    np.testing.assert_array_equal(arrays["row"][:, 0], np.arange(6, 51))


@pytest.mark.parametrize(
    ("rows", "header", "windows", "code"),
    [
        (["a,b"] * 30, "x,y", Windows(), "series_without_numbers"),
        (days(5), HEADER, Windows(past=5, future=1), "series_too_short"),
        (days(1), HEADER, Windows(), "series_too_short"),
        ([f"2024-01-01,n,{n}," for n in range(30)], HEADER, Windows(past=4, target="warmth"),
         None),
    ],
)  # fmt: skip
def test_what_can_not_be_forecast_is_refused(
    rows: list[str], header: str, windows: Windows, code: str | None, tmp_path: Path
) -> None:
    table = write(tmp_path / "table.csv", rows, header)
    if code is None:
        read(table, windows)
    else:
        assert refused(table, windows) == code


def test_a_text_becomes_its_characters(tmp_path: Path) -> None:
    path = tmp_path / "poem.txt"
    text = "Über allen Gipfeln\nist Ruh.\n" * 20
    path.write_text(text, encoding="utf-8")
    description, arrays = read(path, Windows(past=8))
    past, following = description.data.columns[:2]
    shown = {"space": " ", "newline": "\n"}
    letters = [shown.get(name, name) for name in past.classes]
    assert following.classes == past.classes
    for number, start in enumerate(range(0, len(text) - 8, 3)):
        known = "".join(letters[place] for place in arrays["past"][number])
        assert known + letters[arrays["next"][number]] == text[start : start + 9]


def test_rare_characters_are_one_class(tmp_path: Path) -> None:
    path = tmp_path / "signs.txt"
    path.write_text("ab" * 500 + "".join(map(chr, range(0x4E00, 0x4E00 + 400))), encoding="utf-8")
    description, arrays = read(path, Windows(past=4))
    classes = description.data.columns[0].classes
    assert len(classes) == 251
    assert classes[-1] == "other"
    assert arrays["past"].max() == 250


def test_a_short_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "short.txt"
    path.write_text("too short")
    assert refused(path, Windows(past=40)) == "text_too_short"


SERIES = {
    "in order": (days(30), HEADER),
    "gaps, and not in order": ([*days(40)[20:], "2024-01-09,n,,", *days(20)], HEADER),
    "without dates": ([f"{n / 7},{n}" for n in range(50)], "a,b"),
    "without a header": ([f"{n / 7},{n}" for n in range(50)], "1,2"),
}


@pytest.mark.parametrize(("lines", "header"), SERIES.values(), ids=SERIES)
def test_a_script_cuts_the_same_windows(lines: list[str], header: str, tmp_path: Path) -> None:
    path = write(tmp_path / "shop.csv", lines, header)
    description, stored = read(path, Windows(past=4, future=2, step=1))
    table = text_table(description, str(path))
    assert table is not None
    assert table.series is not None
    call = expression(
        reading(table, description.data.columns, description.data), At(targets.get("keras"))
    )
    loaded: dict[str, np.ndarray] = eval(call, {**vars(tables), **vars(series)})
    assert loaded.keys() == stored.keys()
    for name, values in stored.items():
        np.testing.assert_array_equal(loaded[name], values, name)
        assert loaded[name].dtype == values.dtype


def test_a_script_trains_on_windows_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "shop.csv", days(60))
    description, _ = read(path, Windows(past=5))
    proposal = propose(description.data, description.data.hash or "", description.columns)
    assert isinstance(proposal, Proposal)
    training = proposal.document.training.model_copy(update={"epochs": 1})
    document = proposal.document.model_copy(update={"training": training})
    table = text_table(description, "shop.csv")
    assert table is not None
    sets = as_data_sets(description, tmp_path)
    sets = sets.model_copy(update={"tables": {description.data.id: table}})
    source = generate(document, "script", data=sets).source
    assert "cut_windows(" in source
    assert ".npz" not in source
    assert "Evaluation on the validation rows" in run(source, tmp_path)
    back = from_python(source, sets)
    assert isinstance(back, Imported)
    assert back.document.training.data == description.data.id


@pytest.mark.parametrize("name", ["shop.csv", "poem.txt"])
def test_a_recurrent_model_is_proposed(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, days(300))
    description, _ = read(path, Windows(past=2))  # as many steps as columns: still no image
    proposal = propose(description.data, "mine", description.columns)
    assert isinstance(proposal, Proposal)
    layers = [node.layer for node in proposal.document.main.nodes]
    assert "LSTM" in layers
    assert proposal.document.training.division == description.data.division
    assert as_data_sets(description, tmp_path).find(description.data.id)
