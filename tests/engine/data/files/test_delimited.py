"""CSV and TSV, as programs and people write them."""

import csv
import io
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from engine.data.description import PYTHON_ENCODINGS, Decimal, Delimiter, Encoding
from engine.data.files import delimited
from engine.data.tables import load_table
from engine.document import Division
from engine.problems import Problem
from tests.engine.data.files.reads import attempt, codes, read, refused, roles, rows, types

NAN = float("nan")
FLOWERS = "sepal,petal,species\n5.1,1.4,setosa\n7.0,4.7,versicolor\n4.9,1.5,setosa\n"

Case = tuple[bytes | str, dict[str, Any], dict[str, list[Any]]]

CASES: dict[str, Case] = {
    "commas": (
        FLOWERS,
        {"delimiter": ",", "decimal": ".", "encoding": "utf-8", "header": True},
        {"sepal": [5.1, 7.0, 4.9], "petal": [1.4, 4.7, 1.5], "species": [0, 1, 0]},
    ),
    "semicolons and decimal commas": (
        "maß;art\n1,5;a\n-0,25;b\n1.234,5;a\n",
        {"delimiter": ";", "decimal": ","},
        {"maß": [1.5, -0.25, 1234.5], "art": [0, 1, 0]},
    ),
    "quoted decimal commas": ('a,b\n"1,5",2\n"2,5",3\n', {"decimal": ","}, {"a": [1.5, 2.5]}),
    "tabs": ("a\tb\n1\t2\n3\t4\n", {"delimiter": "\t"}, {"a": [1, 3], "b": [2, 4]}),
    "bars": ("a|b\n1|2\n3|4\n", {"delimiter": "|"}, {"a": [1, 3], "b": [2, 4]}),
    "a byte order mark": ("\ufeffa,b\n1,2\n", {"encoding": "utf-8"}, {"a": [1], "b": [2]}),
    "UTF-16": ("a,ü\n1,2\n".encode("utf-16"), {"encoding": "utf-16"}, {"a": [1], "ü": [2]}),
    "Windows-1252": (
        "größe,€\n1,2\n".encode("windows-1252"),
        {"encoding": "windows-1252"},
        {"größe": [1], "€": [2]},
    ),
    "line ends of Windows": ("a,b\r\n1,2\r\n3,4\r\n", {}, {"a": [1, 3], "b": [2, 4]}),
    "no end of the last line": ("a,b\n1,2\n3,4", {}, {"a": [1, 3], "b": [2, 4]}),
    "no header": ("1,2\n3,4\n", {"header": False}, {"column 1": [1, 3], "column 2": [2, 4]}),
    "one column": ("x\n1\n2\n", {"header": True}, {"x": [1, 2]}),
    "one column without a header": ("1\n2\n", {"header": False}, {"column 1": [1, 2]}),
    "quotes with line breaks": (
        'text,n\n"one\ntwo, ""three""",1\n"four five six",2\n',
        {},
        {"text": ['one\ntwo, "three"', "four five six"], "n": [1, 2]},
    ),
    "quotes within values": (
        'size,n\n12" pipe of iron,1\n3" and more of it,2\n',
        {"delimiter": ","},
        {"size": ['12" pipe of iron', '3" and more of it'], "n": [1, 2]},
    ),
    "blank lines": ("a,b\n1,2\n\n3,4\n\n", {}, {"a": [1, 3], "b": [2, 4]}),
    "thousands": ('a,b\n"1,234",1\n"12,345.5",2\n', {"decimal": "."}, {"a": [1234, 12345.5]}),
    "percent signs and currencies": (
        "p,c\n12%,$3\n7.5 %,4 €\n",
        {},
        {"p": [12, 7.5], "c": [3, 4]},
    ),
    "numbers in parentheses": (
        'a,b,c\n"(1,234)",($5),-$7\n12,(6 €),+€8\n',
        {},
        {"a": [-1234, 12], "b": [-5, -6], "c": [-7, 8]},
    ),
    "missing values": (
        "a,b,c\n1,?,x\nN/A,2,y\nNaN,-,\n4,5,x\n",
        {},
        {"a": [1, NAN, NAN, 4], "b": [NAN, 2, NAN, 5], "c": [0, 1, 2, 0]},
    ),
    "lines that end early": ("a,b\n1,2\n3\n", {}, {"a": [1, 3], "b": [2, NAN]}),
    "exponents": ("a\n1e3\n-2.5E-1\n+4\n", {}, {"a": [1000, -0.25, 4]}),
    "infinity is missing": ("a\n" + "1\n" * 30 + "inf\n", {}, {"a": [1.0] * 30 + [NAN]}),
    "truth values": ("x,y\n1,true\n2,false\n3,true\n", {}, {"y": [1, 0, 1]}),
    "names twice": ("a,a,a 2\n1,2,3\n", {}, {"a": [1], "a 2": [2], "a 2 2": [3]}),
    "names missing": ("a,,\n1,2,3\n", {}, {"a": [1], "column 2": [2], "column 3": [3]}),
    "spaces": ("a , b\n 1 , x y \n2,x y\n3,z\n", {}, {"a": [1, 2, 3], "b": [0, 0, 1]}),
    "names like members": (
        "a:ends,a\n1,x y z\n2,w v u\n",
        {},
        {"a 2": ["x y z", "w v u"]},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_reads(case: Case, tmp_path: Path) -> None:
    content, options, expected = case
    description = read(tmp_path, content)
    used = description.options.model_dump()
    assert {key: used[key] for key in options} == options
    arrays = rows(tmp_path, description)
    assert arrays.keys() >= expected.keys()
    for name, values in expected.items():
        if isinstance(values[0], str):
            assert arrays[name].tolist() == values
        else:
            np.testing.assert_allclose(arrays[name].ravel(), np.array(values, "float64"), 1e-6)
    again = read(tmp_path, content, **used)
    assert again == description


@pytest.mark.parametrize("name", ["iris", "wine_data", "breast_cancer"])
def test_a_first_line_that_counts_rows_is_skipped(name: str, tmp_path: Path) -> None:
    file = files("sklearn.datasets.data").joinpath(f"{name}.csv")
    first, *lines = file.read_text().splitlines()
    count, width = map(int, first.split(",")[:2])
    description = read(tmp_path, file.read_bytes())
    assert (description.data.rows, len(description.columns)) == (count, width + 1)
    assert description.columns[-1].type == "category"
    assert codes(description)[0] == "first_line_counts"
    assert first in description.notes[0].message
    values = rows(tmp_path, description)["column 1"].ravel()
    np.testing.assert_allclose(values, [float(line.split(",")[0]) for line in lines], 1e-6)
    assert description.skip == 1
    again = read(tmp_path, file.read_bytes(), **description.options.model_dump())
    assert again == description


@pytest.mark.parametrize(
    "content",
    ["3,1,a\n1,0\n2,0\n", "2,2,a\n1,0\n2,0\n", "2,1\n1,0\n2,0\n", "2,1,7\n1,0\n2,0\n"],
    ids=["another count", "another width", "no names", "a number"],
)
def test_a_first_line_with_other_counts_is_a_row(content: str, tmp_path: Path) -> None:
    answer = attempt(tmp_path, content)
    assert isinstance(answer, Problem) or answer.data.rows == 3


@pytest.mark.parametrize("decimal", get_args(Decimal))
@pytest.mark.parametrize("delimiter", get_args(Delimiter))
@pytest.mark.parametrize("encoding", get_args(Encoding))
def test_every_encoding_delimiter_and_decimal_mark_is_found(
    encoding: Encoding, delimiter: Delimiter, decimal: Decimal, tmp_path: Path
) -> None:
    """The options are found, and the rows are those that were written, in scripts too."""
    numbers, kinds = [row * 1.25 - 7 for row in range(40)], ["Öl", "Käse", "Brot"]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["größe", "rest", "art"])
    for row, number in enumerate(numbers):
        writer.writerow([str(number).replace(".", decimal), row % 7, kinds[row % 3]])
    content = text.getvalue().encode(encoding)
    description = read(tmp_path, content)
    options = description.options
    assert (options.encoding, options.delimiter, options.decimal) == (encoding, delimiter, decimal)
    found = rows(tmp_path, description)
    assert found["größe"].ravel().tolist() == numbers
    classes = [*description.data.columns[-1].classes]
    assert [classes[number] for number in found["art"]] == [kinds[row % 3] for row in range(40)]
    table = load_table(
        str(tmp_path / "source"),
        {"größe": "number", "art": classes},
        delimiter=delimiter,
        decimal=decimal,
        encoding=PYTHON_ENCODINGS[encoding],
    )
    assert table["größe"].ravel().tolist() == numbers
    assert table["art"].tolist() == found["art"].tolist()


def test_values_that_differ_in_spaces_only_are_one_class(tmp_path: Path) -> None:
    cells = ["oak tree", "oak  tree", "oak\u00a0tree", "elm", "Elm"]
    lines = [f"{n / 2},{n % 3}.5,{cells[n % 5]}" for n in range(40)]
    description = read(tmp_path, "\n".join(["a,b,kind", *lines]))
    kind, profile = description.data.columns[-1], description.columns[-1]
    assert kind.classes == ("Elm", "elm", "oak tree")
    assert (profile.distinct, profile.counts) == (3, (8, 8, 24))
    assert {"classes_joined", "classes_alike"} <= {*codes(description)}
    in_script = load_table(str(tmp_path / "source"), {"kind": [*kind.classes]})["kind"]
    assert rows(tmp_path, description)["kind"].tolist() == in_script.tolist()


def test_a_row_of_sums_and_classes_alike_are_named(tmp_path: Path) -> None:
    lines = [f"{['Yes', 'yes', 'no'][n % 3]},{n}.5" for n in range(30)]
    description = read(tmp_path, "\n".join(["kind,n", *lines, "Total:,450"]))
    assert {"row_of_totals", "classes_alike"} <= {*codes(description)}
    assert "row_of_totals" not in codes(read(tmp_path, "\n".join(["kind,n", *lines])))


@pytest.mark.parametrize("length", [1, 2, 5, 13, 40])
def test_rows_may_lie_in_two_chunks(
    length: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = 'text,n\n"one\ntwo, ""three""\n",1\n\n"four\nfive",2\nsix seven eight,3'
    whole = read(tmp_path, content)
    monkeypatch.setattr(delimited, "_CHUNK", length)
    assert read(tmp_path, content) == whole
    assert rows(tmp_path, whole)["text"].tolist() == [
        'one\ntwo, "three"\n',
        "four\nfive",
        "six seven eight",
    ]


def test_a_row_that_does_not_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_CHUNK", 10)
    monkeypatch.setattr(delimited, "_MAX_ROW", 50)
    problem = refused(tmp_path, 'a,b\n1,2\n3,"x\n' + "5,6\n" * 100)
    assert (problem.code, problem.arguments["line"]) == ("file_malformed", 103)


def test_the_same_values_as_the_csv_module(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    table = [[f"{value:.4g}" for value in row] for row in random.normal(size=(300, 7))]
    file = io.StringIO()
    csv.writer(file).writerows([[f"x{index}" for index in range(7)], *table])
    arrays = rows(tmp_path, read(tmp_path, file.getvalue()))
    plain = list(csv.DictReader(io.StringIO(file.getvalue())))
    for name, values in arrays.items():
        expected = np.array([[float(row[name])] for row in plain], "float32")
        np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize(
    ("numbers", "bars"),
    [
        ([50_000_000] * 9, (9,)),
        ([-3e30] * 9, (9,)),
        ([1e8, 1e8 + 8] * 4, (4, *[0] * 18, 4)),
        ([0, 3e38, -3e38], (1, *[0] * 9, 1, *[0] * 8, 1)),
    ],
)
def test_large_and_close_numbers_have_a_distribution(
    numbers: list[float], bars: tuple[int, ...], tmp_path: Path
) -> None:
    lines = "\n".join(f"{number:.0f},{row}.5" for row, number in enumerate(numbers))
    (large, _) = read(tmp_path, f"large,x\n{lines}").columns
    assert (large.type, large.histogram) == ("number", bars)


def test_moments_that_can_not_be_told_apart_have_a_distribution(tmp_path: Path) -> None:
    lines = "\n".join(f"2026-01-01 10:00:00.00000{row % 2}" for row in range(30))
    (moment,) = read(tmp_path, f"at\n{lines}").columns
    assert (moment.type, sum(moment.histogram or ())) == ("date", 30)


def test_statistics(tmp_path: Path) -> None:
    cells = "".join(f"{value},{'even' if value % 2 == 0 else 'odd'}\n" for value in range(100, 140))
    description = read(tmp_path, f"n,parity\n{cells}?,\n")
    number, parity = description.columns
    assert (number.minimum, number.maximum, number.mean) == (100, 139, 119.5)
    assert (number.missing, number.distinct, number.histogram) == (1, 40, (2,) * 20)
    assert (parity.missing, parity.distinct, parity.counts) == (1, 2, (20, 20, 1))
    assert description.data.columns[1].classes == ("even", "odd", "(missing)")
    assert codes(description) == ["column_has_gaps", "column_has_missing_class"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (FLOWERS, {"sepal": "input", "petal": "input", "species": "target"}),
        ("label,x\na,1\nb,2\na,4\n", {"label": "target", "x": "input"}),
        ("x,price\n1,2.5\n2,3.5\n", {"x": "input", "price": "target"}),
        ("x,y,kind\n1,2,a\n3,4,b\n5,6,a\n", {"x": "input", "y": "input", "kind": "target"}),
        (
            "x,y,kind\n1,2,0\n3,4,1\n5,6,0\n7,8,0\n9,9,1\n1,1,0\n",
            {"x": "input", "y": "input", "kind": "target"},
        ),
        ("kind,x,y\na,1,2\nb,3,4\na,5,6\n", {"kind": "input", "x": "input", "y": "target"}),
        (
            "x,y,kind\n1,0,a\n3,1,b\n5,0,a\n7,0,b\n9,1,b\n1,0,a\n",
            {"x": "input", "y": "target", "kind": "input"},
        ),
        ("id,x,y\n7,1,2.5\n3,2,3.5\n", {"id": "other", "x": "input", "y": "target"}),
        ("x,one,y\n1,5,2.5\n2,5,3.5\n", {"x": "input", "one": "other", "y": "target"}),
        ("x\n1\n2\n", {"x": "input"}),
        ("when,y\n2020-01-01,2\n2020-01-02,3\n", {"when": "other", "y": "input"}),
        (
            "x,good,split\n1,no,train\n2,yes,train\n3,yes,Test\n",
            {"x": "input", "good": "target", "split": "other"},
        ),
        (
            "review,good\nwhat a good film,1\nwhat a bad film,0\nnot a film at all,0\n",
            {"review": "input", "good": "target"},
        ),
    ],
)
def test_guesses_roles(content: str, expected: dict[str, str], tmp_path: Path) -> None:
    assert roles(read(tmp_path, content)) == expected


def test_a_column_that_names_parts_divides_the_rows(tmp_path: Path) -> None:
    content = "x,good,split\n" + "1,no,train\n2,yes,val\n3,yes,Test\n" * 3
    description = read(tmp_path, content)
    assert description.data.division == Division(by="column", column="split")
    assert "column_of_parts" in codes(description)
    other = content.replace("Test", "later").replace("1,no", "7,no")
    assert read(tmp_path, other).data.division == Division()
    columns = {"split": {"role": "input"}}
    assert read(tmp_path, content, columns=columns).data.division == Division()


@pytest.mark.parametrize("name", ["fold", "Split", "partition"])
def test_a_column_of_folds_is_no_input_and_is_named(name: str, tmp_path: Path) -> None:
    cells = "".join(f"{value / 7:.3f},{value % 5},{value % 2}\n" for value in range(60))
    content = f"x,{name},good\n{cells}"
    description = read(tmp_path, content)
    assert roles(description) == {"x": "input", name: "other", "good": "target"}
    assert description.data.division == Division()
    assert codes(description).count("column_of_folds") == 1
    chosen = read(tmp_path, content, columns={name: {"role": "input"}})
    assert roles(chosen)[name] == "input"
    assert "column_of_folds" not in codes(chosen)
    many = "".join(f"{value / 7:.3f},{value * 1.5},{value % 2}\n" for value in range(60))
    assert roles(read(tmp_path, f"x,{name},good\n{many}"))[name] == "input"


def test_a_target_of_few_integers_is_a_category(tmp_path: Path) -> None:
    cells = "".join(f"{value / 7:.3f},{value % 11}\n" for value in range(66))
    description = read(tmp_path, f"x,class\n{cells}")
    assert types(description) == {"x": "number", "class": "category"}
    assert description.data.columns[1].classes == tuple(map(str, range(11)))
    assert description.data.task == "classification"
    as_number = read(tmp_path, f"x,class\n{cells}", columns={"class": {"type": "number"}})
    assert as_number.data.task == "regression"


def test_options_take_precedence(tmp_path: Path) -> None:
    content = "a,b\n1,2\n3,x\n5,2\n"
    description = read(
        tmp_path,
        content,
        header=False,
        columns={"column 1": {"type": "text", "role": "target"}, "column 2": {"role": "other"}},
    )
    assert types(description) == {"column 1": "text", "column 2": "category"}
    assert roles(description) == {"column 1": "target", "column 2": "other"}
    assert rows(tmp_path, description)["column 1"].tolist() == ["a", "1", "3", "5"]
    assert description.options.header is False


def test_values_that_are_no_numbers_count_as_missing(tmp_path: Path) -> None:
    cells = "".join(f"{value}\n" for value in range(60, 20, -1))
    description = read(tmp_path, f"n\n{cells}about 5\n")
    assert types(description) == {"n": "number"}
    assert codes(description) == ["column_has_strays", "column_has_gaps"]
    assert description.notes[0].arguments == {
        "column": "n",
        "count": 1,
        "row": 42,
        "cell": "about 5",
    }
    mixed = read(tmp_path, "n\n1\nx\n2\ny\n")
    assert types(mixed) == {"n": "text"}
    forced = read(tmp_path, "n\n1\nx\n2\ny\n", columns={"n": {"type": "number"}})
    np.testing.assert_array_equal(rows(tmp_path, forced)["n"].ravel(), [1, NAN, 2, NAN])


def _as(type: str) -> dict[str, Any]:
    return {"columns": {"a": {"type": type}}}


@pytest.mark.parametrize(
    ("content", "options", "code", "arguments"),
    [
        ("", {}, "file_empty", {}),
        ("\n\n", {}, "file_empty", {}),
        ("a,b\n", {}, "file_has_no_rows", {}),
        ("a,b\n1,2\n3,4,5\n", {}, "file_line_too_wide", {"line": 3, "count": 3, "expected": 2}),
        (
            "a\nx\ny\n",
            {"columns": {"a": {"type": "date"}}},
            "column_without_dates",
            {"column": "a"},
        ),
        ("a\n1\n", {"columns": {"a": {"type": "image"}}}, "column_of_other_type", {"column": "a"}),
        (
            "a\n" + "".join(f"x{n}\n" for n in range(1001)),
            _as("category"),
            "column_with_too_many_classes",
            {"column": "a", "limit": 1000},
        ),
        (
            "a\nü\n".encode("windows-1252"),
            {"encoding": "utf-8"},
            "file_not_in_encoding",
            {"line": 2},
        ),
        (b"a\n\xc3\xbc\nx\n\xfc\n", {}, "file_mixes_encodings", {"line": 4}),
        (b"a\n1\n2\x00\n", {}, "file_has_nul", {"line": 3}),
    ],
)
def test_refuses(
    content: bytes | str,
    options: dict[str, Any],
    code: str,
    arguments: dict[str, Any],
    tmp_path: Path,
) -> None:
    problem = refused(tmp_path, content, **options)
    assert problem.code == code
    assert {key: problem.arguments[key] for key in arguments} == arguments


def test_cells_are_divided_by_any_number_of_spaces(tmp_path: Path) -> None:
    text = '  age size  name\n 4.5   1 "elm,  tall"\n\n  6\t2   oak  \n7.5 3 "an ash"\n'
    description = read(tmp_path, text, "trees.data")
    assert description.options.delimiter == " "
    assert types(description) == {"age": "number", "size": "number", "name": "text"}
    arrays = rows(tmp_path, description)
    assert arrays["age"].ravel().tolist() == [4.5, 6, 7.5]
    assert arrays["name"].tolist() == ["elm,  tall", "oak", "an ash"]


@pytest.mark.parametrize(
    "text",
    [
        "it was late\nthe sun set\nwe went home\n",
        "when\n" + "30.03.2021 12:00\n" * 60,
        "2021-03-30 12:00\n2021-03-31 12:00\n",
        "price\n" + "1 234\n" * 60,
    ],
)
def test_words_and_moments_are_not_divided_by_their_spaces(text: str, tmp_path: Path) -> None:
    assert len(read(tmp_path, text).columns) == 1
