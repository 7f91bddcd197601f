"""Axe finds nothing in any state of the page: light, dark, and 400 pixels wide."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench import documents
from engine.graph.layout import lay_out
from tests.browser.axe import assert_accessible
from tests.browser.test_data import drop_data
from tests.browser.test_import_choices import SOURCE as CODE_WITH_CHOICES
from tests.browser.test_import_choices import paste
from tests.browser.test_large_graphs import open_document
from tests.browser.test_preparation import TREES
from tests.browser.test_series import POWER
from tests.browser.test_versions import versions
from tests.browser.workbench import Workbench
from tests.conftest import Server


def _home(person: Workbench) -> None:
    person.start_empty()
    person.home()
    expect(person.page.get_by_role("button", name="Iris", exact=True)).to_be_visible()


def _paste_code(person: Workbench) -> None:
    person.home()
    person.page.get_by_role("button", name="Paste code…").click()
    expect(person.page.get_by_role("dialog")).to_be_visible()


def _import_choices(person: Workbench) -> None:
    """Code with two models, of which one lacks numbers, beside what can't be kept."""
    dialog = paste(person, CODE_WITH_CHOICES)
    dialog.get_by_role("radio", name="classifier").check()
    expect(dialog.get_by_label("n_features")).to_be_visible()


def _import_left_out(person: Workbench) -> None:
    """What of the model that is chosen can't be kept."""
    dialog = paste(person, CODE_WITH_CHOICES)
    expect(dialog.get_by_role("listitem")).to_have_count(3)


def _delete_project(person: Workbench) -> None:
    person.start_empty()
    person.home()
    person.page.get_by_role("button", name=re.compile("^Delete")).first.click()
    expect(person.page.get_by_role("dialog")).to_be_visible()


def _template(person: Workbench) -> None:
    person.start_from("Digits, residual")


def _layer(person: Workbench) -> None:
    person.start_from("Digits, residual")
    person.card("conv_2").click()
    expect(person.param("filters")).to_be_visible()


def _several(person: Workbench) -> None:
    person.start_from("Digits, residual")
    person.press("Control+a")
    expect(person.inspector.get_by_role("heading").first).to_be_visible()


def _wire(person: Workbench) -> None:
    person.start_from("Digits, dense")
    person.wires.first.focus()
    person.press("Enter")
    expect(person.inspector.get_by_role("heading").first).to_be_visible()


def _problem(person: Workbench) -> None:
    person.start_from("Digits, residual")
    person.card("project").click()
    person.set_param("filters", "7")
    person.tab("Problems")
    expect(person.page.get_by_role("tab", name=re.compile("^Problems 1"))).to_be_visible()


def _problem_beside(person: Workbench) -> None:
    _problem(person)
    person.page.get_by_role("banner").get_by_role("button", name="inspector").click()
    person.card("join").click()
    expect(person.page.get_by_role("region", name="Problem with join")).to_be_visible()


def _problem_counted(person: Workbench) -> None:
    """The drawer is closed, as it is at first on a phone: the bar counts the problems."""
    _problem(person)
    person.press("`")
    expect(person.page.get_by_role("tab", name=re.compile("^Problems"))).to_have_count(0)


def _wrong_field(person: Workbench) -> None:
    _layer(person)
    person.set_param("filters", "2.5")
    expect(person.param("filters")).to_have_attribute("aria-invalid", "true")


def _drawer(tab: str) -> Callable[[Workbench], None]:
    def show(person: Workbench) -> None:
        person.start_from("Digits, residual")
        expect(person.tab(tab)).to_be_visible()
        if tab == "Code":
            expect(person.page.get_by_label("Source code")).to_contain_text("keras")

    return show


def _pressed(keys: str) -> Callable[[Workbench], None]:
    def show(person: Workbench) -> None:
        _layer(person)
        person.card("conv_2").focus()
        person.press(keys)
        expect(person.page.get_by_role("dialog")).to_be_visible()

    return show


def _outline(person: Workbench) -> None:
    person.start_from("Digits, residual")
    person.page.get_by_role("tab", name="Outline").click()
    expect(person.page.get_by_role("tree")).to_be_visible()


def _menu(person: Workbench) -> None:
    person.start_from("Digits, dense")
    person.card("hidden").click(button="right")
    expect(person.page.get_by_role("menu")).to_be_visible()


def _document_menu(person: Workbench) -> None:
    person.start_from("Digits, dense")
    person.page.get_by_role("button", name="Document").click()
    expect(person.page.get_by_role("button", name="Save as a file")).to_be_visible()


def _untrained(person: Workbench) -> None:
    """The form of the training with the settings that few people change."""
    person.start_from("Iris")
    training = person.tab("Training")
    training.get_by_text("How steps are taken").click()
    expect(training.get_by_label("Precision")).to_be_visible()


def _training(person: Workbench) -> None:
    person.start_from("Digits, convolution")
    epochs = person.tab("Training").get_by_label("Epochs")
    epochs.fill("500")
    epochs.press("Enter")
    person.wait_until_saved()
    person.train()
    status = person.page.get_by_test_id("run-status")
    expect(status).to_contain_text("epoch 1", ignore_case=True, timeout=120_000)


def _results(person: Workbench) -> None:
    person.start_from("Iris")
    person.train()
    person.wait_for_end()


def _history(person: Workbench) -> None:
    person.start_from("Digits, dense")
    person.card("hidden").click()
    person.set_param("units", "12")
    person.wait_until_saved()
    panel = person.tab("History")
    expect(panel.get_by_role("button").first).to_be_visible()


def _presentation(person: Workbench) -> None:
    _layer(person)
    person.press("p")
    expect(person.page.get_by_role("banner")).to_have_count(0)


