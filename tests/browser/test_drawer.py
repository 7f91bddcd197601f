"""The drawer below the canvas, beside it, or in its place."""

import re
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, expect

from tests.browser.workbench import Workbench


def box(element: Locator) -> FloatRect:
    rectangle = element.bounding_box()
    assert rectangle
    return rectangle


def drawer(bench: Workbench) -> Locator:
    return bench.page.get_by_role("complementary", name="Drawer")


def test_code_stands_beside_the_canvas_or_in_its_place(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Digits, convolutional")
    main = bench.page.get_by_role("main")
    panel = drawer(bench)
    bench.tab("Code")
    whole = box(main)
    panel.get_by_role("button", name="Beside the canvas").click()
    expect(panel).to_have_class(re.compile("beside"))
    canvas, beside = box(main), box(panel)
    assert canvas["height"] > whole["height"]
    assert canvas["x"] + canvas["width"] <= beside["x"] + 1
    assert canvas["y"] == beside["y"]
    bench.wait_until_still()
    card = box(bench.card("conv_1"))
    assert canvas["x"] < card["x"]
    assert card["x"] + card["width"] < beside["x"]
    bench.photograph(pictures / "code-beside.png")

    panel.get_by_role("button", name="In place of the canvas").click()
    expect(panel).to_have_class(re.compile("middle"))
    assert box(panel) == box(main)
    expect(main).to_have_attribute("inert", "")
    bench.photograph(pictures / "code-instead.png")

    bench.page.reload()
    expect(panel).to_have_class(re.compile("middle"))
    expect(bench.tab("Code")).to_contain_text("keras")
    bench.press("\\")
    expect(panel).to_have_class(re.compile("bottom"))
    bench.wait_until_checked()
    assert box(main) == whole


def test_the_width_beside_the_canvas_is_set_by_keys(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.press("\\")
    panel = drawer(bench)
    expect(panel).to_have_class(re.compile("beside"))
    before = box(panel)["width"]
    panel.get_by_role("separator").press("ArrowLeft")
    expect(panel.get_by_role("separator")).to_have_attribute("aria-valuenow", "496")
    assert box(panel)["width"] == before + 16


def test_a_height_set_by_hand_is_kept_for_its_tab(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    panel = drawer(bench)
    bench.tab("Training")
    training = box(panel)["height"]
    bench.tab("Code")
    code = box(panel)["height"]
    edge = box(panel.get_by_role("separator"))
    middle = edge["x"] + edge["width"] / 2, edge["y"] + edge["height"] / 2
    bench.page.mouse.move(*middle)
    bench.page.mouse.down()
    bench.page.mouse.move(middle[0], middle[1] + 80, steps=4)
    bench.page.mouse.up()
    assert box(panel)["height"] == code - 80
    bench.tab("Training")
    assert box(panel)["height"] == training
    bench.page.reload()
    assert box(panel)["height"] == training
    bench.tab("Code")
    assert box(panel)["height"] == code - 80


def test_the_bar_counts_problems_while_the_drawer_is_closed(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bar = bench.page.get_by_role("banner")
    bench.card("hidden").click()
    bench.press("Delete")
    tab = bench.page.get_by_role("tab", name=re.compile(r"^Problems \d+$"))
    expect(tab).to_be_visible()
    count = tab.inner_text().split()[-1]
    expect(bar.get_by_role("button", name="Drawer", exact=True)).to_be_visible()
    bench.page.set_viewport_size({"width": 400, "height": 800})
    bench.press("`")
    expect(tab).to_have_count(0)
    button = bar.get_by_role("button", name=re.compile(f"^Drawer: {count} problems?$"))
    expect(button).to_have_text(count)
    expect(button).to_be_in_viewport(ratio=1)
    button.click()
    expect(tab).to_be_visible()


def test_a_sheet_leaves_room_for_its_content_in_a_low_window(bench: Workbench) -> None:
    """720 × 450 pixels: what is left of 1440 × 900 when the browser zooms to 200 %."""
    bench.page.set_viewport_size({"width": 720, "height": 450})
    bench.start_from("Digits, dense")
    bench.page.get_by_role("banner").get_by_role("button", name=re.compile("^Drawer")).click()
    bench.tab("Training")
    panel, banner = box(drawer(bench)), box(bench.page.get_by_role("banner"))
    assert panel["height"] >= 320
    assert panel["y"] > banner["y"] + banner["height"]  # some of the canvas stays in view


def test_a_panel_that_cant_be_loaded_says_so(bench: Workbench) -> None:
    bench.page.route(
        re.compile(r"/Summary[^/]*\.js"), lambda route: route.abort("connectionrefused")
    )
    bench.start_from("Digits, dense")
    expect(bench.tab("Summary").get_by_role("alert")).to_contain_text("could not be loaded")
    bench.tab("Problems")
    expect(bench.page.get_by_role("tabpanel", name="Problems")).to_be_visible()


def test_every_form_of_code_is_in_sight_on_a_phone(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Digits, dense")
    panel = bench.tab("Code")
    bench.page.set_viewport_size({"width": 400, "height": 800})
    expect(panel.get_by_text("Notebook", exact=True)).to_be_in_viewport(ratio=1)
    assert panel.evaluate("panel => panel.scrollWidth - panel.clientWidth") == 0
    bench.photograph(pictures / "code-phone.png")
