"""Links to view and to a copy: who follows them sees everything, and changes nothing of it."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_data import TREES
from tests.browser.test_opening import drop
from tests.browser.workbench import Workbench
from tests.conftest import Server


def shared_link(person: Workbench, choice: str) -> str:
    """Choose a link in the Share menu and return what was copied."""
    person.page.get_by_role("button", name="Share", exact=True).click()
    person.page.get_by_role("button", name=re.compile(f"^{choice}")).click()
    expect(person.page.get_by_text("Link copied.")).to_be_visible()
    return str(person.page.evaluate("navigator.clipboard.readText()"))


def test_a_viewer_follows_edits_and_makes_a_copy(
    open_page: Callable[..., Page], server: Server, pictures: Path
) -> None:
    ada, ben = (Workbench(open_page(), server.url) for _ in range(2))
    ada.start_from("Digits, dense")
    edited = ada.page.url.rpartition("/")[2]
    ben.open(shared_link(ada, "Copy link to view"))
    assert edited not in ben.page.url
    expect(ben.cards).to_have_count(4)
    bar = ben.page.get_by_role("banner")
    expect(bar.get_by_text("View only", exact=True)).to_be_visible()
    expect(bar.get_by_role("button", name="Train")).to_have_count(0)

    ada.card("hidden").click()
    ada.set_param("units", "48")
    expect(ben.card("hidden")).to_contain_text("48")
    expect(ada.page.get_by_label("People here")).to_be_visible()

    ben.card("hidden").click()
    expect(ben.param("units")).to_have_value("48")
    expect(ben.param("units")).to_be_disabled()
    expect(ben.inspector).to_contain_text("This link is for viewing only.")
    ben.press("Delete")
    ben.press("Control+d")
    ben.canvas.dblclick(position={"x": 40, "y": 300})
    expect(ben.page.get_by_role("dialog")).to_have_count(0)
    expect(ben.cards).to_have_count(4)
    ben.photograph(pictures / "view-only.png")
    ben.canvas.click(button="right", position={"x": 40, "y": 300})
    expect(ben.page.get_by_role("menuitem", name="Inside view")).to_be_visible()
    expect(ben.page.get_by_role("menuitem", name="Take the tour")).to_have_count(0)
    ben.press("Escape")

    drop(ben, "trees.csv", TREES, None)
    expect(ben.page.get_by_role("status").filter(has_text="Make a copy")).to_be_visible()

    # The page itself asks the server to change something: the server refuses.
    refused = ben.page.request.delete(ben.project_api())
    assert refused.status == 403
    assert [problem["code"] for problem in refused.json()["problems"]] == ["view_only"]
    assert edited not in ben.page.content()

    ben.page.get_by_role("link", name="Make a copy to edit").click()
    ben.page.wait_for_url(re.compile(r"/projects/(?!view)\w{12}$"))
    assert edited not in ben.page.url
    ben.wait_until_checked()
    ben.card("hidden").click()
    ben.set_param("units", "20")
    expect(ben.card("hidden")).to_contain_text("20")
    ben.wait_until_saved()
    expect(ada.card("hidden")).to_contain_text("48")


def test_a_copy_link_opens_a_copy(open_page: Callable[..., Page], server: Server) -> None:
    ada, ben = (Workbench(open_page(), server.url) for _ in range(2))
    ada.start_from("Iris")
    link = shared_link(ada, "Copy link to a copy")
    assert ada.page.url.rpartition("/")[2] not in link
    ben.page.goto(link)
    ben.page.wait_for_url(re.compile(r"/projects/(?!view)\w{12}$"))
    assert ben.page.url != ada.page.url
    ben.wait_until_checked()
    expect(ben.page.get_by_label("Project name")).to_have_value(re.compile(r"\(copy\)$"))
