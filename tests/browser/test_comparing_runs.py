"""Runs are compared: curves, final figures, what differed, and the way back; races."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.workbench import Workbench


def test_three_runs_are_compared_and_the_first_is_restored(
    bench: Workbench, pictures: Path
) -> None:
    bench.start_from("Iris")
    settings = bench.tab("Training")
    epochs = settings.get_by_label("Epochs", exact=True)
    for count in ("2", "3", "4"):
        epochs.fill(count)
        epochs.press("Enter")
        bench.train()
        bench.wait_for_end(f"after {count} epochs")
    history = bench.tab("History")
    for number in (1, 3, 2):
        history.get_by_label(f"Compare run {number}").check()
    comparison = history.get_by_role("region", name="Comparison")
    chart = comparison.get_by_role("figure")
    for number in (1, 2, 3):
        expect(chart).to_contain_text(f"run {number}")
        expect(chart).to_have_accessible_name(re.compile(rf"run {number} \d"))
    figures = comparison.get_by_role("table", name="Final figures")
    expect(figures.get_by_role("columnheader")).to_have_count(4)
    expect(figures.get_by_text("best", exact=True).first).to_be_visible()
    expect(comparison).to_contain_text("epochs: 2 → 4")
    code = comparison.get_by_role("group", name="Difference of the scripts")
    expect(code).to_contain_text("EPOCHS = 4")
    bench.photograph(pictures / "comparing-runs.png")
    assert axe.violations(bench.page) == ""
    comparison.get_by_role("button", name="Back to the document of run 1").click()
    expect(bench.tab("Training").get_by_label("Epochs", exact=True)).to_have_value("2")
    bench.page.get_by_role("button", name="Undo").first.click()
    expect(settings.get_by_label("Epochs", exact=True)).to_have_value("4")


def test_tensorflow_and_jax_race(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Iris")
    settings = bench.tab("Training")
    epochs = settings.get_by_label("Epochs", exact=True)
    epochs.fill("8")
    epochs.press("Enter")
    bench.wait_until_saved()
    settings.get_by_role("button", name="Race: TensorFlow, JAX").click()
    comparison = bench.page.get_by_role("region", name="Comparison")
    race = comparison.get_by_test_id("race")
    expect(race.get_by_text("Finished after 8 epochs")).to_have_count(2, timeout=180_000)
    for backend in ("TensorFlow", "JAX"):
        lane = race.locator(".lane", has_text=backend)
        expect(lane).to_contain_text(re.compile(r"[\d,.]+ steps/s"))
    expect(comparison.get_by_role("figure").first).to_contain_text("run 2")
    figures = comparison.get_by_role("table", name="Final figures")
    losses = figures.get_by_role("row", name=re.compile("^loss")).get_by_role("cell")
    first, second = (float(re.findall(r"[\d.]+", text)[0]) for text in losses.all_text_contents())
    assert abs(first - second) < 0.002
    bench.photograph(pictures / "race.png")
    assert axe.violations(bench.page) == ""
