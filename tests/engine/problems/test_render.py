"""Templates, arguments and languages."""

import json
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any

import pytest

from engine.problems import At, Plural, Words, make_fix, phrase, problem, register, translated
from engine.problems.render import render
from engine.problems.words import MAX_ITEMS, MAX_TEXT, plain
from tests.engine.problems.languages import PSEUDO

CASES: list[tuple[str, dict[str, Any], str]] = json.loads(
    (Path(__file__).parents[2] / "messages.json").read_text(encoding="utf-8")
)
"""Templates with their arguments, and the English text; the page renders the same."""


@pytest.mark.parametrize(("template", "arguments", "expected"), CASES)
def test_render(template: str, arguments: dict[str, Any], expected: str) -> None:
    assert render(template, arguments) == expected


def test_plural() -> None:
    text = Plural("count", "One layer is missing.", "{count} layers are missing.")
    assert render(text, {"count": 1}) == "One layer is missing."
    assert render(text, {"count": 3}) == "3 layers are missing."


def test_what_travels_is_small() -> None:
    assert plain("a" * 10_000) == "a" * (MAX_TEXT - 1) + "…"
    assert plain(("a",) * 10_000) == ["a"] * MAX_ITEMS


def test_only_plain_json_travels() -> None:
    with pytest.raises(TypeError, match="object can't be an argument"):
        plain(object())


def test_a_problem_carries_its_arguments_and_its_place() -> None:
    example = problem("code_incomplete", At(graph="g", node="n"), count=2)
    assert example.model_dump(exclude_defaults=True) == {
        "code": "code_incomplete",
        "message": "2 layers are missing from the code; comments in it say why.",
        "hint": "Fix what the Problems list shows, and the code follows.",
        "severity": "warning",
        "graph": "g",
        "node": "n",
        "arguments": {"count": 2},
    }


def test_of_two_variants_only_the_arguments_of_the_chosen_one_are_kept() -> None:
    example = problem("bad_document.whole", path=["graphs"], why=phrase("it is missing"))
    assert (example.code, example.variant) == ("bad_document", "whole")
    assert example.arguments == {"why": {"text": "it is missing", "arguments": {}}}


def test_an_unknown_code_and_a_missing_argument_are_bugs() -> None:
    with pytest.raises(KeyError):
        problem("no_such_code")
    with pytest.raises(KeyError):
        problem("code_incomplete")


def test_codes_are_unique() -> None:
    with pytest.raises(ValueError, match="two tables have words for not_a_stack"):
        register({"not_a_stack": Words("…")})


def test_translation() -> None:
    """A catalogue as gettext compiles it; what it lacks stays English."""
    words = {
        "{first} or {last}": "{first} oder {last}",
        "Remove the wire": "Verbindung entfernen",
        "The value does not fit {path:path}: {why}.": "Der Wert passt nicht zu {path:path}: {why}.",
        "it is missing": "er fehlt",
    }
    german = GNUTranslations(BytesIO(_compiled(words)))
    remove = make_fix(phrase("Remove the wire"), {"type": "remove", "path": []})
    example = problem("bad_value", path=["name"], why=phrase("it is missing"), fix=remove)
    assert translated(example, german).message == "Der Wert passt nicht zu name: er fehlt."
    assert translated(example, german).fix == remove.model_copy(
        update={"label": "Verbindung entfernen"}
    )
    assert example.message == "The value does not fit name: it is missing."
    assert render("{names:or}", {"names": ["a", "b"]}, german) == "“a” oder “b”"


def _compiled(words: dict[str, str]) -> bytes:
    """A .mo file."""
    words = {"": "Content-Type: text/plain; charset=UTF-8\n"} | words
    pairs = sorted((key.encode(), value.encode()) for key, value in words.items())
    start = 28 + 16 * len(pairs)
    texts, tables = b"", ([], [])
    for side in (0, 1):
        for pair in pairs:
            tables[side].append(pack("<2I", len(pair[side]), start + len(texts)))
            texts += pair[side] + b"\0"
    head = pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + b"".join(tables[0]) + b"".join(tables[1]) + texts


def test_a_problem_of_an_older_version_stays_as_it_is() -> None:
    example = problem("code_incomplete", count=2)
    older = [
        example.model_copy(update={"code": "gone"}),
        example.model_copy(update={"arguments": {}}),
    ]
    assert [translated(old, PSEUDO) for old in older] == older
