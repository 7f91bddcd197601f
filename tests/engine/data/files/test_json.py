"""Tables in JSON: all forms that scripts read, in pieces, and what is refused."""

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import tables
from engine.data.description import Description, Options
from engine.data.files import json_forms
from engine.data.files.json_text import JsonText
from engine.data.files.limits import Limits
from engine.data.files.source import Source
from tests.engine.data.files.reads import attempt, read, refused

FORMS: dict[str, Any] = {
    "a list": [{"x": 1, "kind": "ä\n"}, {"x": -2.5e-3}, {"y": {"z": [1, None]}}],
    "an empty list beside rows": {"none": [], "rows": [{"x": 1}, {"x": 2}], "n": 3},
    "two lists of objects": {"a": [{"x": 1}], "b": [{"x": 2}]},
    "lists by column": {"x": [1, 2, None], "kind": ["a", "b", "c"]},
    "objects by column": {"x": {"0": 1, "7": 2}, "kind": {"0": "a", "7": "b"}},
    "objects with other keys": {"x": {"0": 1, "7": 2}, "kind": {"0": "a", "8": "b"}},
    "objects and lists": {"x": {"0": 1, "7": 2}, "kind": ["a", "b"]},
    "lists of other lengths": {"x": [1, 2], "y": [1, 2, 3]},
    "columns of one row": {"x": [1], "y": [2]},
    "split": {"columns": ["x", "y"], "index": [0, 1], "data": [[1, 2], [3, 4]]},
    "split with objects": {"columns": ["x"], "data": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]},
    "split with short rows": {"columns": ["x", "y"], "data": [[1], [3, 4, 5]]},
    "an object": {"x": 1, "y": {"z": [1, 2]}, "list": [1, 2]},
    "columns without rows": {"columns": ["x"], "data": []},
}


def source_of(folder: Path, content: str, limits: Limits | None = None) -> Source:
    """A file to be read, and an empty folder beside it."""
    path, scratch = folder / "t.json", folder / "scratch"
    path.write_text(content, encoding="utf-8")
    scratch.mkdir(exist_ok=True)
    return Source(path, "t.json", scratch, folder, Options(), limits or Limits())


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("form", FORMS)
def test_the_rows_are_those_of_a_script(form: str, indent: int | None, tmp_path: Path) -> None:
    source = source_of(tmp_path, json.dumps(FORMS[form], indent=indent, ensure_ascii=False))
    with source.path.open("rb") as file:
        found = json_forms.form_of(source, file)
        rows = [*found.rows()]
        assert [*found.rows()] == rows
    assert rows == [*tables.json_rows(FORMS[form])]
    assert found.in_scripts


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    items=st.lists(VALUES),
    piece=st.integers(1, 40),
    as_text=st.booleans(),
    indent=st.sampled_from([None, 0, 1]),
)
def test_items_may_be_cut_anywhere(
    items: list[Any], piece: int, as_text: bool, indent: int | None
) -> None:
    content = json.dumps(items, ensure_ascii=as_text, indent=indent).encode(errors="ignore")
    expected = json.loads(content)
    source = Source(Path(), "t.json", Path(), Path(), Options(), Limits())
    text = JsonText(io.BytesIO(content + b" \n"), source, piece=piece)
    assert [*text.items()] == expected
    text.close()
    named = {str(index): item for index, item in enumerate(expected)}
    content = json.dumps(named, ensure_ascii=as_text, indent=indent).encode()
    file = io.BytesIO(content)
    positions, text = {}, JsonText(file, source, piece=piece)
    for name in text.names():
        positions[name] = text.position
        text.value()
    again = {name: JsonText(file, source, at, piece).value() for name, at in positions.items()}
    assert again == named


def test_values_may_span_lines(tmp_path: Path) -> None:
    content = "\n".join(json.dumps({"x": number}, indent=1) for number in range(3))
    description = read(tmp_path, content, "t.json")
    assert (description.data.rows, description.table) == (3, None)
    assert read(tmp_path, '{"x": 1}\n{"x": 2}', "t.json").table is not None


