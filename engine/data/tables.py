"""Reads a table in text, Parquet, JSON or a workbook; copied into training scripts unchanged.

Cells are read as engine.data.files reads them, which turns the values of Excel and JSON into text
with the same functions; tests compare the two.
"""

import csv
import datetime as dt
import json
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import polars as pl
from python_calamine import CalamineSheet, CalamineWorkbook


def load_table(
    path: str,
    columns: dict[str, str | list[str] | tuple[str, list[str]] | None],
    delimiter: str = ",",
    decimal: str = ".",
    encoding: str = "utf-8-sig",
    skip: int | None = None,
) -> dict[str, np.ndarray]:
    """Load columns of a table by name: as "number", as "text", as class numbers, or as labels.

    The first row has the names, unless so many rows are to be skipped: then `columns` names all
    columns in their order, with None for those that are not needed.
    """
    with Path(path).open(encoding=encoding, newline="") as file:
        rows = [row for row in rows_of(file, delimiter) if any(row)]
    return read_columns(rows, columns, decimal, skip)


def load_sheet(
    path: str,
    sheet: str,
    columns: dict[str, str | list[str] | tuple[str, list[str]] | None],
    skip: int | None = None,
) -> dict[str, np.ndarray]:
    """Load columns of a sheet of a workbook, as `load_table` would read them."""
    opened = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet)
    header = 1 if skip is None else skip
    return read_columns([*sheet_rows(opened, header)], columns, ".", skip)


def load_open_sheet(
    path: str,
    sheet: str,
    columns: dict[str, str | list[str] | tuple[str, list[str]] | None],
    skip: int | None = None,
) -> dict[str, np.ndarray]:
    """Load columns of a sheet of OpenDocument that has merged cells, as `load_sheet` would."""
    opened = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet)
    rows = sheet_rows(opened, 1 if skip is None else skip, merged_cells(path, sheet))
    return read_columns([*rows], columns, ".", skip)


def load_parquet(
    path: str, columns: dict[str, str | list[str] | tuple[str, list[str]]]
) -> dict[str, np.ndarray]:
    """Load columns of a Parquet file, as `load_table` would; “a.b” is column b in a."""
    table = pl.scan_parquet(path, glob=False)
    found = [
        column
        for name, dtype in table.collect_schema().items()
        for column in inner_columns(name, dtype, pl.col(name))
    ]
    cells = [
        cell_text(dtype, values).alias(name) for name, dtype, values in found if name in columns
    ]
    texts = table.select(cells).collect().fill_null("")
    return {name: read_cells(texts[name].to_list(), kind, ".") for name, kind in columns.items()}


def inner_columns(name: str, dtype: Any, values: pl.Expr) -> Iterator[tuple[str, Any, pl.Expr]]:
    """Yield the columns in a column of Parquet by name, with their types; itself if it has none."""
    if not isinstance(dtype, pl.Struct):
        yield name, dtype, values
        return
    for inner in dtype.fields:
        field = values.struct.field(inner.name)
        yield from inner_columns(f"{name}.{inner.name}", inner.dtype, field)


def cell_text(dtype: Any, values: pl.Expr) -> pl.Expr:
    """Return the cells of a column as text: lists as JSON, times in seconds."""
    if dtype.is_nested():
        encoded = pl.struct(values.alias("")).struct.json_encode()  # {"":…}
        return pl.when(values.is_not_null()).then(encoded.str.slice(4).str.head(-1))
    if dtype == pl.Duration:
        return (values.dt.total_microseconds() / 1e6).cast(pl.String)
    return values.cast(pl.String)


def load_json(
    path: str,
    columns: dict[str, str | list[str] | tuple[str, list[str]] | None],
    encoding: str = "utf-8-sig",
) -> dict[str, np.ndarray]:
    """Load columns of JSON lines, or of a table in JSON, as `load_table` would read them."""
    text = Path(path).read_text(encoding)
    try:
        values = [*json_rows(json.loads(text))]
    except json.JSONDecodeError:
        values = [json.loads(line) for line in text.split("\n") if line.strip()]
    objects = [flat_texts(value) for value in values]
    rows = [[row.get(name, "") for name in columns] for row in objects if any(row.values())]
    return read_columns(rows, columns, ".", 0)


