"""The first visit: an example that trains in seconds, and a tour that can be taken again."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.workbench import Workbench

TITLES = (
    "A network is a graph",
    "Add layers",
    "Change numbers",
    "Train the model",
    "Take the code",
)


def cards(bench: Workbench) -> Locator:
    return bench.page.get_by_role("dialog").filter(has_text=re.compile(r"Step \d of 5"))


def test_the_tour_leads_through_the_example(bench: Workbench) -> None:
    bench.page.route("**/api/projects", lambda route: route.fulfill(json=[]), times=1)
    bench.home()
    bench.page.get_by_role("button", name="Start with an example").click()
    bench.wait_until_checked()
    for number, title in enumerate(TITLES, start=1):
        card = bench.page.get_by_role("dialog", name=title)
        expect(card).to_contain_text(f"Step {number} of 5")
        expect(card).to_be_in_viewport(ratio=1)
        last = number == len(TITLES)
        card.get_by_role("button", name="Start" if last else "Next", exact=True).click()
    expect(cards(bench)).to_have_count(0)
    bench.train()
    bench.wait_for_end(seconds=120)


def test_the_tour_is_left_with_escape_and_taken_again(bench: Workbench) -> None:
    bench.start_from("Iris")
    expect(cards(bench)).to_have_count(0)
    bench.canvas.click(button="right", position={"x": 30, "y": 30})
    bench.page.get_by_role("menuitem", name="Take the tour").click()
    card = bench.page.get_by_role("dialog", name=TITLES[0])
    expect(card).to_be_visible()
    card.get_by_role("button", name="Next").click()
    bench.page.reload()
    expect(bench.page.get_by_role("dialog", name=TITLES[1])).to_be_visible()
    bench.page.keyboard.press("Escape")
    expect(cards(bench)).to_have_count(0)
    bench.page.reload()
    expect(bench.canvas).to_be_visible()
    expect(cards(bench)).to_have_count(0)
