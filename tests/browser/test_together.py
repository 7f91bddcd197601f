"""Several people on one project, and lost connections."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OwnServer
from tests.browser.workbench import Workbench
from tests.conftest import Server

STYLE = "chip => getComputedStyle(chip).fontStyle"


def test_two_people_see_each_others_edits_and_cursors(
    open_page: Callable[..., Page], server: Server
) -> None:
    ada, ben = (Workbench(open_page(), server.url) for _ in range(2))
    ada.start_from("Digits, dense")
    ben.open(ada.page.url)
    expect(ben.cards).to_have_count(4)
    expect(ada.page.get_by_label("People here")).to_be_visible()
    ben.card("hidden").click()
    ben.set_param("units", "48")
    expect(ada.card("hidden")).to_contain_text("48")
    ben.canvas.hover(position={"x": 300, "y": 200})
    expect(ada.page.get_by_test_id("cursor")).to_have_count(1)
    ada.card("flat").click()
    ada.press("Delete")
    expect(ben.cards).to_have_count(3)
    ben.canvas.click(position={"x": 40, "y": 300})
    ben.press("Control+z")  # undoes Ben's edit, not Ada's
    expect(ada.card("hidden")).to_contain_text("64")
    expect(ben.cards).to_have_count(3)
    ada.wait_until_saved()
    ben.wait_until_saved()
    assert ada.document() == ben.document()


def test_a_lost_connection_loses_nothing(open_page: Callable[..., Page], server: Server) -> None:
    ada, ben = (Workbench(open_page(), server.url) for _ in range(2))
    ada.start_from("Digits, dense")
    ben.open(ada.page.url)
    expect(ben.cards).to_have_count(4)
    ada.page.context.set_offline(True)
    ada.page.evaluate("window.dispatchEvent(new Event('offline'))")
    ada.card("hidden").click()
    ada.set_param("units", "99")
    ben.card("score").click()
    ben.set_param("units", "11")
    expect(ben.card("score")).to_contain_text("11")
    ada.page.context.set_offline(False)
    ada.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(ada.card("score")).to_contain_text("11")
    expect(ben.card("hidden")).to_contain_text("99")
    ada.wait_until_saved()


def test_the_page_shows_a_lost_server_and_catches_up(
    open_page: Callable[..., Page], own_server: OwnServer, pictures: Path
) -> None:
    person = Workbench(open_page(), own_server.url)
    person.start_from("Iris")
    before = person.canvas.bounding_box()
    own_server.stop()
    expect(person.page.get_by_role("alert")).to_contain_text("Connection lost")
    assert person.canvas.bounding_box() == before  # the banner moves nothing
    person.card("hidden").click()
    person.set_param("units", "21")
    expect(person.page.get_by_role("alert")).to_contain_text(re.compile(r"\d edits? (is|are) kept"))
    old = person.page.get_by_text("Shapes and counts are from before the latest edits.")
    expect(old.first).to_be_attached()
    assert person.canvas.locator(".chip").first.evaluate(STYLE) == "italic"
    person.tab("Code")
    expect(person.page.get_by_role("button", name="Try again")).to_be_visible()
    person.photograph(pictures / "offline.png")
    expect(person.card("hidden")).to_contain_text("21")
    expect(person.page.get_by_test_id("saved")).to_contain_text("Not connected")
    own_server.start()
    expect(person.page.get_by_test_id("saved")).to_contain_text("Saved", timeout=60_000)
    expect(person.page.get_by_role("alert")).to_have_count(0)
    units = [node["params"].get("units") for node in _nodes(person)]
    assert 21 in units
    expect(old).to_have_count(0)
    expect(person.page.get_by_test_id("code")).to_contain_text("layers.Dense(21")


def test_the_one_whose_value_is_gone_is_told(
    open_page: Callable[..., Page], server: Server
) -> None:
    ada, ben = (Workbench(open_page(), server.url) for _ in range(2))
    ada.start_from("Iris")
    ben.open(ada.page.url)
    for person in (ada, ben):
        person.card("hidden").click()
    ada.set_param("units", "20")
    ada.wait_until_saved()
    expect(ben.param("units")).to_have_value("20")
    ben.set_param("units", "30")
    expect(ada.page.get_by_text("has just set units to 30; your 20 is gone")).to_be_visible()
    expect(ada.param("units")).to_have_value("30")


def _nodes(person: Workbench) -> list[dict[str, dict[str, object]]]:
    graphs = person.document()["graphs"]
    assert isinstance(graphs, list)
    return list(graphs[0]["nodes"])


def test_projects_are_listed_copied_and_deleted(bench: Workbench) -> None:
    bench.start_from("Iris")
    name = bench.page.get_by_label("Project name")
    name.fill("My irises")
    name.press("Enter")
    bench.wait_until_saved()
    bench.home()
    expect(bench.page.get_by_role("link", name="My irises").first).to_be_visible()
    bench.page.get_by_role("button", name="Copy My irises").first.click()
    expect(bench.page.get_by_role("link", name=re.compile("My irises"))).to_have_count(2)
    bench.page.get_by_role("button", name=re.compile("^Delete My irises")).first.click()
    bench.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Delete")).click()
    expect(bench.page.get_by_role("link", name=re.compile("My irises"))).to_have_count(1)
