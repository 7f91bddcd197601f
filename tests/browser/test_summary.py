"""The table of layers: sorted, chosen from, and as quick with thousands of rows."""

from pathlib import Path

from playwright.sync_api import Locator, expect

from bench import documents
from tests.browser.test_large_graphs import open_document
from tests.browser.workbench import Workbench


def rows(table: Locator) -> Locator:
    """The rows that are drawn, without the head."""
    return table.locator(".body").get_by_role("row")


def test_the_table_sorts_and_chooses_on_the_canvas(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Digits, residual")
    panel = bench.tab("Summary")
    table = panel.get_by_role("grid", name="Layers of the model")
    expect(rows(table)).to_have_count(8)
    expect(rows(table).first).to_contain_text("Input")
    head = table.get_by_role("columnheader", name="Parameters")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(rows(table).first).to_contain_text("9,248")
    rows(table).first.click()
    expect(rows(table).first).to_have_attribute("aria-selected", "true")
    expect(bench.canvas.locator(".card.selected")).to_contain_text("9,248")
    expect(panel).to_contain_text("Non-trainable parameters")
    expect(panel).to_contain_text("9,962")
    bench.photograph(pictures / "summary.png")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(rows(table).last).to_contain_text("9,248")
    head.get_by_role("button").click()
    expect(rows(table).first).to_contain_text("Input")


def test_the_table_follows_an_edit(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    table = bench.tab("Summary").get_by_role("grid")
    hidden = rows(table).filter(has_text="hidden")
    expect(hidden).to_contain_text("4,160")
    bench.card("hidden").click()
    bench.set_param("units", "128")
    expect(hidden).to_contain_text("8,320")


def test_the_table_has_thousands_of_rows_and_works_from_the_keyboard(bench: Workbench) -> None:
    open_document(bench, documents.chain(5000, spread=True))
    table = bench.tab("Summary").get_by_role("grid")
    expect(table).to_have_attribute("aria-rowcount", "5001")
    table.focus()
    bench.press("End")
    last = rows(table).last
    expect(last).to_have_attribute("aria-rowindex", "5001")
    expect(last).to_have_attribute("aria-selected", "true")
    assert rows(table).count() < 60
    bench.press("ArrowUp")
    expect(table.locator("[aria-rowindex='5000']")).to_have_attribute("aria-selected", "true")
    bench.press("Enter")
    expect(bench.canvas.locator(".svelte-flow__node:focus")).to_have_count(1)
