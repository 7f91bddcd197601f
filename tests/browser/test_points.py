"""Points are drawn on a plane, become a data set, and are learnt."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.workbench import Workbench


def open_drawing(bench: Workbench) -> Locator:
    """Open the dialog in which points are drawn."""
    bench.tab("Data").get_by_role("button", name="Draw points…").click()
    dialog = bench.page.get_by_role("dialog", name="Draw points")
    expect(dialog).to_be_visible()
    return dialog


def spray(bench: Workbench, dialog: Locator, left: float, top: float) -> None:
    """Drag to and fro around a place, in shares of the plane's width and height."""
    box = dialog.get_by_role("application").bounding_box()
    assert box
    mouse = bench.page.mouse
    mouse.move(box["x"] + left * box["width"], box["y"] + top * box["height"])
    mouse.down()
    for row in range(4):
        x = box["x"] + (left + (0.1 if row % 2 else -0.1)) * box["width"]
        mouse.move(x, box["y"] + (top + row * 0.03) * box["height"], steps=20)
    mouse.up()


def points(dialog: Locator, name: str) -> int:
    """Return how many points a class has."""
    return int((dialog.get_by_label(name, exact=True).inner_text()).split()[0])


def test_drawn_points_are_learnt(bench: Workbench, pictures: Path) -> None:
    bench.start_empty()
    dialog = open_drawing(bench)
    use = dialog.get_by_role("button", name="Use these points")
    expect(use).to_be_disabled()
    spray(bench, dialog, 0.25, 0.25)
    expect(dialog.get_by_text("Draw points of two classes or more.")).to_be_visible()
    dialog.get_by_role("radio", name="Draw points of Class 2").check()
    spray(bench, dialog, 0.75, 0.75)
    dialog.get_by_label("Name of class 2").fill("2")
    assert points(dialog, "Class 1") > 20
    assert points(dialog, "2") > 20
    bench.photograph(pictures / "drawn points.png")
    dialog.get_by_label("Name of the data set").fill("Two clouds")
    use.click()

    panel = bench.page.get_by_role("tabpanel", name="Data")
    expect(panel.get_by_label("Role of label")).to_have_value("target", timeout=90_000)
    expect(panel.get_by_label("Type of label")).to_have_value("category")
    expect(panel.get_by_label("Role of x")).to_have_value("input")
    panel.get_by_role("button", name="Propose a model").click()
    bench.wait_until_checked()
    bench.train()
    bench.wait_for_end()
    results = bench.page.get_by_role("tabpanel", name="Training")
    expect(results.get_by_text(re.compile("accuracy", re.IGNORECASE)).first).to_be_visible()

    panel = bench.tab("Data")
    panel.get_by_role("button", name="Draw on…").click()
    dialog = bench.page.get_by_role("dialog", name="Draw points")
    expect(dialog.get_by_label("Name of class 2")).to_have_value("2")
    assert points(dialog, "Class 1") > 20


def test_points_are_drawn_with_the_keyboard(bench: Workbench) -> None:
    bench.start_empty()
    dialog = open_drawing(bench)
    dialog.get_by_role("application").focus()
    for keys in ("ArrowRight", "Enter", "2", "Shift+ArrowUp", "Enter", "Shift+ArrowUp", "Enter"):
        bench.press(keys)
    expect(dialog.get_by_label("Class 1", exact=True)).to_have_text("1 point")
    expect(dialog.get_by_label("Class 2", exact=True)).to_have_text("2 points")
    expect(dialog.get_by_role("status").filter(has_text="Class 2: x 0.05, y 0.5")).to_have_count(1)
    bench.press("Delete")
    expect(dialog.get_by_label("Class 2", exact=True)).to_have_text("1 point")
    bench.press("Control+z")
    expect(dialog.get_by_label("Class 2", exact=True)).to_have_text("2 points")
    dialog.get_by_role("button", name="Clear").click()
    expect(dialog.get_by_label("Class 2", exact=True)).to_have_text("0 points")
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog.get_by_label("Class 2", exact=True)).to_have_text("2 points")


def test_y_is_learnt_from_x_without_classes(bench: Workbench) -> None:
    bench.start_empty()
    dialog = open_drawing(bench)
    dialog.get_by_role("radio", name="y from x").check()
    spray(bench, dialog, 0.5, 0.5)
    box = dialog.get_by_role("application").bounding_box()
    assert box
    dialog.get_by_role("radio", name="Erase").check()
    before = dialog.get_by_text(re.compile(r"^\d+ points$")).inner_text()
    bench.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    expect(dialog.get_by_text(before, exact=True)).to_have_count(0)
    dialog.get_by_role("button", name="Use these points").click()
    panel = bench.page.get_by_role("tabpanel", name="Data")
    expect(panel.get_by_label("Role of y", exact=True)).to_have_value("target", timeout=90_000)
    expect(panel.get_by_text(re.compile("rows for regression"))).to_be_visible()
