"""Every format that is not text with delimiters."""

import bz2
import gzip
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from engine.data.description import Description, Windows
from engine.data.files.archive import Archive, Member
from engine.data.files.limits import Limits
from tests.engine.data.files.archives import (
    cells,
    npy,
    npz,
    picture,
    tarred,
    workbook,
    zipped,
)
from tests.engine.data.files.reads import Arrays, attempt, codes, read, refused, roles, rows, types

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


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("table.xls", b"\n<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        ("table.xls", b'<?xml version="1.0"?><Workbook/>', "XML"),
        ("iris.arff", b"% Iris\n\n@RELATION iris\n@ATTRIBUTE x NUMERIC\n", "ARFF"),
        ("rows.h5", b"\x89HDF\r\n\x1a\n" + bytes(50), "HDF5"),
        ("rows.sqlite", b"SQLite format 3\0" + bytes(50), "SQLite"),
    ],
)
def test_other_formats_are_refused_by_name(
    name: str, content: bytes, format: str, tmp_path: Path
) -> None:
    problem = refused(tmp_path, content, name)
    assert (problem.code, problem.arguments["format"]) == ("file_of_format", format)


def test_parquet_keeps_types(tmp_path: Path) -> None:
    moments = [datetime(2024, 1, 1, 12), datetime(1969, 12, 31), None]
    frame = pl.DataFrame(
        {"when": moments, "day": pl.Series(moments).cast(pl.Date), "bytes": [b"1", b"2", b"3"]}
    )
    description = read(tmp_path, in_parquet(frame), "t.parquet")
    assert types(description) == {"when": "date", "day": "date"}
    assert codes(description)[0] == "column_left_out"
    arrays = rows(tmp_path, description)
    np.testing.assert_allclose(arrays["when"].ravel(), [19723.5, -1, np.nan])
    np.testing.assert_allclose(arrays["day"].ravel(), [19723, -1, np.nan])


def test_parquet_with_columns_in_columns_is_read_as_json_is(tmp_path: Path) -> None:
    table = [
        {"at": {"x": 1.5, "of": {"kind": "oak"}}, "tags": ["a", "b"], "n": 1},
        {"at": {"x": None, "of": {"kind": "elm"}}, "tags": ["b"], "n": 3},
        {"at": None, "tags": [], "n": 2},
        {"at": {"x": 2.0, "of": None}, "tags": ["a"], "n": 5},
    ] * 3
    frame = pl.DataFrame(table).with_columns(
        pl.lit(pl.Series([b"1"] * 12)).alias("at.bytes"),
        pl.Series("took", [1500, None, 0, 2] * 3, dtype=pl.Duration("ms")),
    )
    content = in_parquet(frame)
    description = read(tmp_path, content, "t.parquet")
    assert types(description) == {
        "at.x": "number", "at.of.kind": "category", "tags": "labels", "n": "number",
        "took": "number",
    }  # fmt: skip
    assert codes(description)[0] == "column_left_out"
    assert description.table is None
    arrays = rows(tmp_path, description)
    (tmp_path / "json").mkdir()
    lines = "\n".join(json.dumps(row) for row in table)
    number = {"n": {"type": "number"}}
    other = rows(tmp_path / "json", read(tmp_path / "json", lines, "t.jsonl", columns=number))
    took = arrays.pop("took").ravel()
    np.testing.assert_allclose(took, [1.5, np.nan, 0, 0.002] * 3)
    assert [*arrays] == [*other]
    for name, values in other.items():
        np.testing.assert_array_equal(arrays[name], values, name)


