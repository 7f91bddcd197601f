"""A problem is told once where somebody looks."""

import pytest
from playwright.sync_api import FloatRect, expect

from tests.browser.workbench import Workbench

MESSAGE = "Add needs inputs of the same shape"


def test_a_problem_is_told_in_the_inspector_or_beside_its_card(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    bench.card("project").click()
    bench.set_param("filters", "7")
    bench.press("Escape")
    beside = bench.page.get_by_role("region", name="Problem with join")
    bench.card("join").hover()
    expect(beside).to_contain_text(MESSAGE)
    bench.card("join").click()
    expect(bench.inspector).to_contain_text(MESSAGE)
    expect(beside).to_have_count(0)
    bench.press("]")
    expect(beside).to_contain_text(MESSAGE)
    beside.get_by_role("button", name="Project “project” with Conv2D").click()
    expect(bench.canvas.locator("article.bad")).to_have_count(0)
    expect(beside).to_have_count(0)


def test_the_words_of_a_problem_have_the_width_of_a_phone(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    bench.card("project").click()
    bench.set_param("filters", "7")
    panel = bench.tab("Problems")
    words, fix = panel.get_by_text(MESSAGE), panel.get_by_role("button", name="Project “project”")
    beside, wide = words.bounding_box(), fix.bounding_box()
    assert beside
    assert wide
    assert wide["x"] > beside["x"] + beside["width"]
    bench.page.set_viewport_size({"width": 400, "height": 900})
    above, below = words.bounding_box(), fix.bounding_box()
    assert above
    assert below
    assert above["width"] > 300
    assert below["y"] >= above["y"] + above["height"]


# Pairs of cards that cover each other or leave no room for the wire between them.
CROWDED = """() => {
  const cards = [...document.querySelectorAll('section.canvas article')]
  const boxes = cards.map(card => card.getBoundingClientRect())
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b =>
    a.left < b.right && b.left < a.right && a.top < b.bottom + 8 && b.top < a.bottom + 8)).length
}"""


def test_a_fix_puts_a_layer_into_its_wire_with_room_around_it(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    bench.card("project").click()
    bench.set_param("filters", "7")
    bench.card("join").click()
    bench.inspector.get_by_role("button", name="Project “project” with Conv2D").click()
    expect(bench.canvas.locator("article.bad")).to_have_count(0)
    bench.wait_until_still()
    assert bench.page.evaluate(CROWDED) == 0
    project, added, join = (_box(bench, name) for name in ("project", "Conv2D", "join"))
    assert added["x"] == pytest.approx(project["x"], abs=8)
    assert project["y"] + project["height"] < added["y"]
    assert added["y"] + added["height"] < join["y"]
    bench.press("Control+z")
    expect(bench.cards).to_have_count(8)


def _box(bench: Workbench, name: str) -> FloatRect:
    box = bench.card(name).bounding_box()
    assert box
    return box
