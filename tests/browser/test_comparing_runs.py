"""Runs are compared: curves, final figures, what differed, and the way back; races."""

import re
from pathlib import Path

from playwright.sync_api import Route, expect

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
    axe.assert_accessible(bench, pictures / "comparing-runs")
    bench.page.set_viewport_size({"width": 400, "height": 800})
    cut = "table => table.parentElement.scrollWidth - table.parentElement.clientWidth"
    assert figures.evaluate(cut) <= 0  # all three
    bench.page.set_viewport_size({"width": 1440, "height": 900})
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
    axe.assert_accessible(bench, pictures / "race")


def test_a_race_is_between_the_backends_that_are_chosen(bench: Workbench, pictures: Path) -> None:
    def with_another(route: Route) -> None:
        """The environment of a server that has PyTorch, too, whether or not this one has."""
        answer = route.fetch()
        environment = answer.json()
        for backend in environment["backends"]:
            backend["version"] = backend["version"] or "1.0"
        route.fulfill(response=answer, json=environment)

    bench.page.route("**/api/environment", with_another)
    bench.start_from("Iris")
    settings = bench.tab("Training")
    chosen = settings.get_by_role("group", name="In a race:")
    race = settings.get_by_role("button", name=re.compile("race", re.IGNORECASE))
    expect(race).to_contain_text("PyTorch")
    backends = chosen.get_by_role("checkbox")
    for each in backends.all():
        each.uncheck()
    expect(race).to_have_text("A race needs two backends")
    expect(race).to_be_disabled()
    chosen.get_by_label("TensorFlow").check()
    expect(race).to_be_disabled()
    chosen.get_by_label("JAX").check()
    expect(race).to_have_text("Race: TensorFlow, JAX")
    axe.assert_accessible(bench, pictures / "race-choice")
    epochs = settings.get_by_label("Epochs", exact=True)
    epochs.fill("2")
    epochs.press("Enter")
    bench.wait_until_saved()
    race.click()
    lanes = bench.page.get_by_test_id("race").locator(".lane")
    expect(lanes).to_have_count(2)
    expect(lanes.filter(has_text="Finished after 2 epochs")).to_have_count(2, timeout=180_000)


def test_layers_that_differ_are_named_drawn_and_seen_on_the_canvas(
    bench: Workbench, pictures: Path
) -> None:
    bench.start_from("Digits, convolutional")
    settings = bench.tab("Training")
    epochs = settings.get_by_label("Epochs", exact=True)
    epochs.fill("1")
    epochs.press("Enter")
    bench.train()
    bench.wait_for_end()
    bench.card("drop").click()
    bench.press("Control+Delete")  # what fed it feeds what it fed
    bench.card("conv_1").click()
    bench.set_param("filters", "9")
    bench.wait_until_checked()
    bench.train()
    bench.wait_for_end("after 1 epoch")
    history = bench.tab("History")
    for number in (1, 2):
        history.get_by_label(f"Compare run {number}").check()
    comparison = history.get_by_role("region", name="Comparison")
    expect(comparison).to_contain_text("drop removed")
    expect(comparison).to_contain_text(re.compile(r"conv_1: filters \d+ → 9"))
    expect(comparison.locator("rect.removed")).to_have_count(1)
    expect(comparison.locator("rect.changed")).to_have_count(1)
    comparison.get_by_role("button", name="Run 1 against the canvas").click()
    expect(bench.canvas.locator(".ghost")).to_contain_text("drop")
    axe.assert_accessible(bench, pictures / "comparing-layers")
    comparison.get_by_label("From run").select_option("Run 2")
    comparison.get_by_label("To run").select_option("Run 1")
    expect(comparison).to_contain_text("drop added")
    comparison.get_by_role("button", name="Back to the document of run 1").click()
    expect(bench.card("drop")).to_be_visible()
    bench.press("Control+z")
    expect(bench.card("drop")).to_have_count(0)
