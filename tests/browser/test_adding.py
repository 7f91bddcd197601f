"""Adding layers where the hand is: at the pointer, from a wire, from the palette."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.workbench import Workbench


def _offered(bench: Workbench) -> Locator:
    return bench.page.get_by_role("listbox").get_by_role("option")


def _point(bench: Workbench, x: float, y: float) -> tuple[float, float]:
    """Move the pointer to a place of the canvas, in pixels from its corner."""
    box = bench.canvas.bounding_box()
    assert box
    bench.page.mouse.move(box["x"] + x, box["y"] + y)
    return box["x"] + x, box["y"] + y


@pytest.mark.parametrize(
    ("typed", "layer"),
    [
        ("Dense", "Dense"),
        ("fully connected", "Dense"),
        ("convd2", "Conv2D"),
        ("overfitting", "Dropout"),
        ("deconvolution", "Conv2DTranspose"),
    ],
)
def test_quick_add_finds_names_aliases_purposes_and_typos(
    bench: Workbench, typed: str, layer: str
) -> None:
    bench.start_empty()
    bench.press("/")
    bench.page.keyboard.type(typed)
    expect(_offered(bench).first).to_contain_text(layer)
    bench.press("Enter")
    expect(bench.card(layer)).to_be_visible()


@pytest.mark.parametrize("gesture", ["double-click", "Tab", "/"])
def test_quick_add_places_at_the_pointer_what_fits_the_selected_shape(
    bench: Workbench, gesture: str
) -> None:
    bench.start_from("Digits, residual")
    bench.card("conv_1").click()
    x, y = _point(bench, 120, 300)
    if gesture == "double-click":
        bench.page.mouse.dblclick(x, y)
    else:
        bench.press(gesture)
    search = bench.page.get_by_role("combobox", name=re.compile("Add a layer after conv_1"))
    expect(search).to_be_focused()
    names = _offered(bench).all_inner_texts()
    assert "Conv2D" in names[1]
    assert "Conv1D" not in " ".join(names[:6])
    bench.page.keyboard.type("Conv1D")
    expect(_offered(bench).first).to_contain_text("not for 8×8×32")
    search.fill("MaxPooling2D")
    bench.press("Enter")
    card = bench.card("MaxPooling2D")
    box = card.bounding_box()
    assert box
    assert abs(box["x"] + box["width"] / 2 - x) < 120
    assert abs(box["y"] + box["height"] / 2 - y) < 80
    expect(bench.wires).to_have_count(9)
    expect(bench.inspector).to_contain_text("MaxPooling2D")


def test_an_empty_canvas_speaks_of_the_palette_only_where_it_is(bench: Workbench) -> None:
    bench.start_empty()
    drag = bench.canvas.get_by_text("Drag one from the left")
    find = bench.canvas.get_by_text("Find one with the button below")
    expect(drag).to_be_visible()
    bench.press("[")
    expect(drag).to_have_count(0)
    expect(find).to_be_visible()
    bench.press("[")
    expect(drag).to_be_visible()
    bench.page.set_viewport_size({"width": 400, "height": 800})
    expect(find).to_be_visible()
    bench.page.reload()  # sheets that were panels are open
    expect(find).to_be_visible()
    bench.canvas.get_by_role("button", name="Find a layer").click()
    expect(bench.page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()


def test_tab_moves_the_focus_for_somebody_at_the_keyboard(bench: Workbench) -> None:
    bench.start_empty()
    bench.press("Tab")
    bench.press("Tab")
    expect(bench.page.get_by_role("dialog")).to_have_count(0)


def test_a_wire_dropped_on_the_canvas_offers_only_what_accepts_its_shape(
    bench: Workbench,
) -> None:
    bench.start_from("Digits, dense")
    box = bench.canvas.bounding_box()
    assert box
    start = bench.port("Output output of hidden")
    bench.drag(start, box["x"] + 160, box["y"] + 160)
    expect(_offered(bench).first).to_be_visible()
    names = " ".join(_offered(bench).all_inner_texts())
    assert "Dense" in names
    assert "Dropout" in names
    assert "Conv2D" not in names
    bench.page.keyboard.type("Conv2D")
    expect(bench.page.get_by_role("listbox")).to_contain_text("Nothing matches")
    bench.page.get_by_role("dialog").get_by_role("combobox").fill("Dropout")
    bench.press("Enter")
    expect(bench.card("Dropout")).to_be_visible()
    expect(bench.wires).to_have_count(4)


def test_a_click_in_the_palette_places_the_layer_after_the_selected_one(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    bench.palette_item("Activation").click()
    card = bench.card("Activation")
    expect(card).to_be_visible()
    expect(bench.wires).to_have_count(4)
    # In the only wire that leaves it.
    for wire in ("hidden to Activation", "Activation to score"):
        expect(bench.canvas.get_by_role("group", name=f"Wire from {wire}")).to_have_count(1)
    expect(bench.canvas.locator(".svelte-flow__node:focus")).to_contain_text("Activation")
    expect(bench.inspector.get_by_label("Name", exact=True)).to_be_visible()
    expect(bench.inspector).to_contain_text("Activation")
    bench.palette_item("Flatten").dblclick()
    expect(bench.cards).to_have_count(6)


def test_a_layer_is_found_by_name_kind_and_parameter(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.press("Control+f")
    expect(bench.page.get_by_role("combobox", name="Find on the canvas")).to_be_focused()
    bench.page.keyboard.type("relu")
    expect(_offered(bench)).to_have_count(1)
    bench.press("Enter")
    expect(bench.canvas.locator(".svelte-flow__node:focus")).to_contain_text("hidden")
    expect(bench.inspector.get_by_label("Name", exact=True)).to_have_value("hidden")


def test_c_connects_only_to_what_accepts_the_shape(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    bench.press("/")
    bench.page.keyboard.type("Conv1D")
    bench.press("Enter")
    bench.card("conv_1").click()
    bench.press("c")
    expect(_offered(bench).first).to_be_visible()
    names = _offered(bench).all_inner_texts()
    assert not any("Conv1D" in name for name in names)
    assert any("join" in name for name in names)


def test_an_input_is_fed_from_what_the_inspector_finds(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    bench.card("conv_2").click()
    source = bench.inspector.get_by_role("button", name="Source of inputs: conv_1")
    source.click()
    field = bench.page.get_by_role("combobox", name="Feed “inputs” of conv_2 from")
    expect(field).to_be_focused()
    # Only what makes no cycle is offered, the nearest first.
    expect(_offered(bench).first).to_contain_text("conv_1")
    expect(_offered(bench).filter(has_text="join")).to_have_count(0)
    bench.press("Escape")
    expect(source).to_be_focused()
    source.press("Enter")
    bench.page.keyboard.type("input")
    expect(_offered(bench)).to_have_count(1)
    bench.press("Enter")
    changed = bench.inspector.get_by_role("button", name="Source of inputs: image")
    expect(changed).to_be_focused()
    bench.inspector.get_by_role("button", name="Disconnect inputs").click()
    expect(bench.inspector.get_by_role("button", name="Source of inputs")).to_have_text("Connect…")