def in_parquet(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.write_parquet(file)
    return file.getvalue()


def test_excel_chooses_sheets_and_knows_dates(tmp_path: Path) -> None:
    dates = '<row r="1"><c r="A1" s="1"><v>45292</v></c><c r="B1" t="b"><v>1</v></c></row>'
    book = workbook({"First": cells([["a"], [1]]), "Dates": dates})
    first = read(tmp_path, book, "b.xlsx")
    assert types(first) == {"a": "number"}
    assert [note.arguments for note in first.notes if note.code == "sheets_left_out"] == [
        {"sheet": "First", "sheets": ["First", "Dates"]}
    ]
    description = read(tmp_path, book, "b.xlsx", sheet="Dates")
    assert (description.options.sheet, description.options.header) == ("Dates", False)
    assert rows(tmp_path, description)["column 1"].tolist() == [[19723]]


def test_merged_cells_have_their_value_in_every_row(tmp_path: Path) -> None:
    table = [["Trees", "", ""], ["kind", "size", ""], ["", "cm", "kg"], ["oak", 1, 5], ["", 2, 6],
             ["", "", ""], ["", 3, ""], ["elm", 4, 8], ["", 5, 9]]  # fmt: skip
    merged = ["A1:C1", "A2:A3", "B2:C2", "A4:A7", "A8:A9", "C6:C7"]
    ranges = "".join(f'<mergeCell ref="{place}"/>' for place in merged)
    sheet = f"{cells(table)}</sheetData><mergeCells>{ranges}</mergeCells><sheetData>"
    description = read(tmp_path, workbook({"S": sheet}), "t.xlsx")
    assert types(description) == {"kind": "category", "size cm": "number", "size kg": "number"}
    arrays = rows(tmp_path, description)
    kinds = description.data.columns[0].classes
    assert [kinds[at] for at in arrays["kind"]] == ["oak", "oak", "oak", "elm", "elm"]
    np.testing.assert_array_equal(arrays["size kg"].ravel(), [5, 6, np.nan, 8, 9])


def test_arrays(tmp_path: Path) -> None:
    images = np.arange(5 * 4 * 4, dtype="uint8").reshape(5, 4, 4)
    content = npz(
        x=np.asfortranarray(np.arange(10, dtype="float64").reshape(5, 2)),
        image=images,
        y=np.array([0, 2, 1, 2, 0]),
        name=np.array(["one", "two", "three", "four", "ü"]),
        when=np.array(["2020-01-02"] * 4 + ["NaT"], "datetime64[D]"),
        more=np.zeros((3, 2)),
    )
    description = read(tmp_path, content, "a.npz")
    assert types(description) == {
        "x": "array",
        "image": "image",
        "y": "category",
        "when": "date",
        "name": "text",
    }
    assert roles(description)["y"] == "target"
    assert description.data.column("y").classes == ("0", "1", "2")  # type: ignore[union-attr]
    assert codes(description) == ["array_left_out"]
    arrays = rows(tmp_path, description)
    assert arrays["x"].dtype == "float32"
    assert arrays["x"].tolist() == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]
    np.testing.assert_array_equal(arrays["image"], images)
    assert isinstance(arrays["image"], np.memmap)
    assert arrays["name"].tolist() == ["one", "two", "three", "four", "ü"]
    np.testing.assert_array_equal(arrays["when"].ravel(), [18263.0] * 4 + [np.nan])


