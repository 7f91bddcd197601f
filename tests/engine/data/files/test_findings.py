"""Repeated rows, and columns that are constant, unique or give the target away, are named."""

from pathlib import Path

import numpy as np
import pytest

from engine.data.description import Description
from engine.data.files import findings
from engine.data.files.findings import Effort
from engine.problems import Problem
from tests.engine.data.files.archives import npz
from tests.engine.data.files.reads import read

FOUND = ("column_is_", "column_tells_", "rows_", "data_partly")


def found(description: Description) -> list[tuple[str, str | None, str]]:
    """The findings: code, variant, and the column or the examples."""
    return [
        (note.code, note.variant, str(_subject(note)))
        for note in description.notes
        if note.code.startswith(FOUND)
    ]


def _subject(note: Problem) -> object:
    return note.arguments.get("column") or note.arguments.get("examples")


def table(header: str, row: str, rows: int = 60) -> str:
    """A table of computed rows: `row` is formatted with its number n and random numbers r and s."""
    rng = np.random.default_rng(0)
    lines = [
        row.format(n=n, r=rng.normal(), s=rng.normal(), k=rng.integers(3)) for n in range(rows)
    ]
    return "\n".join([header, *lines])


def test_nothing_is_said_about_plain_rows(tmp_path: Path) -> None:
    assert found(read(tmp_path, table("a,b,y", "{r},{s},k{k}"))) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("{r},1.5,k{k}", ("column_is_constant", "ignored", "b")),
        ("{r},2000.{n},k{k}", None),
        ("{r},k{k},k{k}", ("column_tells_target", "same", "b")),
        ("{r},{k}.5,k{k}", ("column_tells_target", "decides", "b")),
        ("{s},{r},{r}", ("column_tells_target", "same", "b")),
    ],
)
def test_a_column_is_named(tmp_path: Path, row: str, expected: tuple[str, str, str] | None) -> None:
    answers = found(read(tmp_path, table("a,b,y", row)))
    assert answers == ([expected] if expected else [])


def test_the_target_in_another_unit_is_named(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    celsius = rng.normal(15, 8, 80)
    lines = [f"{rng.normal()},{value * 1.8 + 32},{value}" for value in celsius]
    description = read(tmp_path, "\n".join(["a,fahrenheit,celsius", *lines]))
    assert found(description) == [("column_tells_target", "scale", "fahrenheit")]


def test_ids_and_constants_that_are_used_can_be_ignored(tmp_path: Path) -> None:
    rows = table("id,a,b,y", "{n},1,{r},k{k}")
    assert found(read(tmp_path, rows)) == [
        ("column_is_id", "ignored", "id"),
        ("column_is_constant", "ignored", "a"),
    ]
    used = {name: {"role": "input"} for name in ("id", "a")}
    assert found(read(tmp_path, rows, columns=used)) == [
        ("column_is_id", None, "id"),
        ("column_is_constant", None, "a"),
    ]


def test_repeated_rows_are_counted_and_numbered_as_in_the_file(tmp_path: Path) -> None:
    lines = table("a,text,y", "{r},some words of row {n},k{k}").splitlines()
    lines[30], lines[50] = lines[3], lines[3]
    description = read(tmp_path, "\n".join(lines))
    (repeats,) = [note for note in description.notes if note.code.startswith("rows_")]
    assert repeats.arguments == {"count": 2, "examples": "4 = 31, 31 = 51"}


@pytest.mark.parametrize("side", [2, 3, 20])
def test_repeated_arrays_are_found_at_any_width(tmp_path: Path, side: int) -> None:
    image = np.random.default_rng(0).normal(size=(40, side, side)).astype("float32")
    image[7] = image[9] = image[5]
    image[9, -1, -1] *= -1
    label = np.arange(40) % 2
    label[[7, 9]] = label[5]
    description = read(tmp_path, npz(x=image, y=label), "t.npz")
    notes = [note for note in description.notes if note.code == "rows_repeat"]
    assert [note.arguments for note in notes] == [{"count": 1, "examples": "6 = 8"}]


@pytest.mark.parametrize("effort", [Effort(rows=10), Effort(bytes=100), Effort(seconds=-1.0)])
def test_what_was_not_looked_at_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, effort: Effort
) -> None:
    monkeypatch.setattr(findings, "Effort", lambda: effort)
    description = read(tmp_path, table("a,b,y", "1,{s},k{k}"))
    assert [code for code, _, _ in found(description)] == ["data_partly_checked"]


MANY = 20_000
"""Rows of which a sample is looked at before all are."""


def test_of_many_rows_a_single_exception_counts(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    town = rng.integers(0, 5_000, MANY)
    label = (town % 7).astype("int64")
    arrays = {"town": town, "wide": rng.normal(size=MANY), "label": label}
    assert found(read(tmp_path, npz(**arrays), "t.npz")) == [
        ("column_tells_target", "decides", "town")
    ]
    last = np.flatnonzero(town == town[0])[-1]
    label[last] = (label[last] + 1) % 7
    assert found(read(tmp_path, npz(**arrays), "t.npz")) == []


def test_of_many_rows_a_single_repeated_name_counts(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    arrays = {"key": rng.permutation(MANY), "a": rng.normal(size=MANY), "y": np.arange(MANY) % 2}
    assert found(read(tmp_path, npz(**arrays), "t.npz")) == [("column_is_id", None, "key")]
    arrays["key"][3] = arrays["key"][MANY - 5]
    assert found(read(tmp_path, npz(**arrays), "t.npz")) == []


def test_copies_of_many_rows_are_counted(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    chosen = rng.integers(0, 15_000, MANY)
    arrays = {"a": rng.normal(size=15_000)[chosen], "y": (chosen % 2)}
    notes = {note.code: note for note in read(tmp_path, npz(**arrays), "t.npz").notes}
    assert notes["rows_repeat"].arguments["count"] == MANY - len(set(chosen.tolist()))
