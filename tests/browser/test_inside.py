"""The inside view: pictures on the cards, an input of one's own, a card opened large."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.axe import assert_accessible, violations
from tests.browser.workbench import Workbench


def test_the_cards_show_what_is_inside(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Iris")
    page, canvas = bench.page, bench.canvas
    switch = canvas.get_by_role("button", name="Inside view")
    bench.press("v")
    expect(switch).to_have_attribute("aria-pressed", "true")
    shown = canvas.locator("article .picture")
    expect(shown).to_have_count(3, timeout=60_000)
    expect(canvas.get_by_text("first weights")).to_be_visible()
    score = canvas.locator("article", has_text="species").locator(".picture")
    expect(score).to_have_attribute("title", re.compile("setosa|versicolor|virginica"))
    canvas.get_by_label("Row number").fill("30")
    canvas.get_by_label("Row number").press("Enter")
    canvas.get_by_role("button", name="Next row").click()
    expect(canvas.get_by_label("Row number")).to_have_value("1")
    page.evaluate("Math.random = () => 0.5")
    canvas.get_by_role("button", name="Random row").click()
    expect(canvas.get_by_label("Row number")).to_have_value("16")

    canvas.get_by_role("button", name="Own input").click()
    own = canvas.get_by_role("region", name="Own input")
    before = score.get_attribute("title")
    number = own.get_by_role("textbox").first
    number.fill("60")
    expect(score).not_to_have_attribute("title", before or "")
    number.fill("6,0,0")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(own).to_contain_text("Not used.")
    assert violations(page) == ""
    number.press("Escape")
    expect(number).to_have_attribute("aria-invalid", "false")
    bench.photograph(pictures / "inside.png")
    canvas.get_by_role("button", name="Own input").click()

    canvas.locator("article", has_text="hidden").locator(".picture").dblclick()
    large = page.get_by_role("dialog")
    expect(large.locator(".plane").first).to_be_visible()
    large.locator(".plane").first.focus()
    page.keyboard.press("ArrowRight")
    expect(large).to_contain_text(re.compile(r"position 2: [\d.-]+"))
    sum_of_unit = large.get_by_role("region", name="How the value comes about")
    expect(sum_of_unit).to_contain_text(re.compile(r"·.*\(bias\) = "))
    expect(large).to_contain_text("Weights of channel 2")
    assert violations(page) == ""
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 400, "height": 800})
    expect(switch).to_be_visible()
    assert violations(page) == ""
    page.reload()
    expect(switch).to_have_attribute("aria-pressed", "true")


def test_the_plane_is_painted_with_decisions(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Iris")
    canvas = bench.canvas
    bench.press("v")
    expect(canvas.locator("article .picture")).to_have_count(3, timeout=60_000)
    hidden = bench.card("hidden").locator(".picture")
    before = hidden.get_attribute("title") or ""
    canvas.get_by_role("button", name="Plane", exact=True).click()
    plane = canvas.get_by_role("region", name="Plane")
    expect(plane.locator("circle")).to_have_count(120)
    expect(hidden).not_to_have_attribute("title", before)  # a small plane for each unit
    expect(hidden.locator("canvas.maps")).to_be_visible()
    painted = plane.get_by_role("img", name=re.compile("^Answers of species for "))
    expect(painted.locator("canvas")).to_have_css("image-rendering", "pixelated")
    plane.get_by_label("Smooth").check()
    expect(painted.locator("canvas")).to_have_css("image-rendering", "auto")
    plane.get_by_label("Feature upwards").select_option("petal width")
    expect(painted).to_have_accessible_name(re.compile("and petal width;"))
    assert_accessible(bench, pictures / "inside_plane")
    canvas.get_by_role("button", name="Plane", exact=True).click()
    expect(plane).to_have_count(0)


def test_one_layer_is_tried_alone(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Iris")
    page, canvas = bench.page, bench.canvas
    canvas.locator("article", has_text="hidden").click(button="right")
    page.get_by_role("menuitem", name="Try this layer alone").click()
    alone = page.get_by_role("dialog", name=re.compile("alone"))
    kernel = alone.get_by_label(re.compile("^kernel, 4×16"))
    expect(kernel).to_be_visible(timeout=60_000)
    kernel.fill(" ".join(["2"] * 64))
    kernel.blur()
    expect(alone).to_contain_text("1·2 + 2·2 + 3·2 + 4·2 + 0 (bias) = 20")
    expect(alone.get_by_role("region", name="Code")).to_contain_text("layer.set_weights(")
    kernel.fill("1 2")
    kernel.blur()
    expect(alone).to_contain_text("64 numbers are needed here; there are 2.")
    assert violations(page) == ""
    bench.photograph(pictures / "inside_alone.png")


def test_a_layer_of_the_palette_is_tried_alone(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Iris")
    page = bench.page
    cards = bench.cards.count()
    search = page.get_by_label("Search layers")
    search.fill("Subtract")
    search.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Try Subtract alone")).to_be_focused()
    page.keyboard.press("Enter")
    alone = page.get_by_role("dialog", name="Subtract alone")
    expect(alone).to_contain_text("1 − 1 = 0", timeout=60_000)
    first = alone.get_by_label("Input x1, 2")
    first.fill("7 9")
    first.blur()
    expect(alone).to_contain_text("9 − 2 = 7")
    expect(alone.get_by_role("region", name="Code")).to_contain_text("layer([x1, x2])")
    alone.get_by_label("Shape of x2").fill("3")
    alone.get_by_label("Shape of x2").press("Enter")
    expect(alone.get_by_role("status")).not_to_be_empty()  # Keras subtracts only what fits
    assert violations(page) == ""
    bench.photograph(pictures / "inside_alone_palette.png")
    expect(bench.cards).to_have_count(cards)  # nothing was placed
