"""Every word that a person reads is looked up in the catalogue of a language."""

import re
from string import Formatter
from typing import Any

import pytest

from builder import urls  # noqa: F401 — enters every room of the server
from builder.socket import consumer  # noqa: F401
from engine.catalogue import load
from engine.catalogue.refusals import Place, missing_param
from engine.problems import Phrase, Plural, catalogue, make_fix, phrase, problem, quoted, translated
from engine.problems.render import render
from engine.problems.words import Text
from engine.protocol import log_message
from tests.engine.problems.languages import PSEUDO

EXAMPLES: dict[str, Any] = {
    "and": ["1", "2", "3"],
    "or": ["1", "2", "3"],
    "names": ["1", "2", "3"],
    "kinds": ["1", "2", "3"],
    "list": ["1", "2", "3"],
    "shape": [None, 8],
    "times": [8, 8],
    "axes": [],
    "values": [8],
    "tensors": [["1", [None, 8]], ["2", [None, 8]], ["3", [None, 8]]],
    "bytes": 4_000_000,
    "path": ["1", "2"],
    "way": ["1", "2"],
    ",": 4_000,
    "g": 4,
    "duration": 4,
    ".1e": 4,
    ".0e": 4,
    "hint": quoted(problem("unused_input", name="1")),
}
"""An argument for each form, without a letter of its own."""


@pytest.mark.parametrize("code", sorted(catalogue()))
@pytest.mark.parametrize("count", [1, 2])
def test_no_word_of_a_problem_bypasses_the_catalogue(code: str, count: int) -> None:
    words = catalogue()[code]
    arguments = _arguments(words.message, count) | _arguments(words.hint or "", count)
    fix = make_fix(phrase("Use {name}", name="4"), {"type": "remove", "path": []})
    hidden = translated(problem(code, fix=fix, **arguments), PSEUDO)
    assert hidden.fix is not None
    for text in filter(None, (hidden.message, hidden.hint, hidden.fix.label)):
        assert text.startswith("⟦")
        assert text.endswith("⟧")
        assert re.findall(r"[A-Za-z]+", text.replace("e+00", "")) == []


def _arguments(text: Text, count: int) -> dict[str, Any]:
    if isinstance(text, Plural):
        return _arguments(text.one, count) | _arguments(text.many, count) | {text.by: count}
    parsed = [(name, form or "") for _, name, form, _ in Formatter().parse(text) if name]
    return {name: EXAMPLES.get(form, "1") for name, form in parsed}


def test_no_word_of_a_log_message_bypasses_the_catalogue() -> None:
    event = log_message(phrase("“{name}” learned {what}.", name="1", what=phrase("its mean")))
    assert event.text == "“1” learned its mean."
    assert event.words is not None
    text = render(event.words.text, event.words.arguments, PSEUDO)
    assert text == "⟦“1” ~~~~~~~ ⟦~~~ ~~~~⟧.⟧"


@pytest.mark.parametrize("param", ["units", "activation"])
def test_the_description_of_a_missing_parameter_is_translated(param: str) -> None:
    dense = load().layer("Dense")
    described = dense and dense.param(param)
    assert dense
    assert described
    place = Place(phrase("“{name}”", name="1"))
    missing = translated(missing_param(place, dense, described, ""), PSEUDO)
    assert re.findall(r"[A-Za-z]+", missing.hint or "") == []


def test_a_phrase_inside_a_problem_is_translated_too() -> None:
    why: Phrase = phrase("it is larger than {limit:bytes}", limit=4_000_000)
    hidden = translated(problem("unreadable", why=why), PSEUDO)
    assert hidden.message == "⟦~~~~ ~~~~~~~~ ~~~'~ ~~ ~~~~: ⟦~~ ~~ ~~~~~~ ~~~~ ⟦4 ~~⟧⟧.⟧"
