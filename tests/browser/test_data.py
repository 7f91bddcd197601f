"""Columns in other shapes and encodings, on the Data tab and among the problems."""

import json
import re
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.test_opening import drop
from tests.browser.workbench import Workbench
from tests.conftest import ROOT
from tests.engine.data.files.archives import cells, workbook

FEEDING = json.loads((ROOT / "tests" / "golden" / "feeding.json").read_text("utf-8"))


def bindings(bench: Workbench) -> list[dict[str, Any]]:
    training: dict[str, Any] = bench.document()["training"]  # type: ignore[assignment]
    result: list[dict[str, Any]] = training["bindings"]
    return result


def test_the_data_tab_shows_the_shapes_in_which_rows_are_fed(bench: Workbench) -> None:
    bench.home()
    drop(bench, "digits.json", json.dumps(FEEDING))
    bench.wait_until_checked()
    panel = bench.tab("Data")
    expect(panel.get_by_text("8×8×1, fed as 64")).to_be_visible()
    expect(panel.get_by_text("8×8×1, compared as 8×8")).to_be_visible()
    expect(panel.get_by_text("scalar, compared as 10")).to_be_visible()


def test_classes_are_encoded_on_the_data_tab(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    encoding = bench.tab("Data").get_by_label("Encoding of the classes for score")
    encoding.select_option("one-hot")
    bench.wait_until_saved()
    assert bindings(bench) == [{"node": "score", "column": "digit", "encoding": "one_hot"}]
    encoding.select_option("class numbers")
    bench.wait_until_saved()
    assert bindings(bench) == [{"node": "score", "column": "digit", "encoding": ""}]


def test_a_loss_of_one_hot_rows_is_fixed_by_encoding_the_classes(bench: Workbench) -> None:
    graph = dict(FEEDING["graphs"][0])
    graph |= {"nodes": graph["nodes"][:3], "edges": graph["edges"][:2]}
    loss = {"class": "CategoricalCrossentropy", "params": {}}
    training = {"data": "digits", "loss": loss}
    bench.home()
    drop(bench, "digits.json", json.dumps(FEEDING | {"graphs": [graph], "training": training}))
    problems = bench.tab("Problems")
    expect(problems.get_by_role("button", name="Use SparseCategoricalCrossentropy")).to_be_visible()
    problems.get_by_role("button", name="Encode as one-hot").click()
    expect(problems).not_to_contain_text("CategoricalCrossentropy")
    bench.wait_until_saved()
    assert bindings(bench) == [{"node": "c", "column": "digit", "encoding": "one_hot"}]


def test_several_columns_feed_one_input(bench: Workbench) -> None:
    bench.start_from("Iris")
    panel = bench.tab("Data")
    panel.get_by_label("Add a column for features", exact=True).select_option("species")
    bench.wait_until_saved()
    (features,) = {binding["node"] for binding in bindings(bench)}
    columns = [{"column": "features", "encoding": ""}, {"column": "species", "encoding": ""}]
    assert bindings(bench) == [{"node": features, **column} for column in columns]
    expect(bench.tab("Problems")).to_contain_text("features, species")
    panel = bench.tab("Data")
    panel.get_by_label("Encoding of species for features", exact=True).select_option("one-hot")
    bench.tab("Problems").get_by_role("button", name="Take 7").click()
    expect(bench.tab("Problems")).not_to_contain_text("features, species")
    panel = bench.tab("Data")
    panel.get_by_label("Column 2 for features", exact=True).select_option("Remove this column")
    panel.get_by_label("Column for features", exact=True).select_option("automatic")
    bench.wait_until_saved()
    assert bindings(bench) == []


TREES = "length,width,kind\n" + "".join(
    f"{row % 9}.5,{row * 0.37 % 5:.2f},{'oak' if row % 2 else 'elm'}\n" for row in range(60)
)


def drop_data(bench: Workbench, name: str, content: str | bytes) -> None:
    """Drop a file of data on an open project."""
    drop(bench, name, content, "Drop the file to train on it.")
    panel = bench.page.get_by_role("tabpanel", name="Data")
    read = panel.get_by_role("button", name=re.compile("^(Delete .*(?<![.]csv)|Dismiss)$"))
    expect(read.first).to_be_visible(timeout=90_000)


def test_a_file_is_dropped_and_becomes_the_data_set_to_train_on(
    bench: Workbench, pictures: Path
) -> None:
    bench.start_from("Iris")
    drop_data(bench, "A very long name of a file of trees that were measured in 2026.csv", TREES)
    panel = bench.page.get_by_role("tabpanel", name="Data")
    rows = panel.get_by_role("table", name="Rows of A very long name")
    expect(rows.get_by_role("columnheader", name="kind", exact=True)).to_be_visible()
    expect(rows.get_by_role("row", name="60")).to_contain_text("oak")
    expect(panel.get_by_label("Type of width")).to_have_value("number")
    expect(panel.get_by_label("Role of kind")).to_have_value("target")
    expect(rows.get_by_role("img", name="Distribution of kind: elm 30, oak 30")).to_be_visible()
    bench.photograph(pictures / "own data.png")
    bench.wait_until_saved()
    chosen: dict[str, Any] = bench.document()["training"]  # type: ignore[assignment]
    assert len(chosen["data"]) == 64

    panel.get_by_label("Type of width").select_option("category")
    expect(panel.get_by_label("Type of width")).to_have_value("category")
    expect(rows.get_by_role("img", name="Distribution of width: 0.00 1,")).to_be_visible()
    panel.get_by_label("Delimiter").select_option("semicolon")
    expect(panel.get_by_label("Type of length,width,kind")).to_have_value("text")


def test_a_model_that_fits_the_file_trains_on_it(bench: Workbench) -> None:
    bench.start_from("Iris")
    lines = ["a,b,c,d,kind"]
    lines += [f"{row % 3},{row % 3 + 0.5},{row % 5},1.{row % 7},k{row % 3}" for row in range(90)]
    drop_data(bench, "flowers.csv", "\n".join(lines))
    panel = bench.page.get_by_role("tabpanel", name="Data")
    expect(panel.get_by_label("Role of kind")).to_have_value("target")
    bench.wait_until_saved()
    code = bench.tab("Code")
    code.get_by_text("Script", exact=True).click()
    expect(code).to_contain_text("(data set flowers)")
    with bench.page.expect_download() as download:
        code.get_by_role("link", name="ZIP with data").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.namelist() == ["iris.py", "requirements.txt", "flowers.csv"]
    bench.train()
    bench.wait_for_end()


def test_a_file_that_cant_be_read_says_why(bench: Workbench) -> None:
    bench.start_from("Iris")
    drop_data(bench, "empty.csv", "")
    panel = bench.page.get_by_role("tabpanel", name="Data")
    notes = panel.get_by_role("alert").filter(has_text="empty.csv")
    expect(notes).to_contain_text("“empty.csv” is empty.")
    notes.get_by_role("button", name="Dismiss").click()
    expect(notes).to_have_count(0)


def test_the_sheet_of_a_workbook_is_chosen(bench: Workbench, pictures: Path) -> None:
    trees = [["length", "kind"], *([row % 9, "oak" if row % 2 else "elm"] for row in range(40))]
    towns = [["people", "town"], *([row * 100, f"t{row % 4}"] for row in range(30))]
    content = workbook({"Empty": "", "Trees": cells(trees), "Towns &amp; more": cells(towns)})
    bench.start_from("Iris")
    drop_data(bench, "places.xlsx", content)
    panel = bench.page.get_by_role("tabpanel", name="Data")
    sheet = panel.get_by_label("Sheet")
    expect(sheet).to_have_value("Trees")
    expect(sheet.get_by_role("option")).to_have_text(["Empty", "Trees", "Towns & more"])
    expect(panel.get_by_label("Role of kind")).to_have_value("target")
    sheet.select_option("Towns & more")
    expect(panel.get_by_label("Role of town")).to_have_value("target")
    expect(sheet).to_have_value("Towns & more")
    expect(panel.get_by_role("table", name="Rows of places")).to_contain_text("t3")
    bench.photograph(pictures / "own data, sheet.png")
    sheet.select_option("Empty")
    expect(panel.get_by_role("alert")).to_contain_text("“places.xlsx” is empty.")
    expect(panel.get_by_role("table", name="Rows of places")).to_contain_text("t3")
    expect(sheet).to_have_value("Towns & more")  # what is read, not what was refused
    bench.wait_until_saved()
    code = bench.page.request.get(f"{bench.project_api()}/code?form=script").json()["source"]
    assert '"Towns & more"' in code


def test_a_file_of_data_is_deleted(bench: Workbench) -> None:
    bench.start_from("Iris")
    drop_data(bench, "trees.csv", TREES)
    panel = bench.page.get_by_role("tabpanel", name="Data")
    panel.get_by_role("button", name="Delete trees", exact=True).click()
    dialog = bench.page.get_by_role("dialog", name="Delete trees.csv?")
    expect(dialog).to_contain_text("The model trains on this file.")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(panel).to_contain_text("The file that this project trained on was deleted.")
    expect(panel.get_by_role("radio", name="trees")).to_have_count(0)


def test_a_model_is_proposed_for_a_file_and_trains(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    lines = ["area,town,price"]
    lines += [f"{row % 40 + 30},town {row % 3},{(row % 40 + 30) * 2_000}" for row in range(120)]
    drop_data(bench, "houses.csv", "\n".join(lines))
    panel = bench.page.get_by_role("tabpanel", name="Data")
    expect(panel.get_by_label("Role of price")).to_have_value("target")
    panel.get_by_role("button", name="Propose a model").click()
    expect(bench.cards).to_have_count(6)
    expect(bench.page.get_by_text("Undo brings the old one back")).to_be_visible()
    bench.wait_until_checked()
    expect(bench.tab("Problems")).not_to_contain_text("can train")
    bench.train()
    bench.wait_for_end()
    bench.press("Control+z")
    expect(bench.cards.filter(has_text="image")).to_have_count(1)


def paste(bench: Workbench, **formats: str) -> None:
    """Paste a clipboard with these formats, as Ctrl+V does."""
    bench.page.evaluate(
        """formats => {
          const clipboardData = new DataTransfer()
          for (const [kind, text] of Object.entries(formats)) clipboardData.setData(kind, text)
          const target = document.activeElement ?? document.body
          const options = { clipboardData, bubbles: true, cancelable: true }
          target.dispatchEvent(new ClipboardEvent('paste', options))
        }""",
        {f"text/{kind}": text for kind, text in formats.items()},
    )


def test_a_table_is_pasted_from_a_spreadsheet(bench: Workbench) -> None:
    bench.start_from("Iris")
    table = TREES.replace(",", "\t")
    paste(bench, plain=table)
    panel = bench.tab("Data")
    expect(panel.get_by_role("radio")).not_to_have_count(0)
    expect(panel.get_by_role("radio", name="Pasted table")).to_have_count(0)
    paste(bench, plain="two words")
    paste(bench, plain=table)
    expect(panel.get_by_label("Role of kind")).to_have_value("target", timeout=90_000)
    rows = "".join(f"<tr><td>{row}</td><td>b{row % 2}</td></tr>" for row in range(20))
    paste(bench, html=f"<table><tr><th>number<th>letter</tr>{rows}</table>")
    expect(panel.get_by_label("Role of letter")).to_have_value("target", timeout=90_000)
    expect(panel.get_by_role("radio", name="Pasted table")).to_have_count(2)
    bench.wait_until_saved()
    assert len(bench.document()["training"]["data"]) == 64  # type: ignore[index]


def test_columns_are_read_otherwise_by_click_and_by_key(bench: Workbench) -> None:
    bench.start_from("Iris")
    lines = ["a,colour,kind"]
    lines += [f"{row * 0.7:.1f},c{row % 3},k{row % 3 // 2}" for row in range(90)]
    drop_data(bench, "leak.csv", "\n".join(lines))
    panel = bench.page.get_by_role("tabpanel", name="Data")
    notes = panel.get_by_role("list", name="Notes")
    expect(notes).to_contain_text("“colour” gives the target away")
    notes.get_by_role("button", name="Ignore colour").click()
    expect(panel.get_by_label("Role of colour")).to_have_value("other")
    expect(panel).not_to_contain_text("gives the target away")
    kind = panel.get_by_label("Type of a", exact=True)
    kind.focus()
    bench.press("ArrowDown")
    expect(kind).to_have_value("category")
    expect(kind).to_be_enabled()
    expect(kind).to_be_focused()


def test_a_file_dropped_on_the_start_page_becomes_a_project_that_trains(bench: Workbench) -> None:
    bench.home()
    drop(bench, "trees.csv", TREES, "Drop a model")
    panel = bench.page.get_by_role("tabpanel", name="Data")
    expect(panel.get_by_role("table", name="Rows of trees")).to_be_visible(timeout=90_000)
    panel.get_by_role("button", name="Propose a model").click()
    bench.wait_until_checked()
    bench.train()
    bench.wait_for_end()
    assert bench.document()["name"] == "trees"


@pytest.mark.parametrize("late", ["assets/HomePage", "assets/de-", "api/words/de"])
def test_a_file_dropped_before_the_page_is_there_is_not_lost(bench: Workbench, late: str) -> None:
    """The page's code and words take a moment to load; a browser would open the file itself."""
    pattern = re.compile(late)
    held: list[Route] = []
    dropped = threading.Event()

    def hold(route: Route) -> None:
        if dropped.is_set():
            route.continue_()
        else:
            held.append(route)

    bench.page.add_init_script("localStorage.setItem('layerloom.language', 'de')")
    with bench.page.expect_request(pattern):
        bench.page.route(pattern, hold)
        bench.page.goto(bench.url, wait_until="commit")
    drop(bench, "trees.csv", TREES, None)
    dropped.set()
    for route in held:
        route.continue_()
    panel = bench.page.get_by_role("tabpanel", name="Daten")
    expect(panel.get_by_role("table", name="trees")).to_be_visible(timeout=90_000)


def test_a_file_of_data_that_the_server_refuses_leaves_no_project(bench: Workbench) -> None:
    bench.home()
    bench.page.route("**/uploads", lambda route: route.abort("connectionfailed"))
    drop(bench, "lost trees.csv", TREES, "Drop a model")
    failed = bench.page.get_by_role("alert")
    expect(failed).to_contain_text("“lost trees.csv” could not be opened.")
    bench.page.unroute_all()
    bench.home()
    expect(bench.page.get_by_text("lost trees")).to_have_count(0)
