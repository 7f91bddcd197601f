"""Several people on one project, and lost connections."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import OwnServer
from tests.browser.workbench import Workbench
from tests.conftest import Server


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
    open_page: Callable[..., Page], own_server: OwnServer
) -> None:
    person = Workbench(open_page(), own_server.url)
    person.start_from("Iris")
    own_server.stop()
    expect(person.page.get_by_role("alert")).to_contain_text("Connection lost")
    person.card("hidden").click()
    person.set_param("units", "21")
    expect(person.card("hidden")).to_contain_text("21")
    expect(person.page.get_by_test_id("saved")).to_contain_text("Not connected")
    own_server.start()
    expect(person.page.get_by_test_id("saved")).to_contain_text("Saved", timeout=60_000)
    expect(person.page.get_by_role("alert")).to_have_count(0)
    units = [node["params"].get("units") for node in _nodes(person)]
    assert 21 in units


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
