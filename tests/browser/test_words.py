"""Every text of the page comes from its dictionary: no text is without brackets.

The test language puts all text of the dictionary into brackets. What remains outside of them has
to come from the server: names, catalogue entries, data sets, problems.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.workbench import Workbench
from tests.conftest import ROOT, Server

BRACKETED = re.compile("⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{3,}")
SEPARATORS = re.compile(r"[\s·,;:()+→×“”*=|/]+")
# Names, keys of the keyboard and units: the same in every language.
NAMES = {
    *("Layerloom", "Keras", "tf.keras", "API", "CPU", "GPU", "English", "Deutsch"),
    *(
        "notes.json",
        "Ctrl",
        "Shift",
        "Alt",
        "Tab",
        "Esc",
        "Del",
        "Enter",
        "Backspace",
        "F2",
        "min",
        "None",
    ),
}
# Dates, which the browser writes in the language of the page.
DATE = re.compile(r"\d+ \w+ (ago|\d{4})")
# A part of a server's text, such as its first sentence, is longer than any single label.
SENTENCE = 20

# Properties whose values, such as a level, are words for programs: the page never shows them.
CONTRACT = ROOT / "frontend" / "src" / "contract.ts"
ENUMERATED = set(
    re.findall(r'^  (\w+)\??: "[^"]+"(?: \| "[^"]+")+;$', CONTRACT.read_text(), re.MULTILINE)
)

VISIBLE_TEXT = """() => {
  const texts = []
  const skipped = 'script, style, .cm-editor, textarea'
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    if (parent.closest(skipped) || !parent.checkVisibility()) continue
    // A long name that may break is in several elements.
    texts.push('part' in parent.dataset ? parent.parentElement.textContent : node.data)
  }
  const names = ['aria-label', 'title', 'placeholder', 'alt', 'aria-roledescription',
    'aria-description', 'aria-valuetext']
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest(skipped) || !element.checkVisibility()) continue
    for (const name of names) if (element.hasAttribute(name)) texts.push(element.getAttribute(name))
  }
  for (const element of document.body.querySelectorAll('[aria-describedby]'))
    for (const id of element.getAttribute('aria-describedby').split(' '))
      texts.push(document.getElementById(id)?.textContent ?? '')
  return texts
}"""


# Records all JSON that the page reads, from the server and from its own storage.
RECORD = """
  window.received = []
  const { parse } = JSON
  const { json } = Response.prototype
  JSON.parse = (...args) => {
    const value = parse(...args)
    window.received.push(value)
    return value
  }
  Response.prototype.json = async function () {
    const value = await json.call(this)
    window.received.push(value)
    return value
  }
"""


class Reader:
    """Reads the page, and what the page has received."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._texts: set[str] = set()
        self.bypasses: dict[str, set[str]] = {}
        page.add_init_script(RECORD)

    def read(self, view: str) -> None:
        """Record all text of the current view that bypasses the dictionary."""
        # What is shown by now has been received by now: a message may come between the two.
        texts = [str(text) for text in self._page.evaluate(VISIBLE_TEXT)]
        for text in _strings(self._page.evaluate("window.received.splice(0)")):
            self._texts |= {" ".join(text.split()), text.replace("_", " "), text.upper()}
        assert self._page.evaluate("document.documentElement.lang") == "en-GB"
        bypasses = {text.strip() for text in texts if not self._is_known(text)}
        if bypasses:
            self.bypasses[view] = bypasses

    def _is_known(self, text: str) -> bool:
        rest = " ".join(BRACKETED.sub(" · ", text).split())
        parts = re.split("[·;]", rest)
        return self._is_received(rest) or all(self._is_received(part.strip()) for part in parts)

    def _is_received(self, text: str) -> bool:
        if text in self._texts or not WORD.search(text) or DATE.fullmatch(text):
            return True
        if len(text) >= SENTENCE and any(text in known for known in self._texts):
            return True
        if any(
            text.startswith(f"{known} ") and text[len(known) + 1 :] in self._texts
            for known in self._texts
            if len(known) >= SENTENCE
        ):
            return True
        words = [word.strip(".…") for word in SEPARATORS.split(text) if WORD.search(word)]
        return all(word in self._texts or word in NAMES for word in words)


