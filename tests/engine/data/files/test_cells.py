"""Cells of tables: dates, numbers in many styles, digits that are no numbers."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from engine.data.description import text_table
from engine.data.files.values import DATES, swapped
from engine.data.tables import load_table
from tests.engine.data.files.reads import codes, read, rows, types

DIGITS: dict[str, tuple[str, str, list[str]]] = {
    "postcodes": ("01234 10115 99998 01234 80331", "category", ["column_of_codes"]),
    "numbers with zeros": ("007 8 9 10 11", "number", ["column_of_codes.number"]),
    "zeros before a point": ("0.5 0.7 0 1.5 2", "number", []),
    "dates": ("20240101 20240229 20231231 19991231 20240101", "date", ["column_of_dates"]),
    "numbers like dates": ("20240101 20240230 20231231 19991231 20240101", "number", []),
    "lengths": ("5cm 6cm 5cm 6cm 7cm", "category", ["numbers_with_unit"]),
    "units": ("5cm 6mm 5cm 6mm 7mm", "category", []),
    "losses": ("(5) 6 (7) 8 9", "number", ["numbers_in_parentheses"]),
}


@pytest.mark.parametrize(("cells", "type", "notes"), DIGITS.values(), ids=DIGITS)
def test_digits_that_may_be_no_numbers(
    cells: str, type: str, notes: list[str], tmp_path: Path
) -> None:
    content = "value,n\n" + "".join(f"{cell},0.5\n" for cell in cells.split())
    description = read(tmp_path, content)
    assert types(description)["value"] == type
    found = [f"{note.code}.{note.variant}" if note.variant else note.code
             for note in description.notes if note.arguments.get("column") == "value"]  # fmt: skip
    assert found == notes
    table = text_table(description, str(tmp_path / "source"))
    assert table is not None
    kind = table.dates.get("value") or [*description.data.columns[0].classes] or "number"
    again = load_table(table.path, {"value": kind}, table.delimiter)
    np.testing.assert_array_equal(again["value"], rows(tmp_path, description)["value"])


def test_digits_are_dates_if_a_person_says_so(tmp_path: Path) -> None:
    content = "when,n\n20240101,1\n20240231,2\n"
    description = read(tmp_path, content, columns={"when": {"type": "date"}})
    np.testing.assert_array_equal(rows(tmp_path, description)["when"].ravel(), [19_723, np.nan])


@pytest.mark.parametrize("format", DATES)
def test_dates_are_days(format: str, tmp_path: Path) -> None:
    days = [date(2021, 3, 30), date(1969, 12, 31), date(2024, 2, 29)]
    written = format.replace("%S%.f", "%S.500").replace("%z", "-01:00")
    cells = "".join(f'"{day.strftime(written)}"\n' for day in days)
    description = read(tmp_path, f"when\n{cells}")
    assert types(description) == {"when": "date"}
    assert codes(description) == ["column_of_dates"]
    days = days if "%d" in format else [day.replace(day=1) for day in days]
    expected = [(day - date(1970, 1, 1)).days for day in days]
    values = rows(tmp_path, description)["when"].ravel()
    fraction = 0.5 / 86_400 * ("%.f" in format) + 1 / 24 * ("%z" in format)
    np.testing.assert_allclose(values, np.array(expected) + fraction, rtol=0, atol=1e-9)
    table = text_table(description, str(tmp_path / "source"))
    assert table is not None
    read_again = load_table(table.path, {"when": table.dates["when"]}, table.delimiter)
    np.testing.assert_array_equal(read_again["when"].ravel(), values)


@pytest.mark.parametrize(
    ("text", "first"),
    [("when,n\n{}", "month"), ("when;n\n{}", "day")],
    ids=["decimal point", "decimal comma"],
)
def test_the_order_of_day_and_month_can_be_swapped(text: str, first: str, tmp_path: Path) -> None:
    mark = "," if first == "month" else ";"
    number = "0.5" if first == "month" else "0,5"
    content = text.format("".join(f"0{n}/02/2024{mark}{number}\n" for n in (1, 3, 5)))
    description = read(tmp_path, content)
    (note,) = (note for note in description.notes if note.code == "order_of_dates")
    assert note.variant == first
    used = description.options.model_dump()
    assert read(tmp_path, content, **used) == description
    before = rows(tmp_path, description)["when"].ravel()
    used["columns"]["when"]["format"] = swapped(used["columns"]["when"]["format"])
    after = rows(tmp_path, read(tmp_path, content, **used))["when"].ravel()
    months = [date(2024, n, 2) for n in (1, 3, 5)]
    days = [date(2024, 2, n) for n in (1, 3, 5)]
    expected = [[(day - date(1970, 1, 1)).days for day in both] for both in (months, days)]
    assert [before.tolist(), after.tolist()] == expected[:: 1 if first == "month" else -1]


def test_a_few_words_among_many_numbers_are_missing_numbers(tmp_path: Path) -> None:
    cells = [["unknown", "k. A."][n // 3 % 2] if n % 3 == 0 else f"{n}.5" for n in range(30)]
    description = read(tmp_path, "a,b\n" + "".join(f"{cell},1\n" for cell in cells))
    assert types(description)["a"] == "number"
    assert description.columns[0].missing == 10
    assert "column_has_strays" in codes(description)


def test_few_numbers_among_words_are_classes(tmp_path: Path) -> None:
    content = "a,b\n" + "".join(f"{['1', '2', '3', 'x'][n % 4]},{n}\n" for n in range(30))
    assert types(read(tmp_path, content))["a"] == "category"


def test_currencies_do_not_hide_the_decimal_comma(tmp_path: Path) -> None:
    description = read(tmp_path, "a;b\n1.234,50 €;EUR 2,25\n3,75 €;EUR 4\n")
    assert description.options.decimal == ","
    arrays = rows(tmp_path, description)
    assert arrays["a"].ravel().tolist() == [1234.5, 3.75]
    assert arrays["b"].ravel().tolist() == [2.25, 4]
