"""How the page looks: light, dark and narrow, without overflow, and accessible.

Screenshots are written to var/screenshots, to be looked at by a person.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.test_opening import drop
from tests.browser.workbench import Workbench
from tests.conftest import ROOT, Server

FEEDING = ROOT / "tests" / "golden" / "feeding.json"
SIZES = {
    "wide": (1440, 900),
    "projector": (1280, 720),
    "narrow": (700, 900),
    "phone": (390, 844),
    # What is left of 1440 × 900 pixels when the browser zooms to 200 %.
    "200-percent": (720, 450),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pages_fit_and_are_legible(
    open_page: Callable[..., Page], server: Server, pictures: Path, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    scale = 2 if size == "200-percent" else 1
    page = open_page(color_scheme=scheme, reduced_motion="reduce", device_scale_factor=scale)
    person = Workbench(page, server.url)
    person.page.set_viewport_size({"width": width, "height": height})
    person.home()
    _look(person, pictures / f"home-{size}-{scheme}.png")
    person.start_from("Digits, residual")
    if size in ("wide", "projector"):
        person.card("project").click()
    _look(person, pictures / f"editor-{size}-{scheme}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 400])
def test_frozen_cards_are_legible(
    open_page: Callable[..., Page], server: Server, pictures: Path, width: int, scheme: str
) -> None:
    person = Workbench(open_page(color_scheme=scheme, reduced_motion="reduce"), server.url)
    person.start_from("Digits, convolution")
    for key in ("conv_1", "drop"):
        person.card(key).click()
        person.press("f")
    person.wait_until_saved()
    person.page.set_viewport_size({"width": width, "height": 900})
    person.press("`")
    person.press("1")
    expect(person.canvas.get_by_title("Frozen", exact=False).first).to_be_visible()
    _look(person, pictures / f"frozen-{width}-{scheme}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 400])
def test_columns_in_other_shapes_are_legible(
    open_page: Callable[..., Page], server: Server, pictures: Path, width: int, scheme: str
) -> None:
    person = Workbench(open_page(color_scheme=scheme, reduced_motion="reduce"), server.url)
    person.home()
    drop(person, "digits.json", FEEDING.read_text("utf-8"))
    expect(person.tab("Data").get_by_text("fed as 64", exact=False)).to_be_visible()
    person.page.set_viewport_size({"width": width, "height": 900})
    person.page.get_by_label("Column for picture").scroll_into_view_if_needed()
    _look(person, pictures / f"data-{width}-{scheme}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialogs_and_edited_code_are_legible(
    open_page: Callable[..., Page], server: Server, pictures: Path, scheme: str
) -> None:
    person = Workbench(open_page(color_scheme=scheme, reduced_motion="reduce"), server.url)
    person.home()
    person.page.get_by_role("button", name="Paste code…").click()
    area = person.page.get_by_role("textbox", name="Keras code")
    area.fill("import os\nos.remove('x')")
    person.page.get_by_role("button", name="Open as project").click()
    expect(person.page.get_by_role("alert")).to_be_visible()
    _look(person, pictures / f"paste-{scheme}.png")
    person.start_from("Digits, dense")
    panel = person.tab("Code")
    panel.get_by_role("button", name="Edit", exact=True).click()
    source = panel.get_by_label("Source code")
    expect(source).to_be_focused()
    person.page.keyboard.type("while True: pass")
    person.page.keyboard.press("Enter")
    panel.get_by_role("button", name="Apply").click()
    expect(panel.get_by_text("while True", exact=False).first).to_be_visible()
    _look(person, pictures / f"code-edited-{scheme}.png")


def _look(person: Workbench, picture: Path) -> None:
    page = person.page
    person.photograph(picture)
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{picture.stem} scrolls sideways by {overflow} pixels"
    violated = violations(page)
    assert not violated, f"{picture.stem}: {violated}"


def test_help_and_search_list_every_action(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Digits, dense")
    bench.page.keyboard.press("?")
    dialog = bench.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Undo")
    bench.photograph(pictures / "help.png")
    bench.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    bench.page.keyboard.press("Control+k")
    expect(bench.page.get_by_role("dialog")).to_contain_text("Lay out")
    bench.photograph(pictures / "search.png")


def test_an_unknown_project_and_a_bad_file_are_explained(bench: Workbench, tmp_path: Path) -> None:
    bench.home()
    bad = tmp_path / "bad.json"
    bad.write_text('{"version": 1, "graphs": []}')
    bench.page.get_by_label("Document file").set_input_files(bad)
    expect(bench.page.get_by_role("main")).to_contain_text("graphs")
    bench.page.goto(f"{bench.url}/projects/doesNotExist")
    expect(bench.page.get_by_role("main")).to_contain_text("no project")


def test_the_editor_is_as_high_as_the_window_and_the_drawer_fits_its_tab(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    assert bench.page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
    drawer = bench.page.get_by_role("complementary", name="Drawer")
    heights = []
    for tab in ("Training", "Problems", "Training"):
        bench.tab(tab)
        box = drawer.bounding_box()
        assert box
        heights.append(box["height"])
    assert heights[0] == heights[2] > heights[1]
    expect(bench.card("flat")).not_to_contain_text("Flattens")
