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

_DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d.%m.%y"),
    *("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%m-%d-%Y", "%d-%m-%Y"),
    *("%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"),
)
_TIMES = ("", " %H:%M:%S%.f", " %H:%M")
COMPACT = "%Y%m%d"
"""The format of dates such as 20240131, which could be numbers."""
DATES = (
    *(day + time for day in _DAYS for time in _TIMES),
    *("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m"),
    *("%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f%z"),
    COMPACT,
)
"""The formats of dates, as polars writes them; the first one that all values have is taken.

“Z” or “UTC” may follow a time. Of 01/02/2024 nothing says which number is the month.
"""


def dates(decimal: Decimal) -> tuple[str, ...]:
    """Return the formats of dates; days come before months where numbers have a decimal comma."""
    return DATES if decimal == "." else tuple(sorted(DATES, key=lambda form: form.startswith("%m")))


def swapped(format: str) -> str:
    """Return a format with the day and the month at its start in the other order."""
    turned = {"%m/%d": "%d/%m", "%d/%m": "%m/%d", "%m-%d": "%d-%m", "%d-%m": "%m-%d"}
    return turned.get(format[:5], format[:5]) + format[5:]


_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")

_TURN = 2069
_YEAR = r"(?:^|\D)\d{4}(?:\D|$)"
_COMPACT_DATE = r"^(?:19|20)\d{6}$"
AROUND = r"^([$€£¥]|USD|EUR|GBP|CHF)\s*|\s*([%€$£¥]|USD|EUR|GBP|CHF)$"
_SIGNED = r"^([+-])(?:[$€£¥]|USD|EUR|GBP|CHF)\s*"
_IN_PARENTHESES = r"^\((.*)\)$"
_WITH_UNIT = r"^[+-]?\d[\d.,]*\s?(\p{L}{1,4}[²³]?|°[CF]?)$"
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

    Thousands may be grouped; currencies and percent signs are left out. Numbers in parentheses are
    below zero, as accountants write them.
    """
    plain = plain_numbers(cells, decimal)
    return _any_number(cells, decimal) if plain is None else plain


def _any_number(cells: pl.Series, decimal: Decimal) -> pl.Series:
    bare = cells.str.replace_all(AROUND, "").str.replace(_IN_PARENTHESES, "-${1}")
    bare = bare.str.replace("^−", "-").str.replace(_SIGNED, "${1}").str.replace_all(AROUND, "")
    grouped = bare.str.contains(_GROUPS[decimal]).fill_null(False)
    joined = bare.str.replace_all(_SEPARATORS[decimal], "")
    bare = bare.zip_with(~grouped, joined)
    valid = bare.str.contains(_PLAIN[decimal]).fill_null(False)
    values = bare.str.replace(",", ".", literal=True) if decimal == "," else bare
    parsed = values.cast(pl.Float64, strict=False)
    finite = parsed.is_finite().fill_null(False)
    return parsed.set(~(valid & finite), None)


def unit_of(cells: pl.Series) -> str | None:
    """Return the unit that follows the number in all cells, as in “5 cm”; None if they differ."""
    units = cells.str.extract(_WITH_UNIT).unique()
    return units[0] if len(units) == 1 else None


def days(cells: pl.Series, format: str) -> pl.Series:
    """Return dates as days since 1970-01-01, and null where a cell is none of this format.

    Times with a zone are those of universal time.
    """
    bare = cells.str.replace(r"( UTC|Z)$", "") if "%H" in format else cells
    if "%Y" in format:  # else “24” would be a year of antiquity
        year = _COMPACT_DATE if format == COMPACT else _YEAR
        bare = bare.set(~bare.str.contains(year).fill_null(False), None)
    if "%d" not in format:
        bare, format = bare + "-01", format + "-%d"
    if "%H" in format:
        moments = bare.str.to_datetime(format, strict=False, time_unit="us")
    else:
        moments = bare.str.to_date(format, strict=False).cast(pl.Datetime("us"))
    if "%y" in format:  # as for Python, “69” is 1969
        moments = moments.zip_with(
            moments.dt.year().fill_null(0) != _TURN, moments.dt.offset_by("-100y")
        )
    microseconds = moments.dt.epoch("us").to_numpy()  # which divides exactly, unlike polars
    return pl.Series(microseconds / 86_400_000_000).fill_nan(None)


__all__ = [
    "AROUND",
    "COMPACT",
    "DATES",
    "cleaned",
    "dates",
    "days",
    "is_missing",
    "looks_like_value",
    "numbers",
    "plain_numbers",
    "swapped",
    "unit_of",
]
