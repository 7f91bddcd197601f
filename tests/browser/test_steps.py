"""Slow motion before training, then the layers of a run, on the page."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.axe import assert_accessible, violations
from tests.browser.workbench import Workbench


def test_a_training_is_seen_step_by_step(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Iris")
    page, canvas = bench.page, bench.canvas
    bench.press("v")
    switch = canvas.get_by_role("button", name="Slow motion")
    switch.click()
    slow = canvas.get_by_role("region", name="Slow motion")
    where = slow.get_by_role("status")
    expect(where).to_contain_text(
        re.compile(r"step 1 · epoch 1, batch 1 of 8, 16 rows\s*· loss \d"), timeout=60_000
    )
    first = where.inner_text()
    hidden = bench.card("hidden")
    following = slow.get_by_role("button", name="Next phase")
    following.click()
    expect(bench.card("species")).to_contain_text("L ")
    following.focus()
    page.keyboard.press("Enter")
    expect(hidden).to_contain_text("∇ ")
    following.click()
    expect(hidden).to_contain_text(re.compile(r"Δ \d"))
    bench.photograph(pictures / "slow.png")
    slow.get_by_role("button", name="Step", exact=True).click()
    expect(where).to_contain_text("step 2 ")
    slow.get_by_role("button", name="Play", exact=True).click()
    expect(slow).to_contain_text(re.compile("step [1-9][0-9] "))
    slow.get_by_role("button", name="Pause").click()
    assert_accessible(bench, pictures / "slow-playing")
    slow.get_by_role("button", name="To the start").click()
    expect(where).to_have_text(re.compile(re.escape(first.split("·")[-1].strip())))
    switch.click()
    expect(slow).to_have_count(0)


def test_a_run_shows_its_layers(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Iris")
    page, hidden = bench.page, bench.card("hidden")
    bench.press("v")
    page.get_by_role("button", name="Train", exact=True).first.click()
    status = page.get_by_test_id("run-status")
    expect(status.get_by_text("Finished").first).to_be_attached(timeout=120_000)
    page.get_by_role("group", name="View of the run").get_by_text("Layers").click()
    table = page.get_by_role("table").filter(has_text="Gradient")
    row = table.get_by_role("row").filter(has_text="hidden")
    expect(row).to_contain_text(re.compile(r"[\d.]+\s%.*of 16"))
    expect(row.get_by_role("img")).to_have_attribute(
        "aria-label", re.compile(r"Weights from .* to .*, in epochs 1 to 60")
    )
    expect(hidden.locator(".mark").first).to_have_attribute(
        "title", re.compile("weights from .*; gradient .*; a step moves them by")
    )
    row.get_by_role("button").click()
    large = page.get_by_role("dialog", name=re.compile("hidden: weights and gradients"))
    expect(large.get_by_role("img").first).to_be_visible()
    assert violations(page) == ""
    bench.photograph(pictures / "layers.png")
    page.keyboard.press("Escape")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 400, "height": 800})
    expect(table).to_be_visible()
    assert violations(page) == ""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.reload()
    page.get_by_role("group", name="View of the run").get_by_text("Layers").click()
    expect(row.get_by_role("img")).to_have_attribute("aria-label", re.compile("1 to 60"))
