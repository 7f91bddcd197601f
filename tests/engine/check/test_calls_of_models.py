"""A sub-model that is valid for its own Inputs can fail for the shapes of one call."""

from typing import Any

import pytest

from engine.check import check
from engine.check.budgets import MANY_STEPS, MAX_STEPS
from engine.document import Document, Graph
from engine.keras.build import BuildError, build_model
from engine.problems import Problem
from tests.engine.documents import graph, node


def data(key: str, *shape: int | None) -> dict[str, Any]:
    return node(key, "Input", shape=list(shape), name=key)


def call(key: str, inner: str, **more: Any) -> dict[str, Any]:
    return node(key, "Model", graph=inner, name=key, **more)


SHRINKING = graph(
    [data("i", None, 4), node("conv", "Conv1D", filters=2, kernel_size=5, name="conv")],
    ["i > conv"],
    "shrinking",
)
"""Needs five steps or more, but its Input takes any number of steps."""

OUTER = graph([data("o", None, 4), call("inner", "shrinking")], ["o > inner"], "outer")


def problems(*graphs: Graph) -> list[Problem]:
    verdict = check(Document(graphs=graphs))
    assert verdict.ok == all(problem.severity != "error" for problem in verdict.problems)
    return [problem for problem in verdict.problems if problem.severity != "note"]


def test_it_is_an_error_at_the_call_that_fails() -> None:
    main = graph(
        [data("long", 9, 4), data("short", 3, 4), call("good", "shrinking"),
         call("bad", "shrinking"), node("after", "Flatten")],
        ["long > good", "short > bad", "bad > after"],
    )  # fmt: skip
    (problem,) = problems(main, SHRINKING)
    assert (problem.severity, problem.graph, problem.node) == ("error", "main", "bad")
    assert problem.code == "fails_for_call"
    assert problem.message.startswith(
        "“short” gives (batch, 3, 4), and the sub-model of “bad” has a problem with that: "
        "The window of 5 does not fit"
    )
    with pytest.raises(BuildError):
        build_model(Document(graphs=(main, SHRINKING)))


def test_a_second_call_of_the_same_weights_has_shapes_of_its_own() -> None:
    calls = [call("first", "shrinking"), node("second", "Model", shares="first", name="second")]
    wires = ["long > first", "short > second"]
    main = graph([data("long", 9, 4), data("short", 3, 4), *calls], wires)
    assert [(problem.code, problem.node) for problem in problems(main, SHRINKING)] == [
        ("fails_for_call", "second")
    ]
    both = graph([data("long", 9, 4), data("short", 6, 4), *calls], wires)
    assert problems(both, SHRINKING) == []
    assert build_model(Document(graphs=(both, SHRINKING))).count_params() == 42


def test_a_nested_sub_model_is_named_in_full() -> None:
    main = graph([data("short", 3, 4), call("top", "outer")], ["short > top"])
    (problem,) = problems(main, OUTER, SHRINKING)
    assert (problem.severity, problem.graph, problem.node) == ("error", "main", "top")
    assert "the sub-model of “inner” in the sub-model of “top”" in problem.message


def test_a_nested_call_that_fails_for_the_graph_it_is_in_is_reported_there() -> None:
    outer = graph([data("o", 3, 4), call("inner", "shrinking")], ["o > inner"], "outer")
    main = graph([data("x", 3, 4), call("top", "outer")], ["x > top"])
    verdict = check(Document(graphs=(main, outer, SHRINKING)))
    problem_keys = [
        (problem.code, problem.severity, problem.graph, problem.node)
        for problem in verdict.problems
    ]
    assert problem_keys[0] == ("fails_for_call", "error", "outer", "inner")
    assert ("waits", "note", "main", "top") in problem_keys
    assert not verdict.ok


@pytest.mark.parametrize(
    ("steps", "severity"), [(MANY_STEPS + 1, "warning"), (MAX_STEPS + 1, "error")]
)
def test_steps_of_a_single_call_are_counted(steps: int, severity: str) -> None:
    wrapped = {"class": "Conv1D", "params": {"filters": 2, "kernel_size": 1}}
    inner = graph(
        [data("i", None, 4, 4), node("each", "TimeDistributed", layer=wrapped)],
        ["i > each"],
        "inner",
    )
    main = graph([data("x", steps, 4, 4), call("top", "inner")], ["x > top"])
    at_calls = [problem for problem in problems(main, inner) if problem.node is not None]
    assert [(problem.severity, problem.graph, problem.node) for problem in at_calls] == [
        (severity, "main", "top")
    ]


def test_a_sub_model_that_returns_nothing_is_an_error_where_it_is_called() -> None:
    for inner in (
        graph([data("i", 4)], [], "inner"),
        graph([node("d", "Dense", units=2)], [], "inner"),
    ):
        main = graph([data("x", 4), call("top", "inner")], ["x > top"])
        assert not check(Document(graphs=(main, inner))).ok
