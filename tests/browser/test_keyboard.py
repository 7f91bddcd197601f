"""A whole visit by keyboard alone, from the home page and back to it."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.workbench import Workbench

MOST_TABS = 120
IS_FOCUSED = "element => element === document.activeElement"


def _go(bench: Workbench, target: Locator, key: str = "Tab") -> None:
    """Press a key until the focus is on the target, which then has a ring."""
    expect(target).to_be_attached()
    for _ in range(MOST_TABS):
        if target.evaluate(IS_FOCUSED):
            break
        bench.press(key)
    expect(target).to_be_focused()
    assert target.evaluate("element => element.matches(':focus-visible')")


def _card(bench: Workbench, name: str) -> Locator:
    return bench.canvas.get_by_role("group", name=re.compile(f"^{name}, "))


def _wire(bench: Workbench, source: str, target: str) -> Locator:
    return bench.canvas.get_by_role("group", name=f"Wire from {source} to {target}", exact=True)


def _tab(bench: Workbench, name: str) -> Locator:
    """Walk to the drawer's tabs, and with the arrows to the tab of this name."""
    _go(bench, bench.page.get_by_role("tablist", name="Drawer").locator("[tabindex='0']"))
    _go(bench, bench.page.get_by_role("tab", name=re.compile(f"^{name}")), "ArrowRight")
    return bench.page.get_by_role("tabpanel", name=re.compile(f"^{name}"))


def test_a_visit_by_keyboard_alone(bench: Workbench) -> None:
    page = bench.page
    bench.home()
    _go(bench, page.get_by_role("button", name="Digits, dense", exact=True))
    bench.press("Enter")
    bench.wait_until_checked()

    # Add a layer after another one.
    _go(bench, _card(bench, "hidden"))
    bench.press("Enter")
    expect(bench.param("units")).to_be_visible()
    bench.press("a")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    page.keyboard.type("Dropout")
    bench.press("Enter")
    expect(_card(bench, "Dropout")).to_be_focused()

    # Connect it to the next one; the wire that was there gives way.
    bench.press("c")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    page.keyboard.type("score")
    bench.press("Enter")
    wire = _wire(bench, "Dropout", "score")
    expect(wire).to_have_accessible_description(re.compile("shape 64"))
    expect(bench.wires).to_have_count(4)

    # Edit a parameter; Esc leaves the field.
    _go(bench, bench.param("rate"))
    bench.press("Control+a")
    page.keyboard.type("0.3")
    bench.press("Enter")
    bench.press("Escape")
    expect(bench.param("rate")).not_to_be_focused()
    expect(bench.param("rate")).to_have_value("0.3")

    # Remove the wire, which is a problem, and fix it.
    _go(bench, wire)
    bench.press("Enter")
    bench.press("Delete")
    expect(_card(bench, "score")).to_have_accessible_description(re.compile("error: ", re.I))
    panel = _tab(bench, "Problems")
    _go(bench, panel.get_by_role("button", name="Wire it to “Dropout”").first)
    bench.press("Enter")
    expect(wire).to_have_count(1)
    expect(_card(bench, "score")).to_have_accessible_description("output: 10")

    # Train, and read the results and the code.
    _go(bench, page.get_by_role("banner").get_by_role("button", name="Train", exact=True))
    bench.press("Enter")
    bench.wait_for_end()
    expect(page.locator(":focus")).to_have_text("Train")  # it was Stop meanwhile
    panel = bench.page.get_by_role("tabpanel", name="Training")
    _go(bench, panel.get_by_role("radio", checked=True).first)
    _go(bench, panel.get_by_role("radio", name="Results"), "ArrowRight")
    expect(panel.get_by_role("table").first).to_be_visible()
    panel = _tab(bench, "Code")
    expect(panel.get_by_label("Source code")).to_contain_text("Dropout(0.3")

    _go(bench, page.get_by_role("link", name="Layerloom: all projects"))
    bench.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("."))
    expect(page.get_by_role("link", name="Digits, dense").first).to_be_visible()
