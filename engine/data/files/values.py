"""How values are written in tables: what is missing, a number or a date; Python and polars."""

import re

import numpy as np
import polars as pl

from engine.data.description import Decimal

MISSING = (
    *("", "?", "-", "--", "."),
    *("NA", "na", "Na", "N/A", "n/a", "#N/A", "#NA", "NaN", "nan", "NAN", "<NA>"),
    *("NULL", "null", "Null", "None"),
)
"""Texts for a missing value. “none” in small letters is a word, which may be a category."""

DATES = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
)
"""The formats of dates; the first one that every value of a column has is taken."""
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")

_AROUND = r"^[$€£¥]\s*|\s*[%€$£¥]$"
_GROUPS = {
    ".": r"^[+-]?\d{1,3}(?:[, '’\x{a0}\x{202f}]\d{3})+(?:\.\d*)?$",
    ",": r"^[+-]?\d{1,3}(?:[. '’\x{a0}\x{202f}]\d{3})+(?:,\d*)?$",
}
_SEPARATORS = {".": r"[, '’\x{a0}\x{202f}]", ",": r"[. '’\x{a0}\x{202f}]"}
_PLAIN = {
    ".": r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$",
    ",": r"^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$",
}


def is_missing(cell: str) -> bool:
    """Whether a cell has no value."""
    return cell.strip() in MISSING


def looks_like_value(cell: str, decimal: Decimal) -> bool:
    """Whether a cell is a number or a date."""
    if _DATE.fullmatch(cell):
        return True
    return not is_missing(cell) and numbers(pl.Series([cell]), decimal).null_count() == 0


def cleaned(cells: pl.Series) -> pl.Series:
    """Return the cells without spaces around them, and null where a value is missing."""
    return cells.str.strip_chars().replace(MISSING, None)


def plain_numbers(cells: pl.Series, decimal: Decimal) -> pl.Series | None:
    """Return cells as finite numbers if all are written plainly, without spaces around them.

    Cells that are null may be among them. Cleaning would not change any of the cells.
    """
    if decimal != ".":
        return None
    fast = cells.cast(pl.Float64, strict=False)
    finite = int(np.isfinite(fast.to_numpy()).sum())
    return fast if finite == len(cells) - cells.null_count() else None


def numbers(cells: pl.Series, decimal: Decimal) -> pl.Series:
    """Return cells as finite numbers, and null where a cell is none.

    Thousands may be grouped; currencies and percent signs are left out.
    """
    plain = plain_numbers(cells, decimal)
    return _any_number(cells, decimal) if plain is None else plain


def _any_number(cells: pl.Series, decimal: Decimal) -> pl.Series:
    bare = cells.str.replace_all(_AROUND, "").str.replace("^−", "-")
    grouped = bare.str.contains(_GROUPS[decimal]).fill_null(False)
    joined = bare.str.replace_all(_SEPARATORS[decimal], "")
    bare = bare.zip_with(~grouped, joined)
    valid = bare.str.contains(_PLAIN[decimal]).fill_null(False)
    values = bare.str.replace(",", ".", literal=True) if decimal == "," else bare
    parsed = values.cast(pl.Float64, strict=False)
    finite = parsed.is_finite().fill_null(False)
    return parsed.set(~(valid & finite), None)


def days(cells: pl.Series, format: str) -> pl.Series:
    """Return dates as days since 1970-01-01, and null where a cell is none of this format."""
    bare = cells.str.strip_chars_end("Z") if format.endswith("Z") else cells
    if "%H" in format:
        moments = bare.str.to_datetime(format.removesuffix("Z"), strict=False, time_unit="us")
    else:
        moments = bare.str.to_date(format, strict=False).cast(pl.Datetime("us"))
    return moments.dt.epoch("us") / 86_400_000_000


__all__ = [
    "DATES",
    "cleaned",
    "days",
    "is_missing",
    "looks_like_value",
    "numbers",
    "plain_numbers",
]
