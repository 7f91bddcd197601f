"""Messages, cards, outline, inspector, table and code call a node the same."""

import re

import pytest
from playwright.sync_api import expect

from engine.document import Document
from tests.browser.test_large_graphs import open_document
from tests.browser.workbench import Workbench
from tests.engine.documents import document, graph, node

# Two layers of a class without names; the second has a problem that names it.
UNNAMED = document(
    [
        node("a", "Input", shape=[4], name="image"),
        node("b", "Dense", units=3),
        node("c", "Dense", units=-1),
    ],
    ["a > b", "b > c"],
)
SHARED = document(
    [
        node("a", "Input", shape=[4], name="four"),
        node("b", "Input", shape=[5], name="five"),
        node("c", "Dense", units=3),
        node("d", "Dense", shares="c"),
    ],
    ["a > c", "b > d"],
)
MODELS = Document(
    graphs=(
        graph(
            [
                node("a", "Input", shape=[4], name="four"),
                node("b", "Input", shape=[5], name="five"),
                node("c", "Model", graph="block"),
                node("d", "Model", graph="block"),
            ],
            ["a > c", "b > d"],
        ),
        graph(
            [node("x", "Input", shape=[4]), node("y", "Dense", units=3)],
            ["x > y"],
            "block",
            name="Block",
        ),
    )
)


@pytest.mark.parametrize(
    ("wrong", "title"),
    [(UNNAMED, "Dense 2"), (SHARED, "Dense 2"), (MODELS, "Block 2")],
    ids=["unnamed", "shared", "sub-models"],
)
def test_a_node_is_called_the_same_everywhere(
    bench: Workbench, wrong: Document, title: str
) -> None:
    open_document(bench, wrong)
    page, exactly = bench.page, re.compile(rf"^\s*{title}\b")
    card = page.locator("article.bad")
    expect(card).to_have_count(1)
    expect(card.locator(".label")).to_have_text(exactly)
    node = bench.canvas.locator(".svelte-flow__node").filter(has=card)
    expect(node).to_have_accessible_name(exactly)
    expect(bench.tab("Problems").get_by_text(f"“{title}”").first).to_be_visible()
    expect(bench.tab("Summary").get_by_role("row").filter(has_text=exactly)).to_have_count(1)
    card.click()
    expect(bench.inspector.get_by_label("Name")).to_have_attribute("placeholder", title)
    page.get_by_role("tab", name="Outline").click()
    expect(page.get_by_role("treeitem").filter(has_text=exactly)).to_have_count(1)
    expect(bench.tab("Code")).to_contain_text(f"“{title}”")
    names = [text.split("(")[0].strip() for text in bench.cards.locator(".label").all_inner_texts()]
    assert len(set(names)) == len(names), names
