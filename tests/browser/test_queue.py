"""Runs wait in the queue: where they are is shown, and one's own can be moved."""

from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.workbench import Workbench


def test_own_runs_are_queued_and_moved(bench: Workbench) -> None:
    bench.start_from("Iris")
    training = bench.tab("Training")
    epochs = training.get_by_label("Epochs", exact=True)
    epochs.fill("10000")  # it trains until it is stopped
    epochs.press("Enter")
    bench.train()
    another = training.get_by_role("button", name="Queue another run")
    queue = training.get_by_role("region", name="In the queue")
    rows = queue.get_by_role("listitem")
    for number in (1, 2):
        another.click()
        expect(rows).to_have_count(number)
    expect(training).to_contain_text("Run 1 ·")  # the one in progress is still shown
    expect(rows.first).to_contain_text("Run 2")
    assert not violations(bench.page)
    bench.page.set_viewport_size({"width": 400, "height": 900})
    assert not violations(bench.page)
    bench.page.set_viewport_size({"width": 1440, "height": 900})
    earlier = queue.get_by_role("button", name="Let run 3 start earlier")
    expect(queue.get_by_role("button", name="Let run 3 start later")).to_be_disabled()
    earlier.press("Enter")
    expect(rows.first).to_contain_text("Run 3")
    expect(earlier).to_be_disabled()
    later = queue.get_by_role("button", name="Let run 3 start later")
    expect(later).to_be_focused()
    later.click()
    expect(rows.first).to_contain_text("Run 2")
    queue.get_by_role("button", name="Take run 2 out of the queue").click()
    expect(rows).to_have_count(1)
    queue.get_by_role("button", name="Take run 3 out of the queue").click()
    expect(rows).to_have_count(0)
    training.get_by_role("button", name="Stop now").click()
    bench.wait_for_end("Stopped")
    train = bench.page.get_by_role("banner").get_by_role("button", name="Train", exact=True)
    expect(train).to_be_visible()