INVALID = {
    "a list that does not end": ('[{"x": 1},\n{"x": 2}', 2),
    "a list without commas": ('[{"x": 1}\n\n{"x": 2}]', 3),
    "text after a list": ('[{"x": 1}]\n[{"x": 2}]', 2),
    "a text that does not end": ('[{"x": "1},\n{"x": 2}]', 1),
    "two objects in a line": ('{"x": 1}\n{"x": 2} {"x": 3}\n', 2),
    "an object in two lines": ('{"x": 1}\n{"x":\n 2}\n', 3),
    "no value": ('{"x": 1,\n "y": }', 2),
    "no colon": ('{"x" 1}', 1),
    "no name": ("{1: 2}", 1),
    "a comma at the end": ('{"x": [{"y": 1},]}', 1),
    "many digits": ('[{"x": ' + "1" * 5_000 + "}]", 1),
    "too deep": ("[" * 50_000, 1),
    "too deep in an object": ('{"x":\n' + "[" * 50_000, 2),
}


@pytest.mark.parametrize("case", INVALID)
def test_what_is_not_json_is_named_by_its_line(case: str, tmp_path: Path) -> None:
    content, line = INVALID[case]
    problem = refused(tmp_path, content, "t.json")
    assert (problem.code, problem.arguments["line"]) == ("file_bad_json", line)


LONG = {
    "a row in a list": '[{"x": 1},\n{"x": "' + "a" * 200_000 + '"}]',
    "a row in a line": '{"x": 1}\n{"x": "' + "a" * 200_000 + '"}',
    "an object without rows": '{"x": 1,\n"y": {"z": {"text": "' + "a" * 200_000 + '"}}}',
}


@pytest.mark.parametrize("case", LONG)
def test_a_value_that_is_too_long_is_refused(case: str, tmp_path: Path) -> None:
    problem = refused(tmp_path, LONG[case], "t.json", Limits(line=100_000))
    assert (problem.code, problem.arguments["line"]) == ("file_value_too_long", 2)
    assert isinstance(attempt(tmp_path, LONG[case], "t.json"), Description)


def test_names_do_not_grow_when_they_are_joined(tmp_path: Path) -> None:
    many = {"a" * 10_000: {str(number): number for number in range(5_000)}}
    several = [{f"{number}" * 4_000: 1} for number in range(3)]
    for row, value in ((1, [many]), (3, several)):
        problem = refused(tmp_path, json.dumps(value), "t.json", Limits(line=100_000 // row**2))
        assert (problem.code, problem.arguments["row"]) == ("file_names_too_long", row)


def test_an_object_of_many_values_is_refused(tmp_path: Path) -> None:
    content = json.dumps({str(number): [1, 2] for number in range(20_000)})
    assert refused(tmp_path, content, "t.json").code == "file_too_many_columns"


SMALL = 8_000
ONE_LINE = {
    "a list": "[" + '{"x":1},' * SMALL + '{"x":2}]',
    "rows under a name": '{"n":0,"rows":[' + '{"x":1},' * SMALL + '{"x":2}]}',
    "lists by column": '{"x":[' + "1," * SMALL + '2],"y":[' + '"",' * SMALL + '""]}',
    "objects by column": json.dumps({name: dict.fromkeys(range(SMALL), 1) for name in "xy"}),
}


@pytest.mark.parametrize("form", ONE_LINE)
def test_memory_does_not_grow_with_the_rows(form: str, tmp_path: Path) -> None:
    source = source_of(tmp_path, ONE_LINE[form])
    with source.path.open("rb") as file:
        tracemalloc.start()
        try:
            held = [_peak(source, file) for _ in range(2)][1]
        finally:
            tracemalloc.stop()
    assert held < SMALL * 64  # a value of each row, as small as it may be


def _peak(source: Source, file: Any) -> int:
    """The bytes held at most while the rows pass by."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    for _ in json_forms.form_of(source, file).rows():
        pass
    return tracemalloc.get_traced_memory()[1] - before
