"""Parquet: types, structures, and what programs write that can't be read."""

import io
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.engine.data.files.reads import codes, read, refused, rows, types
from tests.engine.data.test_tables import assert_read_alike


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
    assert_read_alike(description, tmp_path)
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


def test_types_of_programs_are_read_as_they_are_stored(tmp_path: Path) -> None:
    period = pl.Extension("pandas.period", pl.Int64, '{"freq": "D"}')
    sides = pl.Struct({"left": pl.Int64, "right": pl.Float64})
    interval = pl.Extension("pandas.interval", sides, '{"closed": "right"}')
    between = pl.Series([{"left": 1, "right": 2.5}, {"left": 2, "right": 3.5}])
    days = pl.Series([19_723, 19_724])
    frame = pl.DataFrame({"day": days.ext.to(period), "between": between.ext.to(interval)})
    description = read(tmp_path, in_parquet(frame), "t.parquet")
    arrays = rows(tmp_path, description)
    assert {name: values.ravel().tolist() for name, values in arrays.items()} == {
        "day": [19_723, 19_724], "between.left": [1, 2], "between.right": [2.5, 3.5],
    }  # fmt: skip
    assert description.table is None


def test_maps_are_left_out_unless_texts_are_their_keys(tmp_path: Path) -> None:
    by_number, by_text = pl.Map(pl.Int32, pl.Int64), pl.Map(pl.String, pl.Int64)
    cells = [[{"key": 1, "value": 2}], [{"key": 3, "value": 4}]]
    texts = [[{"key": "a", "value": 2}], [{"key": "b", "value": 4}]]
    frame = pl.DataFrame(
        {
            "x": [1, 2],
            "number": pl.Series(cells, dtype=by_number),
            "text": pl.Series(texts, dtype=by_text),
        }
    )
    description = read(tmp_path, in_parquet(frame), "t.parquet")
    assert [*types(description)] == ["x", "text"]
    assert codes(description)[0] == "column_left_out"
    assert "Map" in description.notes[0].message


def changed(values: pl.Series, **bytes_by_bytes: tuple[bytes, bytes]) -> bytes:
    """A Parquet file with other bytes in its footer, and without polars' own description of it."""
    file = io.BytesIO()
    pl.DataFrame({"x": values}).write_parquet(file, compression="lz4")
    content = file.getvalue()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    footer = content[start:-8].replace(b"ARROW:", b"OTHER:")
    for before, after in bytes_by_bytes.values():
        assert before in footer
        footer = footer.replace(before, after)
    return content[:start] + footer + len(footer).to_bytes(4, "little") + b"PAR1"


NUMBERS = pl.Series(range(5))
LZO = changed(NUMBERS, codec=(b"\x15\x0e", b"\x15\x06"))
VARIANT = changed(NUMBERS.cast(pl.Date), type=(b"\x4c\x6c\0\0", b"\x4c\x0c\x20\0\0"))
DECIMALS = changed(
    NUMBERS.cast(pl.Decimal(38, 2)),
    digits=(b"\x15\x4c", b"\x15\x64"),
    size=(b"\x15\x20\x15\x02", b"\x15\x2a\x15\x02"),
)
REFUSED = {
    "a codec": (LZO, "parquet_uses.codec", "LZO"),
    "a variant": (VARIANT, "parquet_uses.type", "variant"),
    "long decimals": (DECIMALS, "parquet_uses", "a part of the format"),
    "an encrypted footer": (b"PARE" + bytes(50) + b"PARE", "file_encrypted", ""),
    "no rows": (in_parquet(pl.DataFrame({"x": NUMBERS[:0]})), "file_has_no_rows.typed", ""),
    "half of a file": (in_parquet(pl.DataFrame({"x": NUMBERS}))[:-90], "file_damaged", ""),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_what_polars_can_not_read_is_named(case: tuple[bytes, str, str], tmp_path: Path) -> None:
    content, code, words = case
    problem = refused(tmp_path, content, "t.parquet")
    assert ".".join(filter(None, [problem.code, problem.variant])) == code
    assert words in problem.message
