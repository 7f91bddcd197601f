"""What is not accessible on a page: by axe-core's rules, and canvases that nothing is said of.

The rules are those of WCAG 2.2 AA and of good practice.
"""

from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from tests.browser.workbench import Workbench
from tests.conftest import ROOT

SOURCE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Axe calls it experimental: who speaks a button's visible words must reach it.
MORE = ("label-content-name-mismatch",)
SUMMARY = """async ([tags, more]) => {
    const rules = Object.fromEntries(more.map((rule) => [rule, { enabled: true }]))
    const { violations } = await axe.run(document, { runOnly: tags, rules })
    return violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 4).map(
        ({ html, any, all, none }) => html.slice(0, 160) + ' ' + [...any, ...all, ...none]
            .map(({ message }) => message).join('; ').slice(0, 200)).join('\\n    '))
}"""

# Axe leaves canvases alone: what is painted on one must be said by it, or by what it is part of.
UNTOLD = """() => [...document.querySelectorAll('canvas')].filter((canvas) => {
    const around = canvas.closest('[role=img], [role=application], [role=slider], button, a')
    return canvas.checkVisibility() && !canvas.closest('[aria-hidden=true]')
        && !canvas.getAttribute('aria-label') && !around?.getAttribute('aria-label')
}).map((canvas) => 'canvas without words: ' + canvas.parentElement.outerHTML.slice(0, 200))"""


def violations(page: Page) -> str:
    """Return the violated rules, each with the first elements that violate it."""
    page.evaluate("source => { window.axe ??= (0, eval)(source + ';axe') }", SOURCE.read_text())
    rules: list[str] = page.evaluate(SUMMARY, [TAGS, MORE])
    return "\n".join([*rules, *page.evaluate(UNTOLD)])


LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (
    ("light", 1440),
    ("dark", 1440),
    ("light", 400),
)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def assert_accessible(person: Workbench, picture: Path) -> None:
    """Fail unless the page is accessible, light, dark and narrow; photograph each, and go back.

    The names of the photographs begin with that of `picture`.
    """
    page = person.page
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        person.photograph(picture.with_name(f"{picture.name}-{scheme}-{width}.png"))
        violated = violations(page)
        assert not violated, f"{scheme}, {width} pixels: {violated}"
        overflow = page.evaluate(OVERFLOW)
        assert overflow <= 0, f"{scheme}, {width} pixels: scrolls sideways by {overflow}"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
