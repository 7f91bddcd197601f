"""What a hand expects: wires, walking, bypassing, frames and notes."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.workbench import Workbench


def _graph(bench: Workbench) -> dict[str, Any]:
    bench.wait_until_saved()
    graphs: Any = bench.document()["graphs"]
    return dict(graphs[0])


def _selected(bench: Workbench) -> set[str]:
    cards = bench.canvas.locator("article.selected .label").all_inner_texts()
    return {text.split()[0] for text in cards}


def _middle(bench: Workbench, name: str) -> tuple[float, float]:
    box = bench.card(name).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_delete_and_heal_joins_the_wires_again(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    bench.press("Control+Delete")
    expect(bench.cards).to_have_count(3)
    expect(bench.wires).to_have_count(2)
    bench.press("Control+z")
    expect(bench.wires).to_have_count(3)


def test_paste_keeps_the_wires_that_come_in(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    bench.press("Control+c")
    bench.press("Control+Shift+v")
    expect(bench.cards).to_have_count(5)
    expect(bench.wires).to_have_count(4)


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ("Alt+ArrowUp", {"image", "Flatten", "hidden"}),
        ("Alt+ArrowDown", {"hidden", "digit"}),
    ],
)
def test_up_and_downstream_are_selected(bench: Workbench, keys: str, names: set[str]) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    expect(bench.card("hidden")).to_have_class(re.compile("selected"))
    bench.press(keys)
    expect(bench.canvas.locator("article.selected")).to_have_count(len(names))
    assert len(_selected(bench) & names) >= len(names) - 1


def test_arrows_walk_and_shifted_arrows_move(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    before = _graph(bench)["nodes"]
    bench.press("ArrowUp")
    expect(bench.card("hidden")).not_to_have_class(re.compile("selected"))
    expect(bench.canvas.locator("article.selected")).to_have_count(1)
    bench.press("ArrowDown")
    expect(bench.card("hidden")).to_have_class(re.compile("selected"))
    assert _graph(bench)["nodes"] == before
    bench.press("Shift+ArrowRight")
    by_name = {node["name"]: node["position"]["x"] for node in _graph(bench)["nodes"]}
    assert (
        by_name["hidden"] == 8 + next(n for n in before if n["name"] == "hidden")["position"]["x"]
    )


def test_arrows_aside_go_to_the_card_beside(bench: Workbench) -> None:
    """Not to one above, though a wire leads to it."""
    bench.start_from("Digits, residual")
    bench.card("conv_1").click()
    bench.press("ArrowRight")
    expect(bench.card("project")).to_have_class(re.compile("selected"))
    bench.press("ArrowLeft")
    expect(bench.card("project")).not_to_have_class(re.compile("selected"))
    assert _selected(bench) <= {"conv_1", "conv_2"}


def test_space_and_a_drag_on_a_card_move_the_view(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    positions = [node["position"] for node in _graph(bench)["nodes"]]
    x, y = _middle(bench, "hidden")
    bench.page.mouse.move(x, y)
    bench.page.keyboard.down(" ")
    bench.page.mouse.down()
    bench.page.mouse.move(x + 60, y + 40, steps=5)
    bench.page.mouse.up()
    bench.page.keyboard.up(" ")
    after = _middle(bench, "hidden")
    assert abs(after[0] - x - 60) < 3
    assert [node["position"] for node in _graph(bench)["nodes"]] == positions


def test_a_bypassed_layer_is_kept_and_skipped(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    bench.card("conv_2").click()
    bench.press("Control+b")
    expect(bench.card("conv_2")).to_have_class(re.compile("bypassed"))
    code = bench.tab("Code").get_by_label("Source code")
    expect(code).to_contain_text("“conv_2” (Conv2D) is bypassed")
    expect(code).not_to_contain_text('name="conv_2"')
    bench.card("conv_2").click()
    bench.press("Control+b")
    expect(bench.card("conv_2")).not_to_have_class(re.compile("bypassed"))


def test_alt_and_a_click_cut_a_wire_and_a_double_click_bends_it(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    wire = bench.canvas.locator(".svelte-flow__edge-label").last.bounding_box()
    assert wire
    x, y = wire["x"] + wire["width"] / 2, wire["y"] + wire["height"] / 2
    bench.page.mouse.dblclick(x, y)
    bend = bench.page.get_by_role("button", name=re.compile("Bend of the wire"))
    expect(bend).to_have_count(1)
    box = bend.bounding_box()
    assert box
    bench.drag(bend, box["x"] + 120, box["y"] + 20)
    assert sum(len(edge["via"]) for edge in _graph(bench)["edges"]) == 1
    bend.dblclick()
    expect(bend).to_have_count(0)
    bench.page.mouse.move(x, y - 3)
    bench.page.keyboard.down("Alt")
    bench.page.mouse.click(x, y)
    bench.page.keyboard.up("Alt")
    expect(bench.wires).to_have_count(2)


def test_a_wire_onto_a_taken_input_says_what_it_replaces(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    bench.wire("Output output of image", "Input inputs of conv_2")
    notice = bench.page.get_by_text(re.compile("The wire to conv_2 came from conv_1 before"))
    expect(notice).to_be_visible()
    bench.page.get_by_role("button", name="Undo").last.click()
    expect(bench.wires).to_have_count(8)


def test_a_card_with_free_ends_is_put_into_the_wire_it_is_dropped_on(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.drag_layer("Dropout", 120, 120)
    card = bench.card("Dropout")
    expect(card).to_be_visible()
    bench.press("Escape")
    before = _graph(bench)
    start, end = _middle(bench, "image"), _middle(bench, "flat")
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    mouse = bench.page.mouse
    mouse.move(*_middle(bench, "Dropout"))
    mouse.down()
    mouse.move(x - 30, y - 30, steps=5)
    mouse.move(x, y, steps=3)
    expect(bench.canvas.locator(".wire.drop")).to_have_count(1)
    mouse.up()
    expect(bench.canvas.locator(".wire.drop")).to_have_count(0)
    expect(bench.wires).to_have_count(4)
    names = {node["id"]: node["name"] or node["layer"] for node in _graph(bench)["nodes"]}
    pairs = {(names[e["source"]], names[e["target"]]) for e in _graph(bench)["edges"]}
    assert {("image", "Dropout"), ("Dropout", "flat")} < pairs
    bench.press("Control+z")
    expect(bench.wires).to_have_count(3)
    after = _graph(bench)
    assert after["nodes"] == before["nodes"]
    assert sorted(after["edges"], key=lambda edge: edge["id"]) == sorted(
        before["edges"], key=lambda edge: edge["id"]
    )


def test_a_card_with_wires_is_moved_over_a_wire_not_into_it(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    start, end = _middle(bench, "image"), _middle(bench, "flat")
    mouse = bench.page.mouse
    mouse.move(*_middle(bench, "hidden"))
    mouse.down()
    mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=6)
    expect(bench.canvas.locator(".wire.drop")).to_have_count(0)
    mouse.up()
    expect(bench.wires).to_have_count(3)


def test_enter_edits_the_parameters_of_a_card_in_place(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    card = bench.card("hidden")
    card.click()
    bench.press("Enter")
    units = card.get_by_label(re.compile("^units"))
    expect(units).to_be_focused()
    bench.page.keyboard.type("12abc")
    bench.press("Enter")
    expect(units).to_be_focused()
    expect(units).to_have_attribute("aria-invalid", "true")
    expect(bench.param("units")).to_have_value("12abc")
    bench.press("Escape")
    node = bench.canvas.locator(".svelte-flow__node:focus")
    expect(node).to_contain_text("hidden")
    expect(card).to_contain_text("64 · relu")
    bench.press("Enter")
    expect(units).to_be_focused()
    bench.page.keyboard.type("2*48")
    bench.press("Tab")
    expect(card.get_by_label("activation", exact=True)).to_be_focused()
    bench.press("Enter")
    expect(node).to_contain_text("96 · relu")
    expect(bench.param("units")).to_have_value("96")


def test_enter_presses_the_button_that_has_the_focus(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    bench.page.get_by_role("button", name="Undo", exact=True).focus()
    bench.press("Enter")
    expect(bench.canvas.get_by_role("group", name="Parameter 1 of 3")).to_have_count(0)


def test_several_nodes_are_changed_at_once(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    bench.card("score").click(modifiers=["Shift"])
    units = bench.param("units")
    expect(units).to_have_value("")
    expect(units).to_have_attribute("placeholder", "mixed")
    expect(bench.param("activation")).to_have_value("mixed")
    expect(bench.param("use_bias")).to_be_checked()
    units.press_sequentially("48")
    expect(bench.card("hidden")).to_contain_text("48 · relu")
    expect(bench.card("score")).to_contain_text("48 · softmax")
    units.press("Escape")
    expect(bench.card("hidden")).to_contain_text("64 · relu")
    expect(bench.card("score")).to_contain_text("10 · softmax")
    bench.set_param("units", "32")
    expect(bench.card("score")).to_contain_text("32 · softmax")
    expect(units).to_have_value("32")
    units.blur()
    bench.press("Control+z")
    expect(bench.card("hidden")).to_contain_text("64 · relu")
    expect(bench.card("score")).to_contain_text("10 · softmax")
    bench.inspector.get_by_role("button", name="Bypass", exact=True).click()
    expect(bench.canvas.locator("article.bypassed")).to_have_count(2)
    bench.inspector.get_by_role("button", name="Use again", exact=True).click()
    expect(bench.canvas.locator("article.bypassed")).to_have_count(0)


def test_a_wire_says_what_it_will_replace_while_it_is_dragged(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    start = bench.port("Output output of image").bounding_box()
    end = bench.port("Input inputs of conv_2").bounding_box()
    assert start
    assert end
    mouse = bench.page.mouse
    mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    mouse.down()
    mouse.move(end["x"] - 20, end["y"], steps=5)
    mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=3)
    hint = bench.canvas.get_by_text("Replaces the wire from conv_1")
    expect(hint).to_be_visible()
    expect(bench.canvas.locator(".wire.giving")).to_have_count(1)
    mouse.move(end["x"] - 160, end["y"] + 40, steps=3)
    expect(hint).to_have_count(0)
    expect(bench.canvas.locator(".wire.giving")).to_have_count(0)
    mouse.up()


def test_a_layer_that_was_added_with_a_has_the_focus_and_the_inspector(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    bench.press("a")
    expect(bench.page.get_by_role("combobox", name="Add a layer after hidden")).to_be_focused()
    bench.page.keyboard.type("Dropout")
    bench.press("Enter")
    expect(bench.canvas.locator(".svelte-flow__node:focus")).to_contain_text("Dropout")
    expect(bench.inspector).to_contain_text("Dropout")
    expect(bench.param("rate")).to_be_visible()


def test_a_frame_has_a_title_and_takes_its_cards_along(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    bench.press("Control+g")
    title = bench.page.get_by_role("textbox", name="Title of the frame")
    title.fill("Classifier")
    title.press("Enter")
    frame = bench.canvas.get_by_label("Frame Classifier").first
    expect(frame).to_be_visible()
    bench.page.get_by_role("button", name="Colour: green").click()
    before = {node["name"]: node["position"] for node in _graph(bench)["nodes"]}
    handle = frame.locator(".handle")
    box = handle.bounding_box()
    assert box
    mouse = bench.page.mouse
    mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + 94, box["y"] + box["height"] / 2, steps=5)
    mouse.up()
    graph = _graph(bench)
    after = {node["name"]: node["position"] for node in graph["nodes"]}
    assert after["hidden"]["x"] > before["hidden"]["x"]
    assert {name for name in after if after[name] != before[name]} == {"hidden"}
    assert [(f["title"], f["color"]) for f in graph["frames"]] == [("Classifier", "green")]
    bench.press("Delete")
    expect(frame).to_have_count(0)
    expect(bench.cards).to_have_count(4)


def test_a_note_is_markdown_and_never_html(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.press("Shift+S")
    text = bench.page.get_by_role("textbox", name="Text of the note, in Markdown")
    text.fill("# Why\n**two** layers <img src=x onerror=alert(1)> [x](javascript:alert(1))")
    text.press("Escape")
    note = bench.canvas.get_by_role("group", name="Note", exact=True)
    expect(note.locator("strong")).to_have_text("two")
    expect(note.locator("img, a")).to_have_count(0)
    assert len(_graph(bench)["notes"]) == 1
    bench.press("Control+z")
    bench.press("Control+z")
    expect(note).to_have_count(0)


# How many handles at the ends of wires each of the next frames has.
HANDLES = """() => new Promise(resolve => {
  const counts = []
  const look = () => {
    counts.push(document.querySelectorAll('.svelte-flow__edgeupdater').length)
    if (counts.length === 20) resolve(counts)
    else requestAnimationFrame(look)
  }
  look()
})"""


def test_the_handles_of_a_wire_stay_under_the_pointer(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    handles = bench.canvas.locator(".svelte-flow__edgeupdater")
    bench.canvas.locator(".svelte-flow__edge-label").last.hover()
    expect(handles).to_have_count(2)
    box = handles.last.bounding_box()
    assert box
    bench.page.mouse.move(20, 400)
    expect(handles).to_have_count(0)
    # Onto the wire, just where the handle will appear.
    bench.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 3)
    expect(handles).to_have_count(2)
    assert bench.page.evaluate(HANDLES) == [2] * 20
    bench.page.mouse.down()
    bench.page.mouse.up()
    expect(bench.canvas.locator(".svelte-flow__edge.selected")).to_have_count(1)
    bench.press("Escape")
    bench.page.mouse.move(20, 400)
    expect(handles).to_have_count(0)


def test_the_end_of_a_wire_is_dragged_elsewhere_or_away(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.canvas.locator(".svelte-flow__edge-label").last.click()
    source = bench.canvas.locator(".svelte-flow__edgeupdater-source")
    expect(source).to_have_count(1)
    there = bench.port("Output output of image").bounding_box()
    assert there
    bench.drag(source, there["x"] + there["width"] / 2, there["y"] + there["height"] / 2)
    expect(bench.canvas.get_by_role("group", name="Wire from image to score")).to_have_count(1)
    expect(bench.canvas.get_by_role("group", name="Wire from hidden to score")).to_have_count(0)
    bench.press("Control+z")
    expect(bench.canvas.get_by_role("group", name="Wire from hidden to score")).to_have_count(1)
    bench.canvas.locator(".svelte-flow__edge-label").last.click()
    box = bench.canvas.bounding_box()
    assert box
    bench.drag(source, box["x"] + 120, box["y"] + 200)
    expect(bench.wires).to_have_count(2)
    expect(bench.cards).to_have_count(4)
