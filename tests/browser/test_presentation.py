"""The presentation: panels away, large type, the pointer shown, until P or Esc ends it."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.workbench import Workbench


def test_the_small_map_and_the_presentation(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    small_map = bench.canvas.locator(".minimap")
    expect(small_map).to_be_visible()
    bench.press("Alt+m")
    expect(small_map).to_have_count(0)
    bench.press("p")
    expect(bench.page.get_by_role("banner")).to_have_count(0)
    expect(bench.inspector).to_be_hidden()
    bench.page.mouse.move(300, 400)
    expect(bench.page.locator(".spot")).to_have_css("transform", re.compile(r"278, 378\)"))
    bench.press("p")
    expect(bench.page.get_by_role("banner")).to_be_visible()


def test_the_activation_is_legible_in_a_presentation(bench: Workbench) -> None:
    bench.start_from("Digits, convolutional")
    bench.press("p")
    second = bench.card("conv_2").locator(".second")
    expect(second).to_contain_text("relu")
    expect(bench.page.get_by_role("banner")).to_have_count(0)
    assert second.evaluate("element => element.scrollWidth - element.clientWidth") <= 0


def test_names_are_whole_beside_what_a_run_tells_of_its_layers(
    bench: Workbench, pictures: Path
) -> None:
    bench.start_from("Digits, convolutional")
    epochs = bench.tab("Training").get_by_label("Epochs", exact=True)
    epochs.fill("1")
    epochs.press("Enter")
    bench.train()
    bench.wait_for_end()
    bench.canvas.get_by_role("button", name="Inside view").click()
    expect(bench.card("conv_1").locator(".picture")).to_be_visible(timeout=60_000)
    expect(bench.canvas.locator("article .marks svg")).to_have_count(3)
    bench.press("p")
    expect(bench.page.get_by_role("banner")).to_have_count(0)
    for name in bench.canvas.locator("article .name").all():
        cut = name.evaluate("element => element.scrollWidth - element.clientWidth")
        assert cut <= 0, name.inner_text()
    bench.photograph(pictures / "presentation-inside.png")


def test_a_graph_that_is_whole_in_view_stays_so_in_another_window(bench: Workbench) -> None:
    """As when a projector is plugged in, or a phone is turned; long types have a line."""
    bench.start_from("Digits, residual")
    bench.press("p")
    expect(bench.page.get_by_role("banner")).to_have_count(0)
    second = bench.card("pool").locator(".second")
    expect(second).to_have_text("GlobalAveragePooling2D")
    assert second.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    for width, height in ((400, 800), (1280, 720)):
        bench.page.set_viewport_size({"width": width, "height": height})
        for name in ("image", "project", "score"):
            expect(bench.card(name)).to_be_in_viewport(ratio=0.99)
    bench.wait_until_still()
    first, last = (bench.card(name).bounding_box() for name in ("image", "score"))
    assert first
    assert last
    # It fills the larger window again.
    assert last["y"] + last["height"] - first["y"] > 600


def test_escape_leaves_a_presentation_after_the_selection(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    banner = bench.page.get_by_role("banner")
    bench.press("p")
    expect(banner).to_have_count(0)
    bench.card("hidden").click()
    expect(bench.canvas.locator("article.selected")).to_have_count(1)
    bench.press("Escape")
    expect(bench.canvas.locator("article.selected")).to_have_count(0)
    expect(banner).to_have_count(0)
    bench.press("Escape")
    expect(banner).to_be_visible()


def test_cards_keep_their_share_of_a_screen_with_more_pixels(bench: Workbench) -> None:
    bench.start_from("Iris")
    bench.press("p")
    expect(bench.page.get_by_role("banner")).to_have_count(0)
    heights = []
    for width, height in ((1280, 720), (1920, 1080)):
        bench.page.set_viewport_size({"width": width, "height": height})
        bench.wait_until_still()
        box = bench.card("hidden").bounding_box()
        assert box
        heights.append(box["height"])
    assert heights[1] / heights[0] > 1.2
