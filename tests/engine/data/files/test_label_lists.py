"""Columns whose cells list several labels."""

import json
from pathlib import Path

import pytest

from engine.data.description import text_table
from engine.data.tables import load_json, load_table
from tests.engine.data.files.reads import codes, read, refused, roles, rows, types

FILMS = [["action"], ["comedy", "drama"], [], ["action", "drama"], ["comedy"], ["drama", "action"]]
LABELS = ("action", "comedy", "drama")
EXPECTED = [[int(label in film) for label in LABELS] for film in FILMS]


def table(separator: str, header: str = "year\tgenres") -> str:
    cells = [f"{1990 + at % 4}\t{separator.join(film)}" for at, film in enumerate(FILMS * 5)]
    return "\n".join([header, *cells])


@pytest.mark.parametrize("separator", [";", "|", ",", " ; ", ", "])
def test_lists_are_recognised(separator: str, tmp_path: Path) -> None:
    description = read(tmp_path, table(separator))
    assert types(description)["genres"] == "labels"
    assert roles(description)["genres"] == "target"
    _, genres = description.data.columns
    assert (genres.shape, genres.dtype, genres.labels) == ((3,), "uint8", LABELS)
    assert rows(tmp_path, description)["genres"].tolist() == EXPECTED * 5
    assert description.options.columns["genres"].separator == separator.strip()
    assert description.columns[1].counts == (15, 10, 15)
    assert codes(description)[0] == "column_of_labels"
    assert description.data.task == "labels"


def test_a_script_reads_the_same_labels(tmp_path: Path) -> None:
    description = read(tmp_path, table("|"))
    known = text_table(description, "films.csv")
    assert known is not None
    (tmp_path / "films.csv").write_text(table("|"))
    kind = (known.separators["genres"], [*LABELS])
    loaded = load_table(str(tmp_path / "films.csv"), {"genres": kind}, delimiter="\t")
    stored = rows(tmp_path, description)["genres"]
    assert loaded["genres"].dtype == stored.dtype
    assert loaded["genres"].tolist() == stored.tolist()


def test_lists_in_json_lines(tmp_path: Path) -> None:
    lines = [json.dumps({"year": 1990 + at, "genres": film}) for at, film in enumerate(FILMS * 5)]
    description = read(tmp_path, "\n".join(lines), "films.jsonl")
    assert types(description)["genres"] == "labels"
    assert description.options.columns["genres"].separator == "json"
    assert rows(tmp_path, description)["genres"].tolist() == EXPECTED * 5
    known = text_table(description, "films.jsonl")
    assert known is not None
    assert known.separators == {"genres": "json"}
    (tmp_path / "films.jsonl").write_text("\n".join(lines))
    loaded = load_json(str(tmp_path / "films.jsonl"), {"genres": ("json", [*LABELS])})
    assert loaded["genres"].tolist() == EXPECTED * 5


@pytest.mark.parametrize(
    "cells",
    [
        ["Boston, Massachusetts", "New York, New York", "Miami, Florida"],
        ["red", "green", "blue"],
        ["It was long, and bad.", "It was short, and good.", "Well, it was."],
        ["1,234", "2,345", "3,456"],
        ["[1, 2", "[3", "[4, 5]"],
    ],
)
def test_other_texts_are_no_lists(cells: list[str], tmp_path: Path) -> None:
    lines = [f"{at}\t{cell}" for at, cell in enumerate(cells * 6)]
    description = read(tmp_path, "\n".join(["year\tplace", *lines]))
    assert types(description)["place"] != "labels"


def test_a_column_can_be_called_one_of_labels(tmp_path: Path) -> None:
    text = "x\tkind\n1\ta\n2\tb c\n3\ta"
    chosen = {"kind": {"type": "labels"}}
    description = read(tmp_path, text, columns=chosen)
    assert description.data.columns[1].labels == ("a", "b c")
    again = read(tmp_path, text, columns={"kind": {"type": "labels", "separator": ","}})
    assert again.data.columns[1].labels == ("a", "b c")
    assert again.options.columns["kind"].separator == ","


def test_labels_read_as_categories(tmp_path: Path) -> None:
    chosen = {"genres": {"type": "category", "separator": ";"}}
    description = read(tmp_path, table(";"), columns=chosen)
    assert len(description.data.columns[1].classes) == 6
    assert description.options.columns["genres"].separator is None


def test_too_many_labels_are_refused(tmp_path: Path) -> None:
    lines = [f"{at}\tlabel {at};label {at + 1}" for at in range(300)]
    text = "\n".join(["x\tkind", *lines])
    problem = refused(tmp_path, text, columns={"kind": {"type": "labels"}})
    assert problem.code == "column_without_labels"