def _strings(value: Any) -> Iterator[str]:
    """All strings in parsed JSON but the words for programs; names of parameters are keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            if key not in ENUMERATED:
                yield from _strings(item)


class PseudoWorkbench(Workbench):
    """A workbench whose page uses the test language."""

    @property
    def canvas(self) -> Locator:
        return self.page.locator("section.canvas")

    def drawer_tab(self, index: int) -> None:
        """Open a tab of the drawer by its index."""
        self.page.locator(".drawer [role=tab]").nth(index).click()


@pytest.fixture
def person(open_page: Callable[..., Page], server: Server) -> PseudoWorkbench:
    page = open_page(reduced_motion="reduce")
    page.add_init_script("localStorage.setItem('layerloom.language', 'pseudo')")
    return PseudoWorkbench(page, server.url)


def test_the_home_page_takes_its_words_from_the_dictionary(person: PseudoWorkbench) -> None:
    reader = Reader(person.page)
    person.home()
    expect(person.page.locator("article.card").first).to_be_visible()
    reader.read("home")
    person.page.locator(".ways button").nth(2).click()
    person.page.get_by_role("dialog").get_by_role("textbox").fill("import os")
    reader.read("paste code")
    person.page.keyboard.press("Escape")
    person.page.locator("input[type=file]").set_input_files(
        {"name": "notes.json", "mimeType": "application/json", "buffer": b"{}"}
    )
    expect(person.page.get_by_role("alert")).to_be_visible()
    reader.read("refused file")
    person.page.locator(".ways button").first.click()
    expect(person.canvas).to_be_visible()
    reader.read("empty project")
    person.home()
    person.page.locator("button[aria-label*=Delete]").first.click()
    expect(person.page.get_by_role("dialog")).to_be_visible()
    reader.read("delete project")
    assert reader.bypasses == {}


def test_the_editor_takes_its_words_from_the_dictionary(person: PseudoWorkbench) -> None:
    reader = Reader(person.page)
    person.start_from("Digits, residual")
    reader.read("model")
    person.card("project").click()
    reader.read("layer")
    person.card("project").click(button="right")
    expect(person.page.get_by_role("menu")).to_be_visible()
    reader.read("menu")
    person.page.keyboard.press("Escape")
    person.press("o")
    reader.read("outline")
    person.press("Control+k")
    person.page.get_by_role("combobox").last.fill("a")
    reader.read("search")
    person.page.get_by_role("combobox").last.fill("change the name")
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_role("dialog")).to_be_visible()
    reader.read("name")
    person.page.keyboard.press("Escape")
    person.press("?")
    expect(person.page.get_by_role("dialog")).to_be_visible()
    reader.read("help")
    person.page.keyboard.press("Escape")
    person.drawer_tab(2)
    expect(person.page.locator(".cm-content")).to_contain_text("keras")
    reader.read("code")
    person.drawer_tab(3)
    expect(person.page.locator(".columns canvas").first).to_be_visible()
    reader.read("data")
    person.drawer_tab(5)
    expect(person.page.get_by_role("grid")).to_be_visible()
    reader.read("summary")
    person.press("Control+a")
    reader.read("several layers")
    person.press("Control+c")
    person.press("Control+v")
    person.drawer_tab(0)
    expect(person.page.get_by_test_id("announcement")).not_to_be_empty()
    expect(person.page.locator(".drawer li.error").first).to_be_visible(timeout=60_000)
    reader.read("problems")
    assert reader.bypasses == {}


def test_a_run_takes_its_words_from_the_dictionary(person: PseudoWorkbench) -> None:
    reader = Reader(person.page)
    person.start_from("Digits, dense")
    person.drawer_tab(4)
    reader.read("no runs")
    person.drawer_tab(1)
    reader.read("untrained")
    epochs = person.page.locator(".settings input[inputmode=numeric]").first
    epochs.fill("2")
    epochs.blur()
    person.wait_until_saved()
    person.press("Control+Enter")
    expect(person.page.get_by_test_id("run-status")).to_be_visible()
    reader.read("started")
    person.wait_for_end()
    for index, view in enumerate(("curves", "results", "log")):
        person.page.locator(".status .segmented label").nth(index).click()
        reader.read(view)
    person.drawer_tab(4)
    person.page.locator(".history input[type=checkbox]").first.check()
    reader.read("history")
    assert reader.bypasses == {}
