"""Cards tinted by an amount: near, from afar, in the small map and in the picture."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from bench import documents
from tests.browser.overview import HAS_COLOUR
from tests.browser.test_export import saved
from tests.browser.test_large_graphs import open_document
from tests.browser.workbench import Workbench

DARKEST = "#58a2ea"


def test_cards_are_tinted_by_parameters_and_by_cost(
    bench: Workbench, pictures: Path, tmp_path: Path
) -> None:
    bench.start_from("Digits, residual")
    bench.press("t")
    legend = bench.canvas.get_by_role("region", name="Tint by")
    expect(legend).to_contain_text("9,248")
    darkest = bench.canvas.locator("article.tinted").filter(has_text="conv_2")
    expect(darkest).to_have_css("background-color", "rgb(88, 162, 234)")
    expect(bench.canvas.locator("article.tinted")).to_have_count(4)
    bench.photograph(pictures / "tinted.png")
    assert DARKEST in saved(bench, "Save the picture as SVG", tmp_path).read_text()
    legend.get_by_role("combobox").select_option(label="Multiply–adds")
    expect(legend).to_contain_text("590 k")
    bench.page.emulate_media(color_scheme="dark")
    expect(darkest).to_have_css("background-color", "rgb(30, 99, 161)")
    bench.photograph(pictures / "tinted_dark.png")
    legend.get_by_role("button", name="No tint").click()
    expect(bench.canvas.locator("article.tinted")).to_have_count(0)
    expect(legend).to_have_count(0)
    bench.wait_until_saved()
    assert "tint" not in str(bench.document())


def test_the_overview_is_tinted_alike(bench: Workbench) -> None:
    open_document(bench, documents.chain(600, spread=True))
    bench.wait_until_checked()
    bench.press("1")
    expect(bench.page.locator(".overview")).to_be_visible()
    assert not bench.page.evaluate(HAS_COLOUR, DARKEST)
    bench.press("t")
    bench.page.wait_for_function(HAS_COLOUR, arg=DARKEST)


@pytest.mark.parametrize("width", [1440, 400])
def test_the_bars_in_the_corner_lie_over_none_of_the_others(bench: Workbench, width: int) -> None:
    bench.page.set_viewport_size({"width": width, "height": 800})
    bench.start_from("Digits, dense")
    bench.press("t")
    bench.press("v")
    expect(bench.canvas.get_by_label("Row number")).to_be_visible(timeout=60_000)
    bars = [
        bench.canvas.get_by_role("toolbar", name="Zoom"),
        bench.canvas.get_by_role("toolbar", name="Inside view"),
        bench.canvas.get_by_role("region", name="Tint"),
    ]
    # A network that was wholly in view still is: no card is under a bar either.
    bench.wait_until_still()
    boxes = [bar.bounding_box() for bar in [*bars, bench.card("score")]]
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            assert one
            assert other
            aside = one["x"] + one["width"] <= other["x"]
            aside |= other["x"] + other["width"] <= one["x"]
            apart = one["y"] + one["height"] <= other["y"]
            apart |= other["y"] + other["height"] <= one["y"]
            assert aside or apart
    # The inside view's bar is a line high, on a phone two.
    assert boxes[1]
    assert boxes[1]["height"] < (40 if width > 800 else 70)
