"""Invalid and hostile input becomes a problem, never an exception or a hang."""

import json

import pytest

from engine.document import MAX_BYTES, Document
from engine.document.reading import read_document
from engine.problems import Problem

EMPTY = '{"id": "main", "name": "", "nodes": [], "edges": [], "outputs": []}'


def node(**fields: object) -> str:
    """A document with one node of the given fields."""
    graph = {"id": "main", "nodes": [{"id": "a", "layer": "Dense"} | fields]}
    return json.dumps({"version": 1, "graphs": [graph]})


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "unreadable", "it is empty"),
        ("{", "unreadable", "line 1"),
        (b"\xff\xfe\xfa", "unreadable", "it is not UTF-8"),
        ("[" * 100_000, "unreadable", "nested too deeply"),
        ('{"a":' * 100_000, "unreadable", "nested too deeply"),
        ('{"version": 1, "version": 1}', "unreadable", "occurs twice"),
        ('{"version": NaN}', "unreadable", "NaN"),
        ('{"version": 1e400}', "unreadable", "too large"),
        ('{"version": -1e999}', "unreadable", "too large"),
        ("9" * 5_000, "unreadable", "too large a number"),
        (" " * (MAX_BYTES + 1), "unreadable", "larger than"),
        ("null", "not_a_document", "something else"),
        ("[]", "not_a_document", "something else"),
        ("{}", "unknown_version", "does not say which version"),
        ('{"version": 3}', "unknown_version", "has version 3,"),
        ('{"version": true}', "unknown_version", "has version True,"),
        ('{"version": "1"}', "unknown_version", "has version '1',"),
        ('{"version": 1, "graphs": []}', "bad_document", "graphs"),
        ('{"version": 1, "graphs": [{"id": "x"}]}', "bad_document", "main"),
        (f'{{"version": 1, "graphs": [{EMPTY}, {EMPTY}]}}', "bad_document", "two graphs"),
        (f'{{"version": 1, "graphs": [{EMPTY}], "__proto__": {{}}}}', "bad_document", "__proto__"),
        (node(id="a b"), "bad_document", "id"),
        (node(id="x" * 1_000_000), "bad_document", "id"),
        (node(layer="x" * 1_000_000), "bad_document", "layer"),
        (node(name="\ud800"), "bad_document", "valid Unicode"),
        (node(name="\0"), "bad_document", "NUL"),
        (node(params={"units": 2**80}), "bad_document", "2^53"),
        (node(params={"__proto__": 1}), "bad_document", "params"),
        (node(params={"a": [[[[[[[[[[[[[[1]]]]]]]]]]]]]]}), "bad_document", "nest"),
        (node(position={"x": 1e300, "y": 0}), "bad_document", "position"),
        (node(unheard_of=1), "bad_document", "unheard_of"),
    ],
)
def test_bad_text_becomes_a_problem(text: str | bytes, code: str, words: str) -> None:
    problems = read_document(text)
    assert isinstance(problems, list)
    assert problems
    for problem in problems:
        assert isinstance(problem, Problem)
        assert problem.code == code
        assert len(problem.message) < 400
    assert any(words in problem.message for problem in problems)


def test_a_document_survives_the_round_trip() -> None:
    document = read_document(node(name="日本 “x”", params={"units": 3, "use_bias": False}))
    assert isinstance(document, Document)
    assert read_document(json.dumps(document.to_json())) == document
