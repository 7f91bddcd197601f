"""A check that would take too long ends in time, names the slow node, and checks the others."""

import pytest

from engine.check import check, clock
from engine.check.inference import clear_cache
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
def test_a_slow_layer_is_refused_and_the_other_nodes_are_checked(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear_cache()
    slow = node("y", "RNN", cell={"class": "StackedRNNCells", "params": {"cells": CELLS}})
    others = [node("x", "Input", shape=[500, 3]), node("z", "Dense", units=7)]
    slow_document = document([slow, *others], ["x > y.sequences", "x > z"])
    with monkeypatch.context() as patched:
        patched.setattr(clock, "LAYER_SECONDS", seconds)
        verdict = check(slow_document)
    assert [
        (problem.code, problem.node) for problem in verdict.problems if problem.severity == "error"
    ] == [("too_slow", "y")]
    assert check(chain(others[0], node("z", "GRU", units=7))).nodes["z"].multiply_adds


def test_a_slow_check_stops_and_the_next_one_continues(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = chain(
        node("x", "Input", shape=[5]), *(node(f"y{i}", "Dense", units=9) for i in range(3))
    )
    clear_cache()
    with monkeypatch.context() as patched:
        patched.setattr(clock, "CHECK_SECONDS", 0.0)
        verdict = check(whole)
    assert [(problem.code, problem.node) for problem in verdict.problems if problem.node] == [
        ("not_looked_at", "y0"),
        ("waits", "y1"),
        ("waits", "y2"),
    ]
    assert verdict.problems[0].code == "out_of_time"
    assert errors(whole) == []


def test_a_document_with_too_long_a_list_is_refused() -> None:
    words = ["word"] * (MAX_VALUES + 1)
    raw = chain(node("x", "Input", shape=[1], dtype="string")).to_json()
    raw["graphs"][0]["nodes"].append(node("y", "StringLookup", vocabulary=words))
    (problem,) = validate_document(raw)
    assert "may hold at most 100,000 values" in problem.message