def test_a_single_array(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
    description = read(tmp_path, npy(values), "values.npy")
    (column,) = description.columns
    assert (column.name, column.type, column.role) == ("values", "array", "input")
    np.testing.assert_array_equal(rows(tmp_path, description)["values"], values)


def images(folder: Path, description: Description) -> Arrays:
    assert description.family == "images"
    return rows(folder, description)


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_images_in_class_folders(pack: Any, tmp_path: Path) -> None:
    members = {
        "set/cat/1.png": picture(value=10),
        "set/dog/2.jpg": picture(value=200, format="JPEG"),
        "set/cat/3.gif": picture(8, 12, value=30),
        "set/.DS_Store": b"",
        "__MACOSX/set/cat/._1.png": b"",
    }
    description = read(tmp_path, pack(members), "pets.zip")
    image, label = description.data.columns
    assert (image.shape, image.dtype, label.classes) == ((4, 6, 3), "uint8", ("cat", "dog"))
    assert description.options.size == (4, 6)
    assert description.options.colour is True
    arrays = images(tmp_path, description)
    assert isinstance(arrays["image"], np.memmap)
    assert arrays["class"].tolist() == [0, 1, 0]
    means = arrays["image"].reshape(3, -1).mean(axis=1)
    np.testing.assert_allclose(means, [10, 200, 30], atol=2)
    (_, classes) = description.columns
    assert classes.counts == (2, 1)


@pytest.mark.parametrize(("mode", "value"), [("L", 77), ("I;16", 77 * 256)])
def test_grey_images(mode: str, value: int, tmp_path: Path) -> None:
    content = zipped({"a/1.png": picture(value=value, mode=mode)})
    arrays = images(tmp_path, read(tmp_path, content, "a.zip"))
    assert arrays["image"].tolist() == [[[[77]] * 6] * 4]
    assert list(arrays) == ["image"]


def test_the_size_and_colour_of_images(tmp_path: Path) -> None:
    content = zipped({"1.png": picture(512, 1024, 50), "2.png": picture(5, 5, 50, "L")})
    description = read(tmp_path, content, "a.zip")
    assert images(tmp_path, description)["image"].shape == (2, 128, 256, 3)
    chosen = read(tmp_path, content, "a.zip", size=(3, 2), colour=False)
    assert images(tmp_path, chosen)["image"].tolist() == [[[[50], [50]]] * 3] * 2


def test_each_image_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for a few, from which the form of all is guessed."""
    read_members: list[str] = []
    read_member = Archive.read

    def record(archive: Archive, member: Member, limit: int) -> bytes:
        read_members.append(member.name)
        return read_member(archive, member, limit)

    monkeypatch.setattr(Archive, "read", record)
    content = zipped({f"{number:03}.png": picture(value=number) for number in range(96)})
    description = read(tmp_path, content, "a.zip")
    assert images(tmp_path, description)["image"][:, 0, 0, 0].tolist() == list(range(96))
    assert len(read_members) == 96 + 16


def test_a_few_images_mislead(tmp_path: Path) -> None:
    """The size and the colour are those of most images, whatever the first looks said."""
    members = {
        f"{number:03}.png": picture(8, 8, mode="L") if number % 6 == 0 else picture(value=number)
        for number in range(96)
    }
    description = read(tmp_path, zipped(members), "a.zip")
    assert (description.options.size, description.options.colour) == ((4, 6), True)
    stored = images(tmp_path, description)["image"]
    assert stored.shape == (96, 4, 6, 3)
    assert stored[:3, 0, 0, 0].tolist() == [100, 1, 2]


def test_images_with_a_table_of_labels(tmp_path: Path) -> None:
    members = {f"images/{index}.png": picture(value=index) for index in range(4)}
    table = "file,label\n3,ship\n0,car\n1,ship\n2,car\n"
    description = read(tmp_path, zipped({"labels.csv": table} | members), "a.zip")
    arrays = images(tmp_path, description)
    assert arrays["label"].tolist() == [0, 1, 0, 1]
    assert description.data.columns[1].classes == ("car", "ship")
    assert description.archive is not None


def test_images_with_a_table_of_other_columns(tmp_path: Path) -> None:
    members = {f"images/{index}.png": picture(value=index) for index in range(40)}
    rows = [
        f"{index}.png;{index},5;{'town' if index % 3 else ''};2026-01-{index % 28 + 1:02};"
        f"{index % 2};{'train' if index % 4 else 'test'};a photo of the number {index} there"
        for index in reversed(range(40))
    ]
    table = "\n".join(["photo;size;place;day;image;split;words", *rows])
    content = zipped({"about.csv": table} | members)
    description = read(tmp_path, content, "a.zip")
    assert types(description) == {
        "image": "image", "size": "number", "place": "category", "day": "date",
        "image 2": "category", "split": "category", "words": "text",
    }  # fmt: skip
    assert roles(description)["image 2"] == "target"
    assert description.data.division.column == "split"
    arrays = images(tmp_path, description)
    assert arrays["image"][:, 0, 0, 0].tolist() == [*range(40)]
    assert arrays["size"].ravel().tolist() == [index + 0.5 for index in range(40)]
    assert arrays["words"][7] == "a photo of the number 7 there"
    columns = {"size": {"role": "target"}, "image 2": {"type": "number", "role": "input"}}
    chosen = read(tmp_path, content, "a.zip", columns=columns)
    assert (chosen.data.task, types(chosen)["image 2"]) == ("regression", "number")


def test_images_with_a_number_are_a_regression(tmp_path: Path) -> None:
    members = {f"{index}.png": picture(value=index) for index in range(30)}
    table = "file,age\n" + "".join(f"{index}.png,{index * 7 % 30}.5\n" for index in range(30))
    description = read(tmp_path, zipped({"ages.csv": table} | members), "faces.zip")
    assert (description.data.task, roles(description)["age"]) == ("regression", "target")


def test_a_table_of_two_is_used_and_others_are_named(tmp_path: Path) -> None:
    members = {f"{index}.png": picture(value=index) for index in range(2)}

    def described(table: str) -> Description:
        return read(tmp_path, zipped({"labels.csv": table} | members), "a.zip")

    used = described("file,label\n0.png,cat\n1.png,dog\n")
    assert (used.data.columns[1].classes, codes(used)) == (("cat", "dog"), [])
    again = described("file,label\n0.png,cat\n1.png,dog\n0.png,dog\n1.png,cat\n")
    assert codes(again) == ["images_named_again"]
    assert images(tmp_path, again)["label"].tolist() == [1, 0]
    assert codes(described("file,label\n0.png,cat\n2.png,cat\n")) == ["table_of_images_left_out"]


def test_damaged_images_are_left_out(tmp_path: Path) -> None:
    whole = picture(40, 40)
    members = {"a/1.png": whole, "b/2.png": whole[:60], "b/3.png": b"no", "b/4.png": whole}
    description = read(tmp_path, zipped(members), "a.zip")
    assert codes(description) == ["images_damaged"]
    assert description.notes[0].arguments == {"count": 2, "member": "b/2.png"}
    assert images(tmp_path, description)["class"].tolist() == [0, 1]


def test_texts_in_class_folders(tmp_path: Path) -> None:
    members = {"pos/1.txt": "good ü", "neg/2.txt": "schl\xe4cht".encode("latin-1"), "pos/3.txt": ""}
    description = read(tmp_path, zipped(members), "reviews.zip")
    assert description.family == "texts"
    arrays = rows(tmp_path, description)
    assert arrays["text"].tolist() == ["good ü", "schlächt", ""]
    assert arrays["class"].tolist() == [1, 0, 1]


def test_a_plain_text_is_read_by_lines(tmp_path: Path) -> None:
    description = read(tmp_path, "One day, it began.\r\n\r\nThen, 3 others, too.\n", "story.txt")
    assert (description.family, description.options.encoding) == ("texts", "utf-8")
    assert rows(tmp_path, description)["text"].tolist() == [
        "One day, it began.",
        "Then, 3 others, too.",
    ]
    assert types(read(tmp_path, "a\tb\n1\t2\n", "table.txt")) == {"a": "number", "b": "number"}


def test_a_long_text_is_continued_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    poem = "One day, it began.\nThen, three others, too.\n" * 5
    description = read(tmp_path, poem, "story.txt")
    assert (description.data.task, codes(description)) == ("forecast", ["text_is_continued"])
    assert description.options.windows == Windows(past=40, future=1, step=3)
    lines = read(tmp_path, poem, "story.txt", windows=None)
    assert (lines.data.rows, [column.name for column in lines.columns]) == (10, ["text"])
    again = read(tmp_path, poem, "story.txt", **lines.options.model_dump())
    assert again == lines


def test_whole_numbers_for_each_step_are_classes_if_somebody_says_so(tmp_path: Path) -> None:
    x, y = np.arange(24).reshape(4, 6) % 5, np.arange(16, dtype="uint8").reshape(4, 2, 2) % 3
    plain = read(tmp_path, npz(x=x, y=y), "a.npz")
    assert [column.classes for column in plain.data.columns] == [(), ()]
    wanted = {"x": {"type": "category"}, "y": {"type": "mask", "role": "target"}}
    description = read(tmp_path, npz(x=x, y=y), "a.npz", columns=wanted)
    assert [column.shape for column in description.data.columns] == [(6,), (2, 2)]
    assert [len(column.classes) for column in description.data.columns] == [5, 3]
    assert description.data.task == "segmentation"
    loaded = rows(tmp_path, description)
    np.testing.assert_array_equal(loaded["x"], x)
    np.testing.assert_array_equal(loaded["y"], y)
    assert sum(description.columns[0].counts) == 24
    for number, values in enumerate((x - 1, x * 1_000, x / 2)):
        folder = tmp_path / str(number)
        folder.mkdir()
        wrong = refused(folder, npz(x=values), "a.npz", columns={"x": wanted["x"]})
        assert wrong.code == "column_of_other_type"
