"""Sub-models: opened, edited and left; the breadcrumbs show the open graph."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.workbench import Workbench
from tests.conftest import Server

NESTING = Path(__file__).parents[1] / "golden" / "nesting.json"


@pytest.fixture
def nested(bench: Workbench) -> Workbench:
    """A project with a block that two nodes call, placed below each other."""
    document = json.loads(NESTING.read_text(encoding="utf-8"))
    for graph in document["graphs"]:
        for row, node in enumerate(graph["nodes"]):
            node["position"] = {"x": 0, "y": 96 * row}
    created = bench.page.request.post(f"{bench.url}/api/projects", data={"document": document})
    assert created.ok, created.text()
    bench.open(f"{bench.url}/projects/{created.json()['id']}")
    bench.wait_until_checked()
    return bench


def members(bench: Workbench) -> dict[str, dict[str, Any]]:
    """The nodes and wires of a document with one graph, by id; their order is irrelevant."""
    (graph,) = bench.document()["graphs"]  # type: ignore[misc,attr-defined]
    return {kind: {member["id"]: member for member in graph[kind]} for kind in ("nodes", "edges")}


def where(bench: Workbench) -> list[str]:
    """The names of the breadcrumbs, from the model to the open graph."""
    crumbs = bench.page.get_by_role("navigation", name="Breadcrumbs").get_by_role("listitem")
    return [text.strip() for text in crumbs.all_inner_texts()]


def test_a_sub_model_is_opened_edited_and_left(nested: Workbench, pictures: Path) -> None:
    bench = nested
    expect(bench.card("first")).to_contain_text("5 layers")
    bench.page.screenshot(path=str(pictures / "sub-model-outside.png"))
    bench.card("first").dblclick()
    expect(bench.cards).to_have_count(5)
    assert where(bench) == ["Blocks", "Block"]
    assert any("16" in chip for chip in bench.chips())
    bench.card("ReLU").click()
    bench.page.screenshot(path=str(pictures / "sub-model-inside.png"))
    bench.press("Delete")
    expect(bench.cards).to_have_count(4)
    bench.press("Escape")
    expect(bench.cards).to_have_count(6)
    expect(bench.card("first")).to_contain_text("4 layers")
    bench.press("Control+z")
    expect(bench.card("second")).to_contain_text("5 layers")
    bench.wait_until_saved()


def test_a_problem_inside_a_sub_model_opens_it(nested: Workbench) -> None:
    bench = nested
    bench.card("second").click()
    bench.press("i")
    expect(bench.cards).to_have_count(5)
    bench.card("x_in").click()
    bench.set_param("shape", "8")
    bench.page.get_by_role("button", name="Blocks", exact=True).click()
    expect(bench.cards).to_have_count(6)
    problems = bench.tab("Problems")
    problems.get_by_role("button", name=re.compile("Block · ")).first.click()
    expect(bench.cards).to_have_count(5)
    expect(bench.inspector).to_contain_text("Conv2D")


def test_renaming_a_sub_model_renames_its_calls(nested: Workbench) -> None:
    bench = nested
    bench.card("first").click()
    bench.inspector.get_by_role("button", name="Open it").click()
    bench.inspector.get_by_label("Name").fill("Residual")
    bench.inspector.get_by_label("Name").press("Enter")
    assert where(bench) == ["Blocks", "Residual"]
    bench.wait_until_saved()


def test_cursors_are_shown_only_in_the_open_graph(
    open_page: Callable[..., Page], server: Server, nested: Workbench
) -> None:
    other = Workbench(open_page(), server.url)
    other.open(nested.page.url)
    other.wait_until_checked()
    other.canvas.hover(position={"x": 300, "y": 200})
    expect(nested.page.get_by_test_id("cursor")).to_have_count(1)
    nested.card("first").dblclick()
    expect(nested.cards).to_have_count(5)
    expect(nested.page.get_by_test_id("cursor")).to_have_count(0)
    other.card("first").dblclick()
    other.canvas.hover(position={"x": 320, "y": 220})
    expect(nested.page.get_by_test_id("cursor")).to_have_count(1)


def test_a_selection_is_grouped_into_a_sub_model(bench: Workbench) -> None:
    bench.start_from("Digits, convolution")
    wanted = members(bench)
    cards = bench.cards.count()
    names = [node["name"] for node in wanted["nodes"].values()]
    for name in names:
        if name not in ("image", "score"):
            bench.card(name).click(modifiers=["Shift"])
    bench.press("g")
    expect(bench.cards).to_have_count(3)
    expect(bench.card("Block")).to_contain_text(f"{cards - 1} layers")  # including its own Input
    bench.wait_until_saved()
    problems = bench.tab("Problems")
    expect(problems).to_contain_text("No problems")
    bench.canvas.click(position={"x": 20, "y": 300})
    bench.press("Control+z")
    expect(bench.cards).to_have_count(cards)
    bench.wait_until_saved()
    assert members(bench) == wanted
    bench.press("Control+y")
    bench.card("Block").click()
    bench.press("Shift+g")
    expect(bench.cards).to_have_count(cards)
    bench.wait_until_saved()
    assert members(bench)["nodes"] == wanted["nodes"]


def test_a_sub_model_is_placed_from_the_palette(nested: Workbench) -> None:
    bench = nested
    bench.drag_layer("Block", 700, 300)
    expect(bench.cards).to_have_count(7)
    expect(bench.inspector).to_contain_text("used 3 times")
    bench.page.get_by_role("button", name="Open Block").click()
    expect(bench.cards).to_have_count(5)
    expect(bench.palette_item("Block")).to_have_count(0)  # a model can't contain itself


def test_an_unused_sub_model_is_deleted(nested: Workbench) -> None:
    bench = nested
    for name in ("first", "second"):
        bench.card(name).click()
        bench.press("Delete")
    expect(bench.cards).to_have_count(4)
    bench.page.get_by_role("button", name="Open Block").click()
    bench.inspector.get_by_role("button", name="Delete sub-model").click()
    expect(bench.cards).to_have_count(4)
    expect(bench.palette_item("Block")).to_have_count(0)
    bench.press("Control+z")
    expect(bench.cards).to_have_count(5)
    assert where(bench) == ["Blocks", "Block"]
