"""Titles of nodes: the cases that the page shares, and where messages use them."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.check import check
from engine.code import generate
from engine.document import Document
from engine.graph.bypass import without_bypassed
from engine.graph.ports import Outline
from tests.engine.documents import document, graph, node

SHARED = json.loads((Path(__file__).parents[2] / "titles.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["name"])
def test_titles_are_those_that_the_page_shows(case: dict[str, Any]) -> None:
    document = Document.model_validate({"graphs": case["graphs"]})
    assert Outline(document).titles("main") == case["titles"]


def test_bypassed_layers_keep_their_numbers_where_the_model_is_built_without_them() -> None:
    nodes = [{"id": "a", "layer": "Dense", "bypassed": True}, {"id": "b", "layer": "Dense"}]
    whole = Document.model_validate({"graphs": [{"id": "main", "nodes": nodes}]})
    outline = Outline(without_bypassed(whole), whole)
    assert outline.titles("main")["b"] == "Dense 2"


def test_messages_and_comments_of_code_call_a_node_by_its_title() -> None:
    nodes = [
        node("a", "Input", shape=[4]),
        node("b", "Dense", units=3),
        node("c", "Dense", units=-1),
        {**node("d", "Dense", units=2), "bypassed": True},
    ]
    wrong = document(nodes, ["a > b", "b > c", "b > d"])
    messages = [problem.message for problem in check(wrong).problems if problem.node]
    assert messages[0] == "units of “Dense 2” must be a whole number of at least 1; it is -1."
    source = generate(wrong, "functional").source
    assert "# units of “Dense 2” must be a whole number" in source
    assert "“Dense 3”" in source


SHARED_LAYER = document(
    [
        node("a", "Input", shape=[4], name="four"),
        node("b", "Input", shape=[5], name="five"),
        node("first", "Dense", units=3),
        node("second", "Dense", shares="first"),
    ],
    ["a > first", "b > second"],
)
SHARED_MODEL = Document(
    graphs=(
        graph(
            [
                node("a", "Input", shape=[4], name="four"),
                node("b", "Input", shape=[5], name="five"),
                node("first", "Model", graph="block"),
                node("second", "Model", shares="first"),
            ],
            ["a > first", "b > second"],
        ),
        graph(
            [node("x", "Input", shape=[4]), node("y", "Dense", units=3)],
            ["x > y"],
            "block",
            name="Block",
        ),
    )
)


@pytest.mark.parametrize(
    ("shared", "title"), [(SHARED_LAYER, "Dense 2"), (SHARED_MODEL, "Block 2")]
)
def test_a_problem_of_a_shared_call_is_told_at_the_call_that_has_it(
    shared: Document, title: str
) -> None:
    (problem,) = [problem for problem in check(shared).problems if problem.severity == "error"]
    assert (problem.graph, problem.node) == ("main", "second"), problem
    assert f"“{title}”" in problem.message
    assert "“five” gives (batch, 5)" in problem.message
