"""Scripts read a table as Layerloom does: the same columns, numbers and classes."""

import bz2
import gzip
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from engine import templates
from engine.code import generate, targets
from engine.code.scripts.reading import reading
from engine.code.syntax.render import At, expression
from engine.code.syntax.tree import Call
from engine.data import tables
from engine.data.adopting import use_data
from engine.data.archives import unpack
from engine.data.catalogue import DataSets
from engine.data.description import Description, text_table
from engine.data.files.reading import as_data_sets
from engine.data.files.values import cleaned, numbers
from engine.data.tables import load_table
from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.data.files.archives import (
    cells,
    open_cells,
    open_document,
    tarred,
    workbook,
    zipped,
)
from tests.engine.data.files.reads import read, rows
from tests.engine.scripts import fed, run

IRIS = next(template.document for template in templates.load() if template.id == "iris")
PLAIN = "length,kind,words\n1.5,oak,a b c d\n-2,elm,e f g h\n3e2,oak,i j k l\n"
TABLES = {
    "plain": PLAIN,
    "decimal comma": "length;kind\n1,5;oak\n2.000,25;elm\n-3;oak\n,5;elm\n",
    "grouped": 'price,kind\n$1,oak\n"1,200.5",oak\n"2,000",elm\n7 %,elm\n',
    "missing": "length,kind\nNA,oak\n1,\n2,elm\n3,oak\n4,N/A\n-,elm\n",
    "short and empty rows": "length,kind\n1,oak\n,\n\n2\n3,elm\n4,oak\n5,elm\n",
    "spaces": " length , kind of  tree \n 1 , red oak\n2,elm \n3,red oak\n4,elm\n",
    "bars": "length|kind\n1|oak\n2|elm\n3|oak\n4|elm\n",
    "mark": "\ufefflength,kind\n1,Öl\n2,elm\n3,Öl\n4,elm\n",
}


def columns_of(description: Description) -> dict[str, str | list[str]]:
    """How a script reads each column."""
    kinds = {"float32": "number", "string": "text"}
    return {
        column.name: list(column.classes) or kinds[column.dtype]
        for column in description.data.columns
    }


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_a_script_reads_the_same_rows(content: str, tmp_path: Path) -> None:
    description = read(tmp_path, content)
    table = text_table(description, str(tmp_path / "source"))
    assert table is not None
    loaded = load_table(
        table.path, columns_of(description), table.delimiter, table.decimal, table.encoding
    )
    stored = rows(tmp_path, description)
    assert loaded.keys() == stored.keys()
    for name, values in stored.items():
        np.testing.assert_array_equal(loaded[name], values, name)
        assert loaded[name].dtype == values.dtype


def in_parquet(columns: dict[str, Any]) -> bytes:
    """A table as a Parquet file."""
    file = io.BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


STRAYS = ["inf", "1_000", "", "  7 ", "1e400", "-2.5e3", "$1,200"]
OTHER_FORMATS = {
    "t.jsonl": b'{"a": {"b": 1, "c": "x y"}, "kind": true}\r\n\n{"a": {"b": 2.5}, "kind": false}\n'
    b'{"kind": true, "list": [1, "\xc3\xa4"]}\n{"a": {"b": NaN, "c": null}}\n{"a": {"b": ""}}\n',
    "list.json": "\ufeff".encode() + b'[{"n": 1e3, "kind": "u"},\n{"kind": "v", "n": 1E-2}]',
    "utf-16.jsonl": '{"n": 7, "kind": "ä"}\n{"n": 8, "kind": "ö"}\n'.encode("utf-16"),
    "t.xlsx": workbook(
        {
            "No": "",
            "Two": cells([["a ", "kind of  tree"], [1.5, "ä x"], ["7 %", 2], ["", ""], [3, "ä x"]]),
        }
    ),
    "t.parquet": in_parquet(
        {
            "x": [1.5, None, math.inf, 0.1],
            "small": pl.Series([1.5, 0.1, None, 3e38], dtype=pl.Float32),
            "n": [1, None, 3, 2**40],
            "stray": STRAYS[:4],
            "bool": [True, None, True, False],
            "kind": ["oak", None, " elm", "oak"],
        }
    ),
}


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_a_script_reads_the_same_rows_of_other_formats(name: str, tmp_path: Path) -> None:
    number = {"type": "number"}
    columns = {"stray": number} if name == "t.parquet" else {}
    description = read(tmp_path, OTHER_FORMATS[name], name, columns=columns)
    assert_read_alike(description, tmp_path)


