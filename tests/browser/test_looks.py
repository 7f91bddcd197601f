"""How the page looks: light, dark and narrow, without overflow, and accessible.

Screenshots are written to var/screenshots, to be looked at by a person.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.graph.layout import lay_out
from tests.browser.axe import violations
from tests.browser.test_large_graphs import open_document
from tests.browser.test_opening import drop
from tests.browser.workbench import Workbench
from tests.conftest import ROOT, Server
from tests.engine.documents import document, node

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


# Pairs of a shape on a wire and a name of a port that cover each other.
COLLIDING = """names => {
  const chips = [...document.querySelectorAll('section.canvas .chip')]
  return names.flatMap(name => {
    const a = name.getBoundingClientRect()
    return chips.filter(chip => {
      const b = chip.getBoundingClientRect()
      return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
    }).map(chip => `${name.textContent} and ${chip.textContent}`)
  })
}"""


def test_names_of_ports_and_shapes_on_wires_dont_cover_each_other(bench: Workbench) -> None:
    nodes = [
        node("q", "Input", shape=[10, 16], name="queries"),
        node("v", "Input", shape=[12, 16], name="values"),
        node("m", "MultiHeadAttention", num_heads=2, key_dim=8),
    ]
    open_document(bench, lay_out(document(nodes, ["q > m.query", "v > m.value"])))
    bench.wait_until_checked()
    card = bench.card("MultiHeadAttention")
    card.hover()
    names = bench.canvas.locator(".port-name").filter(visible=True)
    expect(names.filter(has_text="query")).to_be_visible()
    assert names.evaluate_all(COLLIDING) == []
    card.click()
    expect(names.filter(has_text="value")).to_be_visible()
    assert names.evaluate_all(COLLIDING) == []


RING = "element => getComputedStyle(element).outlineStyle"
SHADOW = "element => getComputedStyle(element).boxShadow"


def test_focus_selection_and_an_error_look_different(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    group = bench.canvas.get_by_role("group", name="join, Add", exact=True)
    card = group.get_by_role("article")
    plain = card.evaluate(SHADOW)
    bench.press("Tab")  # the focus has a ring for somebody at the keyboard
    group.focus()
    assert group.evaluate(RING) == "dashed"
    assert card.evaluate(SHADOW) == plain
    bench.press("Enter")
    expect(bench.inspector.get_by_label("Name", exact=True)).to_have_value("join")
    selected = card.evaluate(SHADOW)
    bench.card("project").click()
    bench.set_param("filters", "7")
    expect(bench.canvas.locator("article.bad")).to_have_count(1)
    wrong = card.evaluate(SHADOW)
    card.click()
    expect(bench.inspector.get_by_label("Name", exact=True)).to_have_value("join")
    both = card.evaluate(SHADOW)
    assert len({plain, selected, wrong, both}) == 4
