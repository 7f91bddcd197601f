"""The page speaks the language of the browser, and another one where that is chosen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_training import WHOLE
from tests.browser.workbench import Workbench
from tests.conftest import Server

GERMAN = "Zeichne ein neuronales Netz, sieh ihm beim Lernen zu, nimm den Code mit."
ENGLISH = "Draw a neural network, watch it learn, take the code."


@pytest.fixture
def german(open_page: Callable[..., Page], server: Server) -> Workbench:
    """A page of somebody whose browser asks for German."""
    return Workbench(open_page(locale="de-AT"), server.url)


def test_the_page_follows_the_browser_and_the_choice(german: Workbench) -> None:
    page = german.page
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    page.goto(german.url)
    expect(page.get_by_role("heading", level=1)).to_have_text(GERMAN)
    expect(page.locator("html")).to_have_attribute("lang", "de-DE")
    # German nouns are capitals: a colon before one ends no sentence.
    expect(page.get_by_role("button", name="Iris, zwei Eingaben")).to_be_visible()
    teaches = page.locator(".teaches").all_inner_texts()
    assert len(teaches) > 5
    assert all(text.endswith(".") for text in teaches)
    assert not [name for name in loaded if name.startswith("en-")], "English was loaded too"

    page.get_by_label("Sprache").select_option(label="English")
    expect(page.get_by_role("heading", level=1)).to_have_text(ENGLISH)
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")

    page.get_by_role("button", name="Empty project").click()
    expect(page.get_by_text("Drop a layer here")).to_be_visible()
    expect(page.get_by_role("textbox", name="Project name")).to_have_value("Untitled")
    page.get_by_label("Language").select_option(label="Deutsch")
    expect(page.get_by_text("Lege eine Schicht hier ab")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Trainieren", exact=True)).to_be_visible()


def test_problems_are_in_the_language_of_each_viewer(
    german: Workbench, open_page: Callable[..., Page]
) -> None:
    """A verdict is shared: of two people in a project, each reads it in their own language."""
    node = {"id": "a", "layer": "Dense", "name": "dense", "params": {"units": 3}}
    document = {"version": 1, "graphs": [{"id": "main", "nodes": [node]}]}
    answer = german.page.request.post(f"{german.url}/api/projects", data={"document": document})
    assert answer.ok, answer.text()
    address = f"{german.url}/projects/{answer.json()['id']}"
    english = open_page(locale="en-US")
    for page, tab, message in (
        (german.page, "Probleme", "„dense“ braucht eine Eingabe."),
        (english, "Problems", "“dense” needs an input."),
    ):
        page.goto(address)
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab).get_by_text(message)).to_be_visible()
    # On a phone all tabs of the drawer are in sight, and the number of problems.
    page = german.page
    page.set_viewport_size({"width": 400, "height": 800})
    expect(page.get_by_role("tab", name=re.compile(r"^Probleme \d"))).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("tab", name="Übersicht")).to_be_in_viewport(ratio=1)
    tabs = page.get_by_role("tablist").filter(has_text="Verlauf").locator("..")
    assert tabs.evaluate("tabs => tabs.scrollWidth - tabs.clientWidth") == 0


def test_a_phone_shows_when_the_project_was_saved(
    german: Workbench, open_page: Callable[..., Page]
) -> None:
    """The German words are long, and pictures of other people take room in the bar."""
    answer = german.page.request.post(f"{german.url}/api/projects", data={})
    assert answer.ok, answer.text()
    address = f"{german.url}/projects/{answer.json()['id']}"
    for _ in range(2):
        Workbench(open_page(), german.url).open(address)
    page = german.page
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(address)
    expect(page.locator(".people").get_by_role("button")).to_have_count(2)
    saved = page.get_by_test_id("saved")
    expect(saved).to_have_text(re.compile(r"^Gespeichert · \d\d:\d\d$"))
    assert saved.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    box = saved.bounding_box()
    assert box
    assert box["x"] + box["width"] <= 400


def test_the_choice_of_what_a_run_shows_is_whole_in_german(german: Workbench) -> None:
    """German words are longer: “Protokoll” was cut."""
    page = german.page
    page.goto(german.url)
    page.get_by_role("button", name="Iris", exact=True).click()  # not of a project
    expect(page.locator(".chip").first).to_be_visible(timeout=60_000)
    page.get_by_role("banner").get_by_role("button", name="Trainieren", exact=True).click()
    choice = page.get_by_role("group", name="Ansicht des Laufs")
    expect(choice).to_be_visible(timeout=60_000)
    assert choice.evaluate(WHOLE)