def assert_read_alike(description: Description, folder: Path) -> None:
    """A script reads the columns of a file as the app has read them."""
    table = text_table(description, str(folder / "source"))
    assert table is not None
    loaded = called(reading(table, description.data.columns, description.data))
    stored = rows(folder, description)
    assert loaded.keys() == stored.keys()
    for column, values in stored.items():
        np.testing.assert_array_equal(loaded[column], values, column)
        assert loaded[column].dtype == values.dtype


def called(call: Call) -> dict[str, np.ndarray]:
    """The value of a call in a script, of a function that scripts contain."""
    loaded: dict[str, np.ndarray] = eval(
        expression(call, At(targets.get("keras"))), dict(vars(tables)) | {"unpack": unpack}
    )
    return loaded


@pytest.mark.parametrize("cell", STRAYS)
def test_numbers_are_read_as_the_app_reads_them(cell: str) -> None:
    (expected,) = numbers(cleaned(pl.Series([cell])), ".")
    assert tables.read_number(cell, ".") == pytest.approx(
        math.nan if expected is None else expected, nan_ok=True
    )


PACKED: dict[str, tuple[bytes, str]] = {
    "t.zip": (zipped({"a/t.csv": PLAIN, "notes.txt": "x"}), "'a/t.csv'"),
    "t.tar.gz": (tarred({"t.csv": PLAIN}), "'t.csv'"),
    "t.csv.gz": (gzip.compress(PLAIN.encode()), ""),
    "t.csv.bz2": (bz2.compress(PLAIN.encode()), ""),
}


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_table_is_unpacked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, member = PACKED[name]
    description = read(tmp_path, content, name)
    (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    table = text_table(description, name)
    assert table is not None
    call = reading(table, description.data.columns, description.data)
    expected = f"unpack('{name}', {member})" if member else f"unpack('{name}')"
    assert f"load_table({expected}, " in expression(call, At(targets.get("keras")))
    loaded = called(call)
    for column, values in rows(tmp_path, description).items():
        np.testing.assert_array_equal(loaded[column], values, column)


def test_a_file_that_does_not_say_that_it_is_compressed_is_not_read(tmp_path: Path) -> None:
    content = gzip.compress(PLAIN.encode())
    assert text_table(read(tmp_path, content, "t.csv"), "t.csv") is None


BY_PLACE = {
    "without a header": ("1,2\n3,4\n5,6\n", 0),
    "a name twice": ("a,a,b\n1,2,3\n4,5,6\n", 1),
    "without a name": ("a,,b\n1,2,3\n4,5,6\n", 1),
    "a title": ("My trees of 2024\n\nlength;kind\n1,5;oak\n2,5;elm\n3,5;oak\n", 2),
    "two headers": ("size,,kind\ncm,kg,name\n1,2,oak\n3,4,elm\n5,6,oak\n", 2),
    "row names": ("length kind\n1 1.5 oak\n2 2.5 3\n3 3.5 4\n", 1),
    "spaces": ("  1   2.5\n\t3 4.5 \n", 0),
    "a delimiter at the end": ("a,b\n1,2,\n3,4,,\n5,6\n", None),
    "a first line that counts": ("3,2,a,b\n1,2,0\n3,4,1\n5,6,0\n", 1),
    "line ends of old Macs": ("a,b\r1,2\r3,4\r", None),
    "UTF-16 without a mark": ("a,b\n1,2\n3,4\n".encode("utf-16-le"), None),
}


@pytest.mark.parametrize(("content", "skip"), BY_PLACE.values(), ids=BY_PLACE)
def test_columns_without_names_are_read_by_their_places(
    content: str | bytes, skip: int | None, tmp_path: Path
) -> None:
    description = read(tmp_path, content)
    assert description.skip == skip
    assert_read_alike(description, tmp_path)
    again = read(tmp_path, content, **description.options.model_dump())
    assert again == description


def test_columns_that_are_not_needed_are_not_read_by_their_places(tmp_path: Path) -> None:
    description = read(tmp_path, "1,2\n3,4\n")
    table = text_table(description, str(tmp_path / "source"))
    assert table is not None
    loaded = called(reading(table, description.data.columns[1:], description.data))
    assert {name: values.ravel().tolist() for name, values in loaded.items()} == {
        "column 2": [2, 4]
    }


def test_a_sheet_with_titles_is_read_by_its_places(tmp_path: Path) -> None:
    rows = [["Trees 2024", "", ""], ["size", "", "kind"], ["cm", "kg", ""], [1, 2, "oak"]]
    content = workbook({"S": cells([*rows, [3, 4, "elm"], [5, 6, "oak"]])})
    description = read(tmp_path, content, "t.xlsx")
    assert [column.name for column in description.data.columns] == ["size cm", "size kg", "kind"]
    assert (description.skip, description.data.rows) == (3, 3)
    assert_read_alike(description, tmp_path)


Rows = list[list[Any]]


def in_text(rows: Rows) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def in_json(rows: Rows) -> bytes:
    header, *rest = rows
    return "\n".join(json.dumps(dict(zip(header, row, strict=True))) for row in rest).encode()


WRITERS: dict[str, Callable[[Rows], bytes]] = {
    "flowers.csv": in_text,
    "flowers.jsonl": in_json,
    "flowers.csv.gz": lambda rows: gzip.compress(in_text(rows)),
    "flowers.zip": lambda rows: zipped({"flowers.csv": in_text(rows)}),
    "flowers.xlsx": lambda rows: workbook({"Flowers": cells(rows)}),
    "flowers.ods": lambda rows: open_document({"Flowers": open_cells(rows)}),
    "flowers.parquet": lambda rows: in_parquet(
        {name: column for name, *column in zip(*rows, strict=True)}
    ),
}


def flowers(folder: Path, name: str = "flowers.csv") -> tuple[Document, DataSets]:
    """The model of irises on a table of its own, with the table as its data set."""
    generator = np.random.default_rng(0)
    table: Rows = [["a", "b", "c", "d", "species"]]
    for row in range(120):
        values = generator.normal(row % 3, 0.3, 4).round(3).tolist()
        table.append([*values, ["setosa", "versicolor", "other"][row % 3]])
    content = WRITERS[name](table)
    (folder / name).write_bytes(content)
    description = read(folder, content, name)
    sets = as_data_sets(description, folder / "read")
    readable = text_table(description, name)
    assert readable is not None
    return use_data(IRIS, description.data), sets.model_copy(
        update={"tables": {description.data.id: readable}}
    )


LOADERS = {
    "flowers.csv.gz": ('load_table(\n        unpack("flowers.csv.gz"),', []),
    "flowers.zip": ('load_table(\n        unpack("flowers.zip", "flowers.csv"),', []),
    "flowers.jsonl": ('load_json(\n        "flowers.jsonl",', []),
    "flowers.xlsx": (
        'load_sheet(\n        "flowers.xlsx",\n        "Flowers",',
        ["python-calamine"],
    ),
    "flowers.ods": (
        'load_sheet(\n        "flowers.ods",\n        "Flowers",',
        ["python-calamine"],
    ),
    "flowers.parquet": ('load_parquet(\n        "flowers.parquet",', ["polars"]),
}


def test_scripts_train_alike_on_the_same_table_in_each_format(tmp_path: Path) -> None:
    digests = set()
    for name in WRITERS:
        folder = tmp_path / name
        folder.mkdir()
        document, sets = flowers(folder, name)
        training = document.training.model_copy(update={"epochs": 2})
        generated = generate(
            document.model_copy(update={"training": training}), "script", data=sets
        )
        if name in LOADERS:
            call, packages = LOADERS[name]
            assert call in generated.source
            assert [*generated.packages[2:]] == packages
            back = from_python(generated.source, sets)
            assert isinstance(back, Imported)
            assert back.document.training.data == "flowers"
        digests.add(fed(generated.source, folder))
    assert len(digests) == 1
    assert "Evaluation" in run(generated.source, folder)


def test_the_script_reads_the_table_beside_it(tmp_path: Path) -> None:
    document, sets = flowers(tmp_path)
    training = document.training.model_copy(update={"epochs": 12})
    document = document.model_copy(update={"training": training})
    source = generate(document, "script", data=sets).source
    assert 'load_table(\n        "flowers.csv",' in source
    assert '"a": "number"' in source
    assert '"species": ["other", "setosa", "versicolor"]' in source
    assert ".npz" not in source
    assert "accuracy" in run(source, tmp_path)
    read_back = from_python(source, sets)
    assert isinstance(read_back, Imported)
    assert generate(read_back.document, "script", data=sets).source == source


def test_scripts_read_columns_of_dates(tmp_path: Path) -> None:
    content = "day,size\n" + "".join(f"2026-01-{day:02},{day % 5}.5\n" for day in range(1, 29))
    description = read(tmp_path, content, "days.csv", columns={"day": {"role": "input"}})
    table = text_table(description, "days.csv")
    assert table is not None
    sets = as_data_sets(description, tmp_path / "read")
    sets = sets.model_copy(update={"tables": {description.data.id: table}})
    source = generate(use_data(IRIS, description.data), "script", data=sets).source
    assert '"day": "%Y-%m-%d"' in source
    assert_read_alike(description, tmp_path)