def _annotations(person: Workbench) -> None:
    person.start_from("Digits, dense")
    person.card("hidden").click()
    person.press("Control+g")
    title = person.page.get_by_role("textbox", name="Title of the frame")
    title.fill("Classifier")
    title.press("Enter")
    person.press("Shift+S")
    person.page.get_by_role("textbox", name="Text of the note, in Markdown").fill("# Why")
    person.press("Escape")
    expect(person.canvas.get_by_role("group", name="Note", exact=True)).to_be_visible()


def _folded(person: Workbench) -> None:
    open_document(person, lay_out(documents.resnet50()))
    person.press("b")
    expect(person.canvas.locator("article.fold").first).to_be_visible()
    person.wait_until_still()


def _tint(person: Workbench) -> None:
    person.start_from("Digits, residual")
    person.press("t")
    expect(person.canvas.get_by_role("region", name="Tint by")).to_contain_text("9,248")


def _tour(person: Workbench) -> None:
    person.start_from("Iris")
    person.canvas.click(button="right", position={"x": 30, "y": 30})
    person.page.get_by_role("menuitem", name="Take the tour").click()
    expect(person.page.get_by_role("dialog")).to_be_visible()


def _source(button: str) -> Callable[[Workbench], None]:
    """A dialog in which data are made or chosen."""

    def open_source(person: Workbench) -> None:
        person.start_empty()
        person.tab("Data").get_by_role("button", name=button).click()
        expect(person.page.get_by_role("dialog")).to_be_visible()

    return open_source


def _drawing(person: Workbench) -> None:
    _source("Draw points…")(person)
    person.page.get_by_role("dialog").get_by_role("application").focus()
    for keys in ("Enter", "2", "Shift+ArrowUp", "Enter"):
        person.press(keys)


def _preparation(person: Workbench) -> None:
    """Steps that are taken, one with a bound that can't be, beside the notes on reading."""
    person.start_from("Iris")
    drop_data(person, "trees.csv", TREES)
    panel = person.page.get_by_role("tabpanel", name="Data")
    panel.get_by_role("button", name="Leave out repeated rows").click()
    panel.get_by_role("button", name="Fill with the median").click()
    part = panel.get_by_role("region", name="Preparation")
    part.get_by_label("Add a step of the preparation").select_option(
        "Leave out rows outside a range"
    )
    highest = part.get_by_label("Greatest value that is kept by step 2")
    highest.fill("4o")
    highest.press("Tab")
    expect(highest).to_have_attribute("aria-invalid", "true")


def _series(person: Workbench) -> None:
    person.start_from("Iris")
    drop_data(person, "power.csv", POWER)
    panel = person.page.get_by_role("tabpanel", name="Data")
    panel.get_by_label("The rows are a time series").check()
    expect(panel.get_by_label("Column to forecast")).to_have_value("power")
    expect(panel).to_contain_text("rows for forecasting")


def _share_menu(person: Workbench) -> None:
    person.start_from("Digits, dense")
    person.page.get_by_role("button", name="Share", exact=True).click()
    expect(person.page.get_by_role("button", name=re.compile("^Copy link to view"))).to_be_visible()


def _card_field(person: Workbench) -> None:
    person.start_from("Digits, dense")
    person.card("hidden").click()
    person.press("Enter")
    expect(person.card("hidden").get_by_role("textbox").first).to_be_visible()


def _comparison(person: Workbench) -> None:
    """The canvas beside an earlier revision: a layer and its wires are gone."""
    person.start_from("Digits, convolutional")
    person.card("drop").click()
    person.press("Control+Delete")
    person.wait_until_saved()
    versions(person).get_by_role("button", name=re.compile("Project created")).click()
    expect(person.canvas.locator(".ghost")).to_contain_text("drop")


def _presented_problem(person: Workbench) -> None:
    _problem(person)
    person.press("Escape")
    person.press("p")
    expect(person.page.get_by_role("banner")).to_have_count(0)


STATES: dict[str, Callable[[Workbench], None]] = {
    "home": _home,
    "paste-code": _paste_code,
    "import-choices": _import_choices,
    "import-left-out": _import_left_out,
    "delete-project": _delete_project,
    "empty": Workbench.start_empty,
    "template": _template,
    "layer": _layer,
    "several-layers": _several,
    "wire": _wire,
    "problem": _problem,
    "problem-beside": _problem_beside,
    "problem-counted": _problem_counted,
    "wrong-field": _wrong_field,
    **{tab.lower(): _drawer(tab) for tab in ("Problems", "Code", "Data", "Summary")},
    "history": _history,
    "draw-points": _drawing,
    "camera": _source("Record pictures…"),
    "shared-data": _source("From another project…"),
    "preparation": _preparation,
    "series": _series,
    "share-menu": _share_menu,
    "card-field": _card_field,
    "comparison": _comparison,
    "help": _pressed("?"),
    "search": _pressed("Control+k"),
    "quick-add": _pressed("a"),
    "find": _pressed("Control+f"),
    "outline": _outline,
    "menu": _menu,
    "document-menu": _document_menu,
    "untrained": _untrained,
    "training": _training,
    "results": _results,
    "presentation": _presentation,
    "presented-problem": _presented_problem,
    "annotations": _annotations,
    "folded": _folded,
    "tint": _tint,
    "tour": _tour,
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(
    open_page: Callable[..., Page], server: Server, pictures: Path, state: str
) -> None:
    person = Workbench(open_page(reduced_motion="reduce"), server.url)
    STATES[state](person)
    assert_accessible(person, pictures / f"state-{state}")
    if state == "training":
        person.page.get_by_role("banner").get_by_role("button", name="Stop").click()
        person.wait_for_end("Stopped")
