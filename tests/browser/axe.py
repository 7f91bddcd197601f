"""What axe-core finds on a page: every rule of WCAG 2.2 AA, and those of good practice."""

from playwright.sync_api import Page

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


def violations(page: Page) -> str:
    """Return the violated rules, each with the first elements that violate it."""
    page.evaluate("source => { window.axe ??= (0, eval)(source + ';axe') }", SOURCE.read_text())
    rules: list[str] = page.evaluate(SUMMARY, [TAGS, MORE])
    return "\n".join(rules)
