"""Reads a table in text; copied into generated training scripts unchanged.

Cells are read as engine.data.files reads them; a test compares the two.
"""

import csv
import re
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np


def load_table(
    path: str,
    columns: dict[str, str | list[str] | tuple[str, list[str]]],
    delimiter: str = ",",
    decimal: str = ".",
    encoding: str = "utf-8-sig",
) -> dict[str, np.ndarray]:
    """Load columns of a table by name: as "number", as "text", as class numbers, or as labels."""
    with Path(path).open(encoding=encoding, newline="") as file:
        header, *rows = (row for row in csv.reader(file, delimiter=delimiter) if any(row))
    names = [" ".join(name.split()) for name in header]
    cells = dict(zip(names, zip_longest(*rows, fillvalue=""), strict=True))
    return {name: read_cells(cells[name], kind, decimal) for name, kind in columns.items()}


def read_cells(
    cells: Sequence[str], kind: str | list[str] | tuple[str, list[str]], decimal: str
) -> np.ndarray:
    """Convert the cells of a column; `kind` may be its classes, or a separator and its labels."""
    if isinstance(kind, tuple):
        return read_labels(cells, *kind)
    if kind == "text":
        return np.array(cells, dtype=object)
    if kind == "number":
        return np.array([[read_number(cell, decimal)] for cell in cells], dtype="float32")
    missing = ["", "?", "-", "--", ".", "NA", "na", "Na", "N/A", "n/a", "#N/A", "#NA"]
    missing += ["NaN", "nan", "NAN", "<NA>", "NULL", "null", "Null", "None"]
    words = [" ".join(cell.split()) for cell in cells]
    known = ["(missing)" if word in missing else word for word in words]
    numbers = {name: number for number, name in enumerate(kind)}
    return np.array([numbers[word] for word in known], dtype="int64")


def read_labels(cells: Sequence[str], separator: str, labels: list[str]) -> np.ndarray:
    """Return 1 for each label that a cell names, and 0 for the others."""
    rows = [{" ".join(word.split()) for word in cell.split(separator)} for cell in cells]
    return np.array([[label in row for label in labels] for row in rows], dtype="uint8")


def read_number(cell: str, decimal: str) -> float:
    """Read a number, perhaps with groups of digits or a unit; NaN for other text."""
    bare = re.sub(r"^[$€£¥]\s*|\s*[%€$£¥]$", "", cell.strip()).replace("−", "-")
    mark = r"[, '’\u00a0\u202f]" if decimal == "." else r"[. '’\u00a0\u202f]"
    grouped = rf"[+-]?\d{{1,3}}({mark}\d{{3}})+([{decimal}]\d*)?"
    if re.fullmatch(grouped, bare):
        bare = re.sub(mark, "", bare)
    if decimal == ",":
        bare = bare.translate(str.maketrans(".,", ",."))
    try:
        return float(bare)
    except ValueError:
        return float("nan")
