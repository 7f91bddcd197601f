"""Each format of tables: all are read alike, and others are refused by name."""

import bz2
import gzip
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from engine.data.description import Description
from engine.data.files.limits import Limits
from tests.engine.data.files.archives import (
    cells,
    open_cells,
    open_document,
    picture,
    tarred,
    workbook,
    zipped,
)
from tests.engine.data.files.reads import attempt, read, refused, roles, rows, types

TABLE: dict[str, list[Any]] = {
    "x": [1.5, None, 3.25, -4.0],
    "n": [1, 2, 3, 5],
    "kind": ["a", "b", "a", "a"],
}


def lines() -> bytes:
    names = list(TABLE)
    values = zip(*TABLE.values(), strict=True)
    return "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in values).encode()


def parquet() -> bytes:
    file = io.BytesIO()
    pl.DataFrame(TABLE).write_parquet(file)
    return file.getvalue()


def excel() -> bytes:
    values = zip(*TABLE.values(), strict=True)
    filled = [["" if cell is None else cell for cell in row] for row in values]
    return workbook({"Empty": "", "Data": cells([list(TABLE), *filled])})


def ods() -> bytes:
    values = zip(*TABLE.values(), strict=True)
    filled = [["" if cell is None else cell for cell in row] for row in values]
    return open_document({"Empty": "", "Data": open_cells([list(TABLE), *filled])})


SAME_TABLE = {
    "t.jsonl": lines,
    "columns.json": lambda: json.dumps(TABLE).encode(),
    "pretty.json": lambda: json.dumps(TABLE, indent=1).encode(),
    "keyed.json": lambda: json.dumps(
        {name: dict(enumerate(cells)) for name, cells in TABLE.items()}
    ).encode(),
    "under.json": lambda: b'{"data": [' + lines().replace(b"\n", b",\n") + b"]}",
    "split.json": lambda: json.dumps(
        {"columns": [*TABLE], "index": [0, 1, 2, 3], "data": [*zip(*TABLE.values(), strict=True)]}
    ).encode(),
    "list.json": lambda: b"[" + lines().replace(b"\n", b",\n") + b"]",
    "t.parquet": parquet,
    "t.xlsx": excel,
    "t.ods": ods,
    "t.zip": lambda: zipped({"folder/t.parquet": parquet()}),
    "t.tar.gz": lambda: tarred({"t.jsonl": lines(), ".hidden": ""}),
    "t.jsonl.gz": lambda: gzip.compress(lines()),
    "t.parquet.bz2": lambda: bz2.compress(parquet()),
    "t.csv.gz": lambda: gzip.compress(pl.DataFrame(TABLE).write_csv().encode()),
}


@pytest.mark.parametrize("name", SAME_TABLE)
def test_tables_of_each_format_are_read_alike(name: str, tmp_path: Path) -> None:
    description = read(tmp_path, SAME_TABLE[name](), name)
    assert (description.family, description.data.title) == ("table", name.partition(".")[0])
    assert types(description) == {"x": "number", "n": "number", "kind": "category"}
    assert roles(description) == {"x": "input", "n": "input", "kind": "target"}
    arrays = rows(tmp_path, description)
    np.testing.assert_array_equal(arrays["x"].ravel(), [1.5, np.nan, 3.25, -4])
    assert arrays["n"].ravel().tolist() == [1, 2, 3, 5]
    assert arrays["kind"].tolist() == [0, 1, 0, 0]


def test_json_lines_with_other_keys_and_objects(tmp_path: Path) -> None:
    content = (
        b'{"a": {"b": 1, "c": "x y"}}\n\n{"a": {"b": 2.5}, "d": [1, 2], "e": true}\n{"f": 3}\n'
    )
    description = read(tmp_path, content, "t.ndjson")
    assert list(types(description)) == ["a.b", "a.c", "d", "e", "f"]
    arrays = rows(tmp_path, description)
    np.testing.assert_array_equal(arrays["a.b"].ravel(), [1, 2.5, np.nan])
    assert description.data.rows == 3


def test_a_note_says_what_lies_beside_the_rows_of_an_object(tmp_path: Path) -> None:
    content = b'{"version": 2, "features": [{"x": 1}, {"x": 2}], "bbox": [1, 2]}'
    (note,) = read(tmp_path, content, "t.json").notes
    assert note.message == "The rows are those under “features”. Not read: version and bbox."


def test_a_list_may_be_one_long_line(tmp_path: Path) -> None:
    content = json.dumps([{"text": "word " * 100_000, "n": n} for n in range(4)])
    answer = attempt(tmp_path, content, "t.json", Limits(line=1_000_000))
    assert isinstance(answer, Description)
    assert answer.data.rows == 4


def test_an_object_without_rows_is_one(tmp_path: Path) -> None:
    description = read(tmp_path, json.dumps({"x": 1, "list": [1, 2]}, indent=1), "t.json")
    assert description.data.rows == 1


LETTER = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("table.xls", b"\n<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        ("table.xls", b'<?xml version="1.0"?><Workbook/>', "XML"),
        ("iris.arff", b"% Iris\n\n@RELATION iris\n@ATTRIBUTE x NUMERIC\n", "ARFF"),
        ("rows.h5", b"\x89HDF\r\n\x1a\n" + bytes(50), "HDF5"),
        ("letter.odt", open_document({}, type=LETTER), "OpenDocument"),
        ("letter.docx", zipped({"word/document.xml": "", "word/media/1.png": picture()}), "Word"),
        ("rows.sqlite", b"SQLite format 3\0" + bytes(50), "SQLite"),
    ],
)
def test_other_formats_are_refused_by_name(
    name: str, content: bytes, format: str, tmp_path: Path
) -> None:
    problem = refused(tmp_path, content, name)
    assert (problem.code, problem.arguments["format"]) == ("file_of_format", format)
