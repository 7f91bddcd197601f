"""A run is paused and goes on, ends, and is continued; another starts with its weights."""

import re

from playwright.sync_api import expect

from tests.browser.workbench import Workbench


def test_a_run_is_paused_and_continued(bench: Workbench) -> None:
    bench.start_from("Iris")
    training = bench.tab("Training")
    epochs = training.get_by_label("Epochs", exact=True)
    epochs.fill("5000")
    epochs.press("Enter")
    bench.train()
    progress = training.get_by_test_id("run-progress")
    expect(progress).to_contain_text(re.compile(r"epoch \d+ of 5,000"), timeout=120_000)
    training.get_by_role("button", name="Pause").click()
    status = training.get_by_role("status")
    expect(status).to_have_text("Paused", timeout=60_000)
    # A paused run keeps nobody from starting another one.
    train = bench.page.get_by_role("banner").get_by_role("button", name="Train", exact=True)
    expect(train).to_be_visible()
    expect(training.get_by_role("button", name="Train again")).to_be_enabled()
    training.get_by_role("button", name="Resume").click()
    expect(status).to_have_text("Training", timeout=60_000)
    training.get_by_role("button", name="Stop after this epoch").click()
    bench.wait_for_end("Stopped")
    more = training.get_by_label("More epochs")
    more.fill("3")
    more.press("Enter")
    training.get_by_role("button", name="Continue for 3 more epochs").click()
    expect(training.get_by_text("Continues run 1")).to_be_visible()
    bench.wait_for_end("Finished")
    training.get_by_role("button", name="Start from these weights").click()
    expect(training.get_by_text("Starts with the weights of run 2")).to_be_visible()
    training.get_by_role("button", name="Stop now").click()
    bench.wait_for_end("Stopped")
