"""Workbooks: sheets, dates and merged cells."""

from pathlib import Path

import numpy as np

from tests.engine.data.files.archives import (
    cells,
    workbook,
)
from tests.engine.data.files.reads import read, rows, types


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
