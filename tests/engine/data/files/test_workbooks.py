"""Workbooks of Excel and OpenDocument: sheets, dates and merged cells."""

from pathlib import Path

import numpy as np

from engine.data.tables import load_open_sheet
from tests.engine.data.files.archives import (
    cells,
    open_cell,
    open_cells,
    open_document,
    workbook,
)
from tests.engine.data.files.reads import codes, read, rows, types


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


def test_open_document_knows_dates_repeated_rows_and_cells(tmp_path: Path) -> None:
    cell = "<table:table-cell office:value-type="
    date = f'{cell}"date" office:date-value="2024-01-02"><text:p>2.1.</text:p></table:table-cell>'
    share = f'{cell}"percentage" office:value="0.5"/>'
    twice = open_cell(7, 'table:number-columns-repeated="2"')
    empty = '<table:table-cell table:number-columns-repeated="1024"/>'
    rows_of = (
        open_cells([["day", "share", "a", "b"]])
        + f'<table:table-row table:number-rows-repeated="3">{date}{share}{twice}{empty}'
        + "</table:table-row>"
        + f'<table:table-row table:number-rows-repeated="1048000">{empty}</table:table-row>'
    )
    description = read(tmp_path, open_document({"S": rows_of, "T": ""}), "t.ods")
    assert types(description)["day"] == "date"
    assert codes(description)[0] == "sheets_left_out"
    arrays = rows(tmp_path, description)
    assert {name: values.ravel().tolist() for name, values in arrays.items()} == {
        "day": [19724] * 3, "share": [0.5] * 3, "a": [7] * 3, "b": [7] * 3,
    }  # fmt: skip


def open_row(*cells: str, attributes: str = "") -> str:
    """The XML of a row of an .ods file."""
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def across(rows: int, columns: int = 1) -> str:
    """The attributes of a cell that is merged with others."""
    return f'table:number-rows-spanned="{rows}" table:number-columns-spanned="{columns}"'


def test_merged_cells_of_open_document_have_their_value_in_every_row(tmp_path: Path) -> None:
    covered, empty = "<table:covered-table-cell/>", open_cell("")
    xml = (
        open_row(empty, attributes='table:number-rows-repeated="2"')
        + open_row(empty, open_cell("kind"), open_cell("soil"), open_cell("size"))
        + open_row(empty, open_cell("oak", across(3)), open_cell("wet", across(2)), open_cell(1))
        + open_row(empty, covered, covered, open_cell(2))
        + open_row(empty, covered, open_cell("dry"), open_cell(3))
        + open_row(empty, open_cell("elm"), empty, open_cell(4))
    )
    sheets = {"S": xml, "T": open_cells([["kind"], ["elm"], ["oak"]])}
    description = read(tmp_path, open_document(sheets), "t.ods")
    assert types(description)["size"] == "number"
    arrays = rows(tmp_path, description)
    kinds, soils = (description.data.columns[at].classes for at in (0, 1))
    assert [kinds[at] for at in arrays["kind"]] == ["oak", "oak", "oak", "elm"]
    assert [soils[at] for at in arrays["soil"]] == ["wet", "wet", "dry", "(missing)"]
    assert description.table == "opendocument"
    columns = {"kind": [*kinds], "soil": [*soils], "size": "number"}
    path = tmp_path / "t.ods"
    path.write_bytes(open_document(sheets))
    script = load_open_sheet(str(path), "S", columns)
    for name in columns:
        np.testing.assert_array_equal(script[name], arrays[name])
    other = read(tmp_path, open_document(sheets), "t.ods", sheet="T")
    assert other.table == "excel"