def rows_of(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Split lines into cells, at a delimiter or at any number of spaces and tabs."""
    if delimiter != " ":
        return csv.reader(lines, delimiter=delimiter)
    bare = (line.strip().replace("\t", " ") for line in lines)
    return csv.reader(bare, delimiter=" ", skipinitialspace=True)


def read_columns(
    rows: Sequence[Sequence[str]],
    columns: dict[str, str | list[str] | tuple[str, list[str]] | None],
    decimal: str,
    skip: int | None,
) -> dict[str, np.ndarray]:
    """Convert the columns of a table of cells, named in the first row unless rows are skipped."""
    names = [*columns] if skip is not None else [" ".join(name.split()) for name in rows[0]]
    values = zip_longest(*rows[1 if skip is None else skip :], fillvalue="")
    cells = dict(zip(names, values, strict=False))
    wanted = {name: kind for name, kind in columns.items() if kind}
    return {name: read_cells(cells[name], kind, decimal) for name, kind in wanted.items()}


def sheet_rows(
    sheet: CalamineSheet,
    header: int,
    merged_ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]] = (),
) -> Iterator[list[str]]:
    """Yield the rows of a sheet that have a value.

    Below so many rows, the value of merged cells is in each of their rows. In OpenDocument, the
    library does not know their ranges: first row and column, last row and column.
    """
    left = sheet.start[1] if sheet.start else 0
    ends: dict[int, dict[int, int]] = {}
    for (top, column), (bottom, _) in merged_ranges or sheet.merged_cell_ranges or ():
        if 0 <= column - left < sheet.width:
            ends.setdefault(top, {})[column - left] = bottom
    merged: dict[int, tuple[str, int]] = {}
    for number, values in enumerate(sheet.iter_rows()):
        row = [sheet_text(value) for value in values]
        if not any(row):
            continue
        header -= 1
        if header < 0:
            merged = {column: known for column, known in merged.items() if known[1] >= number}
            for column, (text, _) in merged.items():
                row[column] = row[column] or text
            merged |= {column: (row[column], end) for column, end in ends.get(number, {}).items()}
        yield row


def merged_cells(path: str | Path, sheet: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the ranges of cells of an OpenDocument sheet that are merged across rows.

    Each is its first row and column, and its last row and column, counted from 0.
    """
    ranges: list[tuple[tuple[int, int], tuple[int, int]]] = []
    inside, row, below, column = False, 0, 0, 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal inside, row, below, column
        if name == "table:table":
            inside, below = attributes.get("table:name") == sheet, 0
        elif name == "table:table-row":
            row, column = below, 0
            below += int(attributes.get("table:number-rows-repeated", "1"))
        elif inside and name in ("table:table-cell", "table:covered-table-cell"):
            rows = int(attributes.get("table:number-rows-spanned", "1"))
            columns = int(attributes.get("table:number-columns-spanned", "1"))
            if rows > 1:
                ranges.append(((row, column), (row + rows - 1, column + columns - 1)))
            column += int(attributes.get("table:number-columns-repeated", "1"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as file:
        parser.ParseFile(file)
    return ranges


def sheet_text(value: Any) -> str:
    """Return a cell of a sheet as text; a whole number has no point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, dt.timedelta):
        return repr(value.total_seconds())
    return str(value)


def json_rows(value: Any) -> Iterator[Any]:
    """Yield the rows of a table in JSON: a list of them, or an object that has them.

    Which are those under a name, `columns` beside `data`, or the values of each column. An object
    of another kind is a row.
    """
    if not isinstance(value, dict):
        yield from value if isinstance(value, list) else [value]
        return
    under, names = name_of_rows(value), value.get("columns")
    items = [[*item.values()] if isinstance(item, dict) else item for item in value.values()]
    keys = {tuple(item) for item in value.values() if isinstance(item, dict)}
    lengths = {len(item) if isinstance(item, list) else 1 for item in items}
    if under and isinstance(names, list) and isinstance(value[under][0], list):
        yield from (dict(zip(map(str, names), row, strict=False)) for row in value[under])
    elif under:
        yield from value[under]
    elif len(keys) > 1 or len(lengths) != 1 or lengths == {1}:
        yield value
    else:
        yield from (dict(zip(value, row, strict=True)) for row in zip(*items, strict=True))


def name_of_rows(value: dict[str, Any]) -> str | None:
    """Return the name of the rows in an object: of its only list of objects, or of “data”."""
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        return "data" if value["data"] else None
    lists = {name: item for name, item in value.items() if item and isinstance(item, list)}
    named = [name for name, item in lists.items() if all(isinstance(row, dict) for row in item)]
    return named[0] if len(named) == 1 else None


def flat_texts(value: dict[str, Any], prefix: str = "", levels: int = 4) -> dict[str, str]:
    """Return the values of a JSON object as text; `outer.inner` names those of objects in it."""
    texts: dict[str, str] = {}
    for key, item in value.items():
        if isinstance(item, dict) and levels:
            texts |= flat_texts(item, f"{prefix}{key}.", levels - 1)
        elif item is None or isinstance(item, str):
            texts[prefix + key] = item or ""
        elif isinstance(item, bool):
            texts[prefix + key] = "true" if item else "false"
        elif isinstance(item, int | float):
            texts[prefix + key] = repr(item)
        else:
            texts[prefix + key] = json.dumps(item, ensure_ascii=False)
    return texts


def read_cells(
    cells: Sequence[str], kind: str | list[str] | tuple[str, list[str]], decimal: str
) -> np.ndarray:
    """Convert the cells of a column.

    `kind` may be its classes, a separator and its labels, or the format of its dates.
    """
    if isinstance(kind, tuple):
        return read_labels(cells, *kind)
    if isinstance(kind, str) and "%" in kind:
        return np.array([[read_days(cell, kind)] for cell in cells], dtype="float64")
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
    found = [cell.split(separator) if separator != "json" else json_words(cell) for cell in cells]
    rows = [{" ".join(word.split()) for word in words} for words in found]
    return np.array([[label in row for label in labels] for row in rows], dtype="uint8")


def json_words(cell: str) -> list[str]:
    """Return the values of a list in JSON as text; none for a missing list."""
    values = json.loads(cell) if cell.startswith("[") else []
    return [str(value) for value in values if value is not None]


def read_days(cell: str, format: str) -> float:
    """Read a date as days since 1970-01-01, of universal time if it has a zone; NaN for others."""
    bare = re.sub(r"( UTC|Z)$", "", cell.strip())
    if format == "%Y%m%d" and not re.fullmatch(r"(19|20)\d{6}", bare):
        return math.nan
    fraction = re.search(r":\d\d(\.\d{1,6})\d*", bare)
    if fraction:
        bare = bare.replace(fraction[0], fraction[0][:3])
    try:
        moment = dt.datetime.strptime(bare, format)
    except ValueError:
        return math.nan
    moment = moment.astimezone(dt.UTC) if moment.tzinfo else moment
    since = moment.replace(tzinfo=None) - dt.datetime(1970, 1, 1)
    seconds = dt.timedelta(microseconds=int(fraction[1][1:].ljust(6, "0")) if fraction else 0)
    return (since + seconds) / dt.timedelta(days=1)


def read_number(cell: str, decimal: str) -> float:
    """Read a number, perhaps with groups of digits or a currency; NaN for other text.

    Numbers in parentheses are below zero.
    """
    around = r"^([$€£¥]|USD|EUR|GBP|CHF)\s*|\s*([%€$£¥]|USD|EUR|GBP|CHF)$"
    bare = re.sub(r"^\((.*)\)$", r"-\1", re.sub(around, "", cell.strip())).replace("−", "-")
    bare = re.sub(around, "", re.sub(r"^([+-])([$€£¥]|USD|EUR|GBP|CHF)\s*", r"\1", bare))
    mark = r"[, '’\u00a0\u202f]" if decimal == "." else r"[. '’\u00a0\u202f]"
    grouped = rf"[+-]?\d{{1,3}}({mark}\d{{3}})+([{decimal}]\d*)?"
    if re.fullmatch(grouped, bare):
        bare = re.sub(mark, "", bare)
    if decimal == ",":
        bare = bare.translate(str.maketrans(".,", ",."))
    is_number = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", bare)
    value = float(bare) if is_number else math.nan
    return value if math.isfinite(value) else math.nan
