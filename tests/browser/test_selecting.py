"""Selecting, copying and looking around: boxes, copies beside their originals, zoom and fit."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from engine.graph.layout import lay_out
from tests.browser.test_large_graphs import open_document
from tests.browser.workbench import Workbench
from tests.engine.documents import document, node


def _box(element: Locator) -> FloatRect:
    box = element.bounding_box()
    assert box
    return box


def _names(bench: Workbench) -> list[str]:
    labels = bench.canvas.locator("article.selected .label").all_inner_texts()
    return sorted(label.split()[0] for label in labels)


def _nodes(bench: Workbench) -> dict[str, dict[str, float]]:
    bench.wait_until_saved()
    graphs: Any = bench.document()["graphs"]
    return {node["name"] or node["layer"]: node["position"] for node in graphs[0]["nodes"]}


def _draw_box(bench: Workbench, left: float, top: float, right: float, bottom: float) -> None:
    bench.page.keyboard.down("Shift")
    bench.page.mouse.move(left, top)
    bench.page.mouse.down()
    bench.page.mouse.move(right, bottom, steps=5)
    bench.page.mouse.up()
    bench.page.keyboard.up("Shift")


def _zoom(bench: Workbench) -> float:
    viewport = bench.canvas.locator(".svelte-flow__viewport")
    style = viewport.evaluate("element => element.style.transform")
    found = re.search(r"scale\(([\d.]+)\)", style)
    assert found
    return float(found[1])


def test_shift_and_a_click_add_a_card_and_take_it_out(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    selected = bench.canvas.locator("article.selected")
    bench.card("image").click()
    bench.card("score").click(modifiers=["Shift"])
    expect(selected).to_have_count(2)
    bench.card("image").click(modifiers=["Shift"])
    expect(selected).to_have_count(1)
    assert _names(bench) == ["score"]
    bench.press("Control+a")
    expect(selected).to_have_count(4)


def test_a_card_is_clicked_while_the_view_moves(bench: Workbench) -> None:
    """As just after P: the card has left the pointer when the button is released."""
    bench.start_from("Digits, dense")
    box = _box(bench.card("score"))
    bench.page.mouse.move(box["x"] + 30, box["y"] + box["height"] - 12)
    bench.page.mouse.down()
    for _ in range(3):
        bench.press("-")
    bench.wait_until_still()
    assert _box(bench.card("score"))["y"] + 56 < box["y"] + box["height"] - 12
    bench.page.mouse.up()
    expect(bench.canvas.locator("article.selected")).to_have_count(1)
    assert _names(bench) == ["score"]


def test_a_box_adds_to_what_is_selected(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("image").click()
    box = _box(bench.card("score"))
    _draw_box(
        bench, box["x"] - 40, box["y"] - 10, box["x"] + box["width"], box["y"] + box["height"]
    )
    expect(bench.canvas.locator("article.selected")).to_have_count(2)
    assert _names(bench) == ["image", "score"]


def test_a_box_selects_cards_that_are_only_painted(bench: Workbench) -> None:
    names = [f"n{index}" for index in range(300)]
    nodes = [node("in", "Input", shape=[4]), *(node(name, "Dense", units=4) for name in names)]
    edges = [f"{a} > {b}" for a, b in zip(["in", *names], names, strict=False)]
    open_document(bench, lay_out(document(nodes, edges)))
    bench.press("b")
    bench.press("1")
    expect(bench.cards).to_have_count(0)
    box = _box(bench.canvas)
    _draw_box(bench, box["x"] + 20, box["y"] + 10, box["x"] + box["width"] - 20, box["y"] + 400)
    expect(bench.inspector).to_contain_text(re.compile(r"\d{2,} layers"))


def test_a_copy_lies_beside_its_original_and_over_no_card(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    before = _nodes(bench)
    bench.card("conv_1").click()
    bench.press("Control+d")
    expect(bench.cards).to_have_count(len(before) + 1)
    bench.press("Control+d")
    expect(bench.cards).to_have_count(len(before) + 2)
    after = _nodes(bench)
    places = list(after.values())
    for index, one in enumerate(places):
        for other in places[index + 1 :]:
            apart = abs(one["x"] - other["x"]) >= 208 or abs(one["y"] - other["y"]) >= 56
            assert apart, (after, one, other)
    copies = [name for name in after if name not in before]
    assert all(after[name]["y"] == before["conv_1"]["y"] for name in copies)
    expect(bench.canvas.locator(".svelte-flow__node:focus")).to_contain_text("conv_4")


def test_what_is_cut_is_pasted_where_it_was(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    before = _nodes(bench)
    bench.card("hidden").click()
    bench.press("Control+x")
    expect(bench.cards).to_have_count(3)
    bench.press("Control+v")
    expect(bench.cards).to_have_count(4)
    assert _nodes(bench) == before
    bench.press("Control+v")
    expect(bench.cards).to_have_count(5)
    assert _nodes(bench)["hidden_1"]["y"] == before["hidden"]["y"]


@pytest.mark.parametrize("key", ["1", "."])
def test_the_view_is_moved_zoomed_and_fitted(bench: Workbench, key: str) -> None:
    bench.start_from("Digits, dense")
    fitted = _box(bench.card("hidden"))
    box = _box(bench.canvas)
    mouse = bench.page.mouse
    mouse.move(box["x"] + 100, box["y"] + 200)
    mouse.wheel(0, 60)
    bench.wait_until_still()
    assert _box(bench.card("hidden"))["y"] < fitted["y"] - 20
    # A pinch on a touchpad arrives as a wheel with Ctrl.
    before = _zoom(bench)
    bench.page.keyboard.down("Control")
    mouse.wheel(0, -120)
    bench.page.keyboard.up("Control")
    bench.wait_until_still()
    assert _zoom(bench) > before
    bench.press(key)
    bench.wait_until_still()
    assert _box(bench.card("hidden")) == pytest.approx(fitted, abs=2)
    bench.card("hidden").click()
    bench.press("-")
    bench.wait_until_still()
    bench.press("2")
    bench.wait_until_still()
    card = _box(bench.card("hidden"))
    assert card["x"] + card["width"] / 2 == pytest.approx(box["x"] + box["width"] / 2, abs=2)
    assert card["y"] + card["height"] / 2 == pytest.approx(box["y"] + box["height"] / 2, abs=2)


def test_two_fingers_zoom_and_one_moves_the_view(
    open_page: Callable[..., Page], bench: Workbench
) -> None:
    bench = Workbench(open_page(has_touch=True), bench.url)
    bench.start_from("Digits, dense")
    box = _box(bench.canvas)
    before = _zoom(bench)
    x, y = box["x"] + 80, box["y"] + 240
    # The fingers move apart to twice their distance, around (x, y).
    touch(bench, *([(x, y - by), (x, y + by)] for by in (40, 50, 60, 70, 80)))
    bench.wait_until_still()
    assert _zoom(bench) == pytest.approx(2 * before, rel=0.1)
    # The page as a whole is not enlarged.
    assert bench.page.evaluate("visualViewport.scale") == 1
    card = _box(bench.card("image"))
    touch(bench, *([(x, y + by)] for by in (0, 20, 40, 60)))
    bench.wait_until_still()
    assert _box(bench.card("image"))["y"] == pytest.approx(card["y"] + 60, abs=12)
    expect(bench.canvas.locator("article.selected")).to_have_count(0)


def touch(bench: Workbench, *places: list[tuple[float, float]]) -> None:
    """Put fingers on the page at the first places, move them to the others, and lift them."""
    fingers = bench.page.context.new_cdp_session(bench.page)
    for index, points in enumerate(places):
        event = {
            "type": "touchMove" if index else "touchStart",
            "touchPoints": [{"x": x, "y": y, "id": id} for id, (x, y) in enumerate(points)],
        }
        fingers.send("Input.dispatchTouchEvent", event)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    fingers.detach()
