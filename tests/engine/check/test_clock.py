"""A check that could take for ever ends in time, says where it stuck, and judges the rest."""

import pytest

from engine.check import check, clock
from engine.check.judge import forget
from engine.document import Document
from engine.document.reading import validate_document
from engine.values import MAX_VALUES
from tests.engine.documents import chain, document, node

CELLS = [{"class": "LSTMCell", "params": {"units": 4}}] * 2_000


def errors(whole: Document) -> list[tuple[str, str | None]]:
    return [
        (problem.code, problem.node)
        for problem in check(whole).problems
        if problem.severity == "error"
    ]


@pytest.mark.parametrize("seconds", [0.01, 0.05, 0.1])
def test_a_layer_without_end_is_refused_and_the_rest_is_judged(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget()
    slow = node("y", "RNN", cell={"class": "StackedRNNCells", "params": {"cells": CELLS}})
    others = [node("x", "Input", shape=[500, 3]), node("z", "Dense", units=7)]
    one = document([slow, *others], ["x > y.sequences", "x > z"])
    with monkeypatch.context() as patched:
        patched.setattr(clock, "LAYER_SECONDS", seconds)
        verdict = check(one)
    assert [(each.code, each.node) for each in verdict.problems if each.severity == "error"] == [
        ("too_slow", "y")
    ]
    assert check(chain(others[0], node("z", "GRU", units=7))).nodes["z"].multiply_adds


def test_a_check_without_end_stops_and_goes_on_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    one = chain(node("x", "Input", shape=[5]), *(node(f"y{i}", "Dense", units=9) for i in range(3)))
    forget()
    with monkeypatch.context() as patched:
        patched.setattr(clock, "CHECK_SECONDS", 0.0)
        verdict = check(one)
    assert [(each.code, each.node) for each in verdict.problems if each.node] == [
        ("not_looked_at", "y0"),
        ("waits", "y1"),
        ("waits", "y2"),
    ]
    assert verdict.problems[0].code == "out_of_time"
    assert errors(one) == []


def test_a_list_without_end_is_no_document() -> None:
    words = ["word"] * (MAX_VALUES + 1)
    one = chain(node("x", "Input", shape=[1], dtype="string")).to_json()
    one["graphs"][0]["nodes"].append(node("y", "StringLookup", vocabulary=words))
    (problem,) = validate_document(one)
    assert "may hold at most 100,000 values" in problem.message
