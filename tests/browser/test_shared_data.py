"""A data set of another project is used without another upload, and deleted here alone."""

from playwright.sync_api import expect

from tests.browser.test_data import TREES, drop_data
from tests.browser.workbench import Workbench


def test_a_data_set_is_taken_from_another_project(bench: Workbench) -> None:
    bench.start_from("Iris")
    drop_data(bench, "Shared oaks.csv", TREES)
    first = bench.page.url
    bench.start_empty()
    panel = bench.tab("Data")
    panel.get_by_role("button", name="From another project…").click()
    dialog = bench.page.get_by_role("dialog", name="Data sets of other projects")
    dialog.get_by_role("button", name="Use Shared oaks").click()
    expect(dialog).to_have_count(0)
    expect(panel.get_by_label("Role of kind")).to_have_value("target")
    bench.wait_until_saved()

    panel.get_by_role("button", name="Delete Shared oaks", exact=True).click()
    confirm = bench.page.get_by_role("dialog", name="Delete Shared oaks.csv?")
    expect(confirm).to_contain_text("It stays in Iris.")
    confirm.get_by_role("button", name="Delete", exact=True).click()
    expect(panel.get_by_role("button", name="Delete Shared oaks", exact=True)).to_have_count(0)
    bench.open(first)
    rows = bench.tab("Data").get_by_role("table", name="Rows of Shared oaks")
    expect(rows.get_by_role("row", name="60")).to_contain_text("oak")


def test_a_linked_project_shows_its_data_sets(bench: Workbench) -> None:
    bench.start_from("Iris")
    drop_data(bench, "Linked elms.csv", TREES)
    link = bench.page.url
    bench.start_empty()
    bench.tab("Data").get_by_role("button", name="From another project…").click()
    dialog = bench.page.get_by_role("dialog", name="Data sets of other projects")
    dialog.get_by_label("Link of another project").fill("nowhere at all")
    dialog.get_by_role("button", name="Show its data sets").click()
    expect(dialog.get_by_text("This is not the link of a project.")).to_be_visible()
    dialog.get_by_label("Link of another project").fill(link)
    dialog.get_by_role("button", name="Show its data sets").click()
    use = dialog.get_by_role("button", name="Use ")
    expect(use).to_have_count(1)
    expect(use).to_have_accessible_name("Use Linked elms")
