"""Parquet: types, structures, and what programs write that can't be read."""

import io
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from tests.engine.data.files.reads import codes, read, rows, types


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
