"""The versions of a project: what has changed since, going back, names, and copies."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from bench import documents
from tests.browser.overview import HAS_COLOUR
from tests.browser.test_large_graphs import open_document
from tests.browser.workbench import Workbench

GREEN = "#1a7f4b"


def versions(bench: Workbench) -> Locator:
    """Open the list of versions."""
    history = bench.tab("History")
    history.get_by_text("Versions", exact=True).click()
    return history


def nodes(bench: Workbench) -> list[Any]:
    document: Any = bench.document()
    return list(document["graphs"][0]["nodes"])


def test_a_change_is_named_and_taken_back(bench: Workbench) -> None:
    bench.start_from("Digits, convolutional")
    before = nodes(bench)
    bench.card("drop").click()
    bench.page.keyboard.press("Delete")
    expect(bench.cards).to_have_count(len(before) - 1)

    history = versions(bench)
    timeline = history.get_by_role("list", name="Timeline")
    expect(timeline.get_by_role("button")).to_have_count(2)
    timeline.get_by_role("button", name=re.compile("Project created")).click()
    revision = history.get_by_role("region", name="Revision 0")
    expect(revision.get_by_text(re.compile("drop removed"))).to_be_visible()
    expect(revision.locator("rect.removed")).to_have_count(1)

    revision.get_by_label("Name").fill("With dropout")
    revision.get_by_role("button", name="Save name").click()
    expect(timeline.get_by_role("button", name=re.compile("With dropout"))).to_be_visible()

    revision.get_by_role("button", name="Restore").click()
    expect(bench.cards).to_have_count(len(before))
    bench.wait_until_saved()
    assert {node["id"] for node in nodes(bench)} == {node["id"] for node in before}
    bench.page.keyboard.press("Control+z")
    expect(bench.cards).to_have_count(len(before) - 1)


def test_an_earlier_revision_opens_as_a_project_of_its_own(bench: Workbench) -> None:
    bench.start_from("Digits, convolutional")
    count = len(nodes(bench))
    original = bench.page.url
    bench.card("drop").click()
    bench.page.keyboard.press("Delete")
    expect(bench.cards).to_have_count(count - 1)
    history = versions(bench)
    history.get_by_role("button", name=re.compile("Project created")).click()
    history.get_by_role("button", name="Open as a copy").click()
    expect(bench.page).not_to_have_url(original)
    expect(bench.cards).to_have_count(count)


def test_runs_say_what_differed(bench: Workbench) -> None:
    bench.start_from("Iris")
    settings = bench.tab("Training")
    for epochs in ("2", "3"):
        field = settings.get_by_label("Epochs", exact=True)
        field.fill(epochs)
        field.press("Enter")
        bench.wait_until_checked()
        bench.train()
        bench.wait_for_end()
    history = versions(bench)
    run = history.get_by_role("button", name=re.compile("^Run 2"))
    expect(run).to_contain_text("epochs: 2 → 3")


def test_an_earlier_revision_is_compared_on_the_canvas(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Digits, convolutional")
    bench.card("drop").click()
    bench.press("Control+Delete")
    bench.card("flat").click()
    bench.press("Control+d")
    copy = bench.card("flat_1")
    expect(copy).to_be_visible()
    bench.card("conv_1").click()
    bench.set_param("filters", "24")
    expect(bench.card("conv_1")).to_contain_text("24")
    bench.wait_until_saved()
    history = versions(bench)
    history.get_by_role("button", name=re.compile("Project created")).click()

    comparison = bench.page.get_by_role("region", name="Comparison with an earlier revision")
    expect(comparison).to_contain_text("Compared with revision 0")
    for words in ("1 layer added", "1 layer removed", "1 layer changed", "2 wires removed"):
        expect(comparison).to_contain_text(words)
    expect(bench.canvas.locator(".ghost")).to_contain_text("drop")
    expect(bench.canvas.locator(".mark.added")).to_have_count(1)
    expect(bench.canvas.locator(".mark.changed")).to_have_count(1)
    expect(bench.canvas.locator(".wire.added")).to_have_count(1)
    bench.photograph(pictures / "comparison.png")

    # It follows edits, Esc leaves it, and the button brings it back.
    copy.click()
    bench.press("Delete")
    expect(bench.canvas.locator(".mark.added")).to_have_count(0)
    bench.press("Escape")
    expect(comparison).to_have_count(0)
    expect(bench.canvas.locator(".ghost, .mark, .wire.added")).to_have_count(0)
    shown = history.get_by_role("button", name="On the canvas")
    expect(shown).to_have_attribute("aria-pressed", "false")
    shown.click()
    expect(bench.canvas.locator(".ghost")).to_have_count(1)
    history.get_by_role("button", name="Restore").click()
    expect(comparison).to_have_count(0)


def test_the_bar_of_a_comparison_covers_no_card(bench: Workbench) -> None:
    bench.start_from("Digits, convolutional")
    bench.card("drop").click()
    bench.press("Control+Delete")
    bench.wait_until_saved()
    versions(bench).get_by_role("button", name=re.compile("Project created")).click()
    bar = bench.page.get_by_role("region", name="Comparison with an earlier revision")
    expect(bar).to_contain_text("1 layer removed")
    for keys in ("", "+", "1"):
        if keys:
            bench.canvas.click(position={"x": 20, "y": 300})
            bench.press(keys)
        bench.wait_until_still()
        if keys != "+":
            below, top = bar.bounding_box(), bench.card("image").bounding_box()
            assert below
            assert top
            assert top["y"] > below["y"] + below["height"]


def test_added_wires_are_seen_from_afar(bench: Workbench) -> None:
    open_document(bench, documents.chain(600, spread=True))
    bench.wait_until_checked()
    bench.cards.nth(3).click()
    bench.press("Control+Delete")
    bench.wait_until_saved()
    for _ in range(6):
        bench.press("-")
        bench.wait_until_still()
    expect(bench.page.locator(".overview")).to_be_visible()
    bench.wait_until_still()
    assert not bench.page.evaluate(HAS_COLOUR, GREEN)
    versions(bench).get_by_role("button", name=re.compile("Project created")).click()
    bench.page.wait_for_function(HAS_COLOUR, arg=GREEN)
