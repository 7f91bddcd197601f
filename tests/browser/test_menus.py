"""Context menus of cards, wires and the canvas, by right-click and by long press."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.workbench import Workbench

Hand = Literal["mouse", "touch"]
Point = tuple[float, float]


@pytest.fixture(params=["mouse", "touch"])
def hand(request: pytest.FixtureRequest) -> Hand:
    """The device that opens the menus."""
    kind: Hand = request.param
    return kind


@pytest.fixture
def desk(open_page: Callable[..., Page], bench: Workbench, hand: Hand) -> Workbench:
    """A project with a card for each step, on a page that the hand can use."""
    work = Workbench(open_page(has_touch=hand == "touch"), bench.url)
    work.start_from("Digits, dense")
    return work


def _middle(element: Locator) -> Point:
    expect(element).to_be_visible()
    box = element.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _menu(desk: Workbench, hand: Hand, at: Point) -> Locator:
    """Open the menu of what lies at a point of the page."""
    menu = desk.page.get_by_role("menu", name="Actions")
    if hand == "mouse":
        desk.page.mouse.click(*at, button="right")
        expect(menu).to_be_visible()
    else:
        fingers = desk.page.context.new_cdp_session(desk.page)
        start: list[dict[str, Any]] = [{"x": at[0], "y": at[1]}]
        fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": start})
        expect(menu).to_be_visible()
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        fingers.detach()
    return menu


def _item(menu: Locator, name: str) -> Locator:
    return menu.get_by_role("menuitem", name=re.compile(f"^{re.escape(name)}"))


def _empty_place(desk: Workbench) -> Point:
    box = desk.canvas.bounding_box()
    assert box
    return box["x"] + 100, box["y"] + 140


def test_the_menu_of_a_card_offers_what_fits_it(
    desk: Workbench, hand: Hand, pictures: Path
) -> None:
    menu = _menu(desk, hand, _middle(desk.card("hidden")))
    desk.photograph(pictures / f"menu-card-{hand}.png")
    for name in ("Edit on the card", "Rename", "Bypass", "Freeze", "Duplicate", "Group into"):
        expect(_item(menu, name)).to_be_visible()
    expect(_item(menu, "Delete, and join")).to_be_visible()
    expect(_item(menu, "Open the sub-model")).to_have_count(0)
    expect(_item(menu, "Add Conv2D")).to_have_count(0)
    _item(menu, "Add Dense").click()
    expect(desk.cards).to_have_count(5)
    expect(desk.wires).to_have_count(4)
    expect(desk.canvas.locator(".svelte-flow__node:focus")).to_contain_text("Dense")


def test_the_menu_of_a_wire_inserts_bends_and_cuts(
    desk: Workbench, hand: Hand, pictures: Path
) -> None:
    chip = desk.canvas.locator(".chip", has_text="64").first
    menu = _menu(desk, hand, _middle(chip))
    desk.photograph(pictures / f"menu-wire-{hand}.png")
    _item(menu, "Bend the wire here").click()
    bend = desk.page.get_by_role("button", name=re.compile("Bend of the wire"))
    expect(bend).to_have_count(1)
    menu = _menu(desk, hand, _middle(desk.canvas.locator(".chip", has_text="8×8×1")))
    _item(menu, "Insert Conv2D").click()
    expect(desk.cards).to_have_count(5)
    expect(desk.wires).to_have_count(4)
    menu = _menu(desk, hand, _middle(desk.canvas.locator(".chip", has_text="8×8×1")))
    _item(menu, "Cut the wire").click()
    expect(desk.wires).to_have_count(3)


def test_the_menu_of_the_canvas_adds_and_pastes_there(
    desk: Workbench, hand: Hand, pictures: Path
) -> None:
    desk.card("hidden").click()
    desk.press("Control+c")
    x, y = _empty_place(desk)
    menu = _menu(desk, hand, (x, y))
    desk.photograph(pictures / f"menu-canvas-{hand}.png")
    for name in ("Add a layer", "Add a note", "Lay out", "Show everything", "Select all"):
        expect(_item(menu, name).first).to_be_visible()
    _item(menu, "Paste here").click()
    copy = desk.card("hidden_1")
    expect(copy).to_be_visible()
    at = _middle(copy)
    assert abs(at[0] - x) < 12
    assert abs(at[1] - y) < 12
    menu = _menu(desk, hand, (x, y - 90))
    _item(menu, "Add a layer").click()
    desk.page.keyboard.type("Dropout")
    offered = desk.page.get_by_role("listbox").get_by_role("option")
    expect(offered.first).to_contain_text("Dropout")
    desk.press("Enter")
    expect(desk.card("Dropout")).to_be_visible()
    desk.wait_until_saved()
    graphs: Any = desk.document()["graphs"]
    places = {node["name"] or node["layer"]: node["position"] for node in graphs[0]["nodes"]}
    assert places["Dropout"]["y"] < places["hidden_1"]["y"]
    assert abs(places["Dropout"]["x"] - places["hidden_1"]["x"]) < 20


@pytest.mark.parametrize("hand", ["mouse"], indirect=True)
def test_escape_leaves_a_menu_and_the_card_has_the_focus_again(desk: Workbench, hand: Hand) -> None:
    desk.card("hidden").click()
    menu = _menu(desk, hand, _middle(desk.card("hidden")))
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    desk.press("ArrowDown")
    expect(menu.get_by_role("menuitem").nth(1)).to_be_focused()
    desk.press("Escape")
    expect(menu).to_have_count(0)
    expect(desk.canvas.locator(".svelte-flow__node:focus")).to_contain_text("hidden")


def test_the_menu_of_a_frame_paints_renames_selects_and_deletes(
    desk: Workbench, hand: Hand, pictures: Path
) -> None:
    desk.card("hidden").click()
    desk.press("Control+g")
    desk.page.keyboard.type("Head")
    desk.press("Enter")
    frame = desk.canvas.get_by_role("group", name="Frame Head")
    title = frame.get_by_text("Head", exact=True)
    menu = _menu(desk, hand, _middle(title))
    desk.photograph(pictures / f"menu-frame-{hand}.png")
    menu.get_by_role("menuitemradio", name="Colour: green").click()
    menu = _menu(desk, hand, _middle(title))
    green = menu.get_by_role("menuitemradio", name="Colour: green")
    expect(green).to_have_attribute("aria-checked", "true")
    _item(menu, "Select what lies in the frame").click()
    expect(desk.canvas.locator(".svelte-flow__node.selected")).to_contain_text("hidden")
    expect(desk.canvas.locator(".svelte-flow__node:focus")).to_contain_text("hidden")
    expect(desk.page.get_by_test_id("announcement")).to_have_text("1 layer selected.")
    _item(_menu(desk, hand, _middle(title)), "Write the title").click()
    field = desk.page.get_by_label("Title of the frame")
    expect(field).to_be_focused()
    field.fill("Tail")
    desk.press("Enter")
    tail = desk.canvas.get_by_role("group", name="Frame Tail")
    menu = _menu(desk, hand, _middle(tail.get_by_text("Tail", exact=True)))
    _item(menu, "Delete").click()
    expect(tail).to_have_count(0)
    expect(desk.cards).to_have_count(4)


def test_the_menu_of_a_note_paints_writes_and_deletes(
    desk: Workbench, hand: Hand, pictures: Path
) -> None:
    desk.press("Shift+S")
    field = desk.page.get_by_role("textbox", name="Text of the note")
    field.fill("Why **two**")
    desk.press("Escape")
    note = desk.canvas.get_by_role("group", name="Note", exact=True)
    expect(note.locator("strong")).to_have_text("two")
    menu = _menu(desk, hand, _middle(note))
    desk.photograph(pictures / f"menu-note-{hand}.png")
    expect(_item(menu, "Select what lies in the frame")).to_have_count(0)
    menu.get_by_role("menuitemradio", name="Colour: purple").click()
    menu = _menu(desk, hand, _middle(note))
    purple = menu.get_by_role("menuitemradio", name="Colour: purple")
    expect(purple).to_have_attribute("aria-checked", "true")
    _item(menu, "Write the title or the text").click()
    expect(field).to_be_focused()
    expect(field).to_have_value("Why **two**")
    desk.press("Escape")
    _item(_menu(desk, hand, _middle(note)), "Delete").click()
    expect(note).to_have_count(0)
    expect(desk.cards).to_have_count(4)


def test_a_lifted_finger_leaves_the_menu_open_where_it_lies_under_it(
    open_page: Callable[..., Page], bench: Workbench, pictures: Path
) -> None:
    """On a phone, a long menu is moved up: an entry lies under the finger that opened it.

    What lies below the page is told by a sign at the menu's lower edge.
    """
    phone = Workbench(open_page(has_touch=True, viewport={"width": 400, "height": 800}), bench.url)
    phone.start_from("Digits, dense")
    before = phone.document()
    menu = _menu(phone, "touch", _middle(phone.card("hidden")))
    box = menu.bounding_box()
    assert box
    x, y = _middle(phone.card("hidden"))
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]
    more = menu.locator(".more")
    expect(more).to_be_visible()
    phone.photograph(pictures / "menu-card-phone.png")
    last = menu.get_by_role("menuitem").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    expect(more).to_be_hidden()
    _item(menu, "Rename").tap()
    expect(menu).to_have_count(0)
    expect(phone.inspector.get_by_role("textbox").first).to_be_focused()
    assert phone.document() == before
