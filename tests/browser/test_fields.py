"""Fields show what the document holds, or are marked as not saved."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.workbench import Workbench
from tests.conftest import Server


def training(bench: Workbench) -> dict[str, Any]:
    """The training settings on the server."""
    bench.wait_until_saved()
    settings: dict[str, Any] = bench.document()["training"]  # type: ignore[assignment]
    return settings


def params(bench: Workbench, name: str) -> dict[str, Any]:
    """The parameters of a node on the server."""
    bench.wait_until_saved()
    nodes = bench.document()["graphs"][0]["nodes"]  # type: ignore[index]
    (found,) = [node["params"] for node in nodes if node["name"] == name]
    return dict(found)


def test_settings_that_are_not_saved_stay_marked_and_keep_train_from_starting(
    bench: Workbench, pictures: Path
) -> None:
    bench.start_from("Digits, dense")
    settings = bench.tab("Training")
    epochs = settings.get_by_label("Epochs", exact=True)
    for text in ("2.5", "-5", "0", "", "many"):
        epochs.fill(text)
        epochs.blur()
        expect(epochs).to_have_value(text)
        expect(epochs).to_have_attribute("aria-invalid", "true")
        assert training(bench)["epochs"] == 20
    note = settings.locator(".note", has_text="Not saved")
    expect(note).to_contain_text("“many” can’t be read here")
    bench.photograph(pictures / "field-not-saved.png")
    train = bench.page.get_by_role("banner").get_by_role("button", name="Train", exact=True)
    expect(train).to_have_attribute("aria-disabled", "true")
    bench.tab("Data")  # the field is gone from the page, its text is not
    train.click(force=True)  # it is disabled for what waits, not for what is pressed
    expect(epochs).to_be_focused()
    expect(epochs).to_have_value("many")
    epochs.press("Escape")
    expect(epochs).to_have_value("20")
    expect(note).to_have_count(0)
    expect(train).not_to_have_attribute("aria-disabled", "true")


def test_fields_read_arithmetic_and_separators_and_keep_no_prefix(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    units = bench.param("units")
    units.press("Control+a")
    units.press_sequentially("2*64")
    expect(bench.inspector.get_by_text("= 128", exact=True)).to_be_visible()
    units.press("Enter")
    expect(units).to_have_value("128")
    assert params(bench, "hidden")["units"] == 128
    units.press("Control+a")
    units.press_sequentially("12abc")
    bench.card("image").click()
    shape = bench.param("shape")
    shape.fill("8x8")
    shape.blur()
    expect(shape).to_have_value("8 × 8")
    bench.card("hidden").click()
    expect(units).to_have_value("12abc")
    expect(units).to_have_attribute("aria-invalid", "true")
    assert params(bench, "hidden")["units"] == 128
    units.fill("10_000")
    units.blur()
    expect(units).to_have_value("10000")
    assert params(bench, "hidden")["units"] == 10_000


def test_a_reason_leads_to_the_field_of_a_node(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    bench.param("units").fill("3.5")
    bench.card("image").click()
    bench.page.get_by_role("banner").get_by_role("button", name="Train").click(force=True)
    expect(bench.param("units")).to_be_focused()
    expect(bench.page.get_by_text("“3.5” in the field “units” of hidden").first).to_be_visible()


def test_names_and_the_description_that_are_too_long_stay_marked(
    bench: Workbench, pictures: Path
) -> None:
    bench.start_from("Digits, dense")
    project = bench.page.get_by_label("Project name")
    project.fill("p" * 201)
    project.blur()
    expect(project).to_have_value("p" * 201)
    expect(project).to_have_attribute("aria-invalid", "true")
    note = bench.page.get_by_text("At most 200 characters, and this has 201.")
    expect(note).to_be_visible()
    bench.photograph(pictures / "name-not-saved.png")
    train = bench.page.get_by_role("banner").get_by_role("button", name="Train", exact=True)
    train.click(force=True)
    expect(project).to_be_focused()
    expect(bench.page.get_by_text("in the field “Project name” is not saved").first).to_be_visible()
    project.press("Escape")
    expect(project).to_have_value("Digits, dense")
    expect(note).to_have_count(0)

    description = bench.inspector.get_by_label("Description")
    saved = str(bench.document()["description"])
    description.fill("d" * 2001)
    bench.card("hidden").click()
    expect(description).to_have_count(0)
    title = bench.inspector.get_by_label("Name", exact=True)
    bench.page.keyboard.press("F2")
    expect(title).to_be_focused()
    title.fill("n" * 201)
    bench.card("image").click()
    train.click(force=True)
    expect(description).to_be_focused()
    expect(description).to_have_value("d" * 2001)
    description.press("Escape")
    expect(description).to_have_value(saved)
    train.click(force=True)
    expect(title).to_be_focused()
    expect(title).to_have_value("n" * 201)
    expect(bench.page.get_by_text("in the field “Name” of hidden").first).to_be_visible()
    title.press("Escape")
    expect(title).to_have_value("hidden")
    expect(train).not_to_have_attribute("aria-disabled", "true")
    bench.wait_until_saved()
    document = bench.document()
    assert (document["name"], document["description"]) == ("Digits, dense", saved)


def test_class_weights_and_fields_that_are_not_saved_in_dark_and_narrow(
    open_page: Callable[..., Page], bench: Workbench, pictures: Path
) -> None:
    dark = Workbench(open_page(color_scheme="dark"), bench.url)
    dark.start_from("Iris")
    settings = dark.tab("Training")
    settings.get_by_label("Class weights").select_option("own")
    weight = settings.get_by_label("Weight of class virginica")
    weight.fill("4 apples")
    expect(weight).to_have_attribute("aria-invalid", "true")
    dark.photograph(pictures / "class-weights-dark.png")
    dark.page.set_viewport_size({"width": 400, "height": 800})
    weight.scroll_into_view_if_needed()
    dark.photograph(pictures / "class-weights-narrow.png")
    overflow = dark.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


def test_titles_and_notes_that_are_too_long_stay_and_are_marked(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.card("hidden").click()
    bench.press("Control+g")
    title = bench.page.get_by_role("textbox", name="Title of the frame")
    title.fill("Head")
    title.fill("a" * 201)
    title.press("Enter")
    expect(title).to_have_value("a" * 201)
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_have_accessible_description(re.compile("Not saved. At most 200 characters"))
    train = bench.page.get_by_role("banner").get_by_role("button", name="Train", exact=True)
    expect(train).to_have_accessible_description(re.compile("Title of the frame"))
    title.press("Escape")
    expect(title).to_have_count(0)
    frame = bench.canvas.get_by_role("group", name="Frame", exact=False)
    expect(frame.first).to_be_visible()
    bench.press("Shift+S")
    note = bench.page.get_by_role("textbox", name="Text of the note, in Markdown")
    note.fill("b" * 10_001)
    note.press("Escape")
    expect(note).to_have_count(0)
    bench.press("Control+z")
    bench.press("Shift+S")
    note.fill("b" * 10_001)
    note.blur()
    expect(note).to_have_attribute("aria-invalid", "true")
    expect(note).to_have_value("b" * 10_001)
    bench.canvas.get_by_role("button", name="Clear (Esc)").click()
    expect(note).to_have_count(0)


def test_long_values_and_names_of_versions_are_not_cut(bench: Workbench) -> None:
    bench.start_empty()
    bench.press("/")
    bench.page.keyboard.type("StringLookup")
    bench.press("Enter")
    expect(bench.card("StringLookup")).to_be_visible()
    words = [f"word{number}" for number in range(400)]
    bench.set_param("vocabulary", ", ".join(words))
    bench.wait_until_saved()
    nodes: Any = bench.document()["graphs"][0]["nodes"]  # type: ignore[index]
    assert nodes[0]["params"]["vocabulary"] == words
    bench.tab("History").get_by_role("radio", name="Versions").click()
    panel = bench.page.get_by_role("tabpanel", name="History")
    timeline = panel.get_by_role("list", name="Timeline")
    timeline.get_by_role("button", name=re.compile("Project created")).click()
    name = panel.get_by_label("Name", exact=True)
    name.fill("v" * 201)
    expect(name).to_have_value("v" * 201)
    expect(name).to_have_accessible_description(re.compile("Not saved. At most 200 characters"))
    expect(panel.get_by_role("button", name="Save name")).to_be_disabled()
    name.press("Escape")
    expect(name).to_have_value("")


def test_the_name_of_a_person_is_not_cut(bench: Workbench) -> None:
    bench.start_empty()
    bench.press("Control+k")
    bench.page.keyboard.type("change the name")
    bench.press("Enter")
    dialog = bench.page.get_by_role("dialog")
    name = dialog.get_by_role("textbox")
    before = name.input_value()
    name.fill("n" * 41)
    expect(name).to_have_value("n" * 41)
    expect(name).to_have_accessible_description(
        re.compile("Not saved. At most 40 characters, and this has 41.")
    )
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    name.press("Enter")
    name.press("Escape")
    expect(name).to_have_value(before)
    name.fill("n" * 40)
    name.press("Enter")
    expect(dialog).to_have_count(0)
    stored = "Object.values(localStorage).some(text => text.includes('n'.repeat(40)))"
    assert bench.page.evaluate(stored)


NOTE_IS_WHOLE = """() => {
  const [note, ...more] = document.querySelectorAll(':popover-open')
  if (!note || more.length > 0) return false
  const { left, top, right, bottom } = note.getBoundingClientRect()
  const field = document.activeElement.getBoundingClientRect()
  const apart = top >= field.bottom || bottom <= field.top
  const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
  return apart && inside && note.scrollWidth <= note.clientWidth
}"""


@pytest.mark.parametrize("width", [1440, 400])
def test_what_a_field_means_is_shown_whole_beside_it(
    open_page: Callable[..., Page], server: Server, width: int
) -> None:
    bench = Workbench(open_page(), server.url)
    bench.start_from("Digits, dense")
    settings = bench.tab("Training")
    bench.page.set_viewport_size({"width": width, "height": 900})
    for label in ("Epochs", "Batch size", "learning_rate", "Validation split", "Seed"):
        settings.get_by_label(label, exact=True).click()
        bench.page.wait_for_function(NOTE_IS_WHOLE)
    settings.get_by_label("Seed", exact=True).blur()
    expect(bench.page.locator(":popover-open")).to_have_count(0)
