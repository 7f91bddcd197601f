"""Drawing a model: drag, wire and set parameters; shapes and problems follow each edit."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.workbench import Workbench


def test_a_description_is_the_docstring_of_the_code(
    bench: Workbench, open_page: Callable[..., Page], pictures: Path
) -> None:
    bench.start_from("Iris")
    field = bench.inspector.get_by_label("Description")
    expect(field).to_have_attribute("placeholder", "What is this model for?")
    field.fill("Tells three irises apart.\n\nFisher published it in 1936.")
    field.blur()
    code = bench.tab("Code").get_by_label("Source code")
    expect(code).to_contain_text("Tells three irises apart.")
    bench.photograph(pictures / "description.png")
    dark = Workbench(open_page(color_scheme="dark"), bench.url)
    dark.open(bench.page.url)
    expect(dark.inspector.get_by_label("Description")).to_have_value(re.compile("Fisher"))
    dark.tab("Training")
    dark.photograph(pictures / "description-dark.png")
    dark.page.set_viewport_size({"width": 700, "height": 900})
    dark.photograph(pictures / "description-narrow.png")
    bench.canvas.press("Control+z")
    expect(field).to_have_value("")


def test_a_newcomer_draws_a_model_from_nothing(bench: Workbench) -> None:
    bench.start_empty()
    expect(bench.canvas).to_contain_text("drop a layer", ignore_case=True)
    bench.drag_layer("Input", 420, 90)
    expect(bench.cards).to_have_count(1)
    bench.set_param("shape", "8 × 8 × 1")
    bench.drag_layer("Conv2D", 420, 220)
    expect(bench.cards).to_have_count(2)
    expect(bench.card("Conv2D")).to_be_visible()
    bench.set_param("filters", "16")
    bench.set_param("kernel_size", "3")
    bench.wire("Output output of Input", "Input inputs of Conv2D")
    expect(bench.wires).to_have_count(1)
    expect(bench.card("Conv2D")).to_contain_text("160")
    assert bench.chips() == ["8×8×1"]
    bench.wait_until_saved()
    graph = bench.document()["graphs"][0]  # type: ignore[index]
    assert [node["layer"] for node in graph["nodes"]] == ["Input", "Conv2D"]
    assert [node["params"] for node in graph["nodes"]] == [
        {"shape": [8, 8, 1]},
        {"filters": 16, "kernel_size": 3},
    ]


def test_a_template_shows_every_shape_and_count(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    expect(bench.cards).to_have_count(8)
    expect(bench.canvas.locator(".chip")).to_have_count(8)
    assert sorted(set(bench.chips())) == ["32", "8×8×1", "8×8×32"]
    expect(bench.card("conv_2")).to_contain_text("9,248")
    expect(bench.inspector).to_contain_text("9,962")
    expect(bench.tab("Problems")).to_contain_text(re.compile("no problems|nothing", re.I))


def test_a_problem_is_shown_on_its_card_and_fixed_with_one_click(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    bench.card("conv_2").click()
    bench.set_param("filters", "16")
    problem = bench.tab("Problems").get_by_role("listitem").first
    expect(problem).to_contain_text("join")
    expect(bench.card("join")).to_have_class(re.compile("bad"))
    expect(bench.page.get_by_role("banner").get_by_role("button", name="Train")).to_be_disabled()
    problem.get_by_role("button").filter(has_text=re.compile("projection|Conv2D|32")).first.click()
    expect(bench.tab("Problems")).not_to_contain_text("join")
    expect(bench.page.get_by_role("banner").get_by_role("button", name="Train")).to_be_enabled()


def test_bad_values_stay_in_the_field_with_a_problem(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    bench.set_param("units", "-3")
    expect(bench.inspector).to_contain_text(re.compile("at least 1|positive|greater", re.I))
    bench.set_param("units", "<img src=x onerror=alert(1)>")
    expect(bench.param("units")).to_be_visible()
    expect(bench.page.locator("img[src=x]")).to_have_count(0)


def test_undo_and_redo_restore_cards_and_wires(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    before = bench.document()["graphs"]
    bench.card("hidden").click()
    bench.press("Delete")
    expect(bench.cards).to_have_count(3)
    expect(bench.wires).to_have_count(1)
    bench.press("Control+z")
    expect(bench.cards).to_have_count(4)
    expect(bench.wires).to_have_count(3)
    bench.press("Control+Shift+z")
    expect(bench.cards).to_have_count(3)
    bench.press("Control+z")
    expect(bench.cards).to_have_count(4)
    bench.wait_until_saved()
    assert _members(bench.document()["graphs"]) == _members(before)


def _members(graphs: object) -> list[dict[str, object]]:
    """Nodes and edges by id: their order is irrelevant."""
    assert isinstance(graphs, list)
    return [
        {member["id"]: member for key in ("nodes", "edges") for member in graph[key]}
        for graph in graphs
    ]


def test_copy_and_paste_keep_wires_between_what_was_copied(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.canvas.click(position={"x": 60, "y": 300})
    bench.press("Control+a")
    bench.press("Control+c")
    bench.press("Control+v")
    expect(bench.cards).to_have_count(8)
    expect(bench.wires).to_have_count(6)
    bench.press("Delete")
    expect(bench.cards).to_have_count(4)


def test_several_are_selected_with_a_box_and_moved_together(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    hidden, score = bench.card("hidden"), bench.card("score")
    top, bottom = hidden.bounding_box(), score.bounding_box()
    assert top
    assert bottom
    bench.page.keyboard.down("Shift")
    bench.page.mouse.move(top["x"] - 30, top["y"] - 8)
    bench.page.mouse.down()
    bench.page.mouse.move(bottom["x"] + 260, bottom["y"] + 70, steps=5)
    bench.page.mouse.up()
    bench.page.keyboard.up("Shift")
    expect(bench.inspector).to_contain_text("2")
    bench.drag(hidden, top["x"] + 300, top["y"] + 30)
    moved = score.bounding_box()
    assert moved
    assert moved["x"] > bottom["x"] + 100
    bench.press("Control+z")
    back = bench.card("score")
    expect(back).to_be_visible()


def test_everything_works_from_the_keyboard(bench: Workbench) -> None:
    """Place, connect, rename and remove without a mouse."""
    bench.start_empty()
    for layer in ("Input", "Flatten"):
        bench.page.keyboard.press("/")
        bench.page.keyboard.type(layer)
        bench.page.keyboard.press("Enter")
        expect(bench.card(layer)).to_be_visible()
    expect(bench.wires).to_have_count(1)
    bench.page.get_by_role("tab", name="Outline").press("Enter")
    tree = bench.page.get_by_role("tree")
    tree.get_by_role("treeitem").nth(1).press("Enter")
    expect(bench.inspector).to_contain_text("Flatten")
    name = bench.inspector.get_by_label("Name", exact=True)
    name.fill("flat")
    name.press("Enter")
    expect(bench.card("flat")).to_be_visible()
    tree.get_by_role("treeitem").nth(1).press("Delete")
    expect(bench.cards).to_have_count(1)


def test_layout_zoom_and_overview(bench: Workbench) -> None:
    bench.start_from("Iris, two inputs")
    bench.card("sepal").click()
    box = bench.card("sepal").bounding_box()
    assert box
    bench.drag(bench.card("sepal"), box["x"] + 350, box["y"] + 240)
    bench.page.keyboard.press("Control+k")
    bench.page.keyboard.type("Lay out")
    bench.page.keyboard.press("Enter")
    expect(bench.page.get_by_role("dialog")).to_have_count(0)
    bench.page.get_by_role("button", name="Fit", exact=True).click()
    bench.page.get_by_role("button", name="Zoom in").click()
    bench.page.get_by_role("button", name="Zoom out").click()
    boxes = [card.bounding_box() for card in bench.cards.all()]
    assert all(boxes)
    _assert_no_overlap([box for box in boxes if box])


def test_a_search_opened_from_a_search_starts_empty(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.cards.first.click()
    bench.page.keyboard.press("Control+k")
    bench.page.keyboard.type("Connect to")
    bench.page.keyboard.press("Enter")
    ports = bench.page.get_by_role("combobox", name="Connect to")
    expect(ports).to_have_value("")
    expect(ports).to_be_focused()
    bench.page.keyboard.type("score")
    expect(bench.page.get_by_role("dialog").get_by_role("option")).to_have_count(1)


def _assert_no_overlap(boxes: list[dict[str, float]]) -> None:  # type: ignore[type-arg]
    for index, a in enumerate(boxes):
        for b in boxes[index + 1 :]:
            apart = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
            above = a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
            assert apart or above, (a, b)
