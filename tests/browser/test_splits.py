"""Rows of an own file are divided by group, trained on, tested once, and read by a script."""

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.test_data import drop_data
from tests.browser.workbench import Workbench
from tests.engine.scripts import run

TREES = "a,b,c,d,plot,part,kind\n" + "".join(
    f"{row % 3},{row % 3 + 0.5},{row % 5},1.{row % 7},plot {row // 10},"
    f"{'outside' if row == 3 else 'train' if row < 70 else 'test'},k{row % 3}\n"
    for row in range(90)
)


def division(bench: Workbench) -> dict[str, Any]:
    training: dict[str, Any] = bench.document()["training"]  # type: ignore[assignment]
    result: dict[str, Any] = training["division"] | {"test_split": training["test_split"]}
    return result


def test_rows_are_divided_by_group_and_the_test_rows_are_used_once(
    bench: Workbench, pictures: Path, tmp_path: Path
) -> None:
    bench.start_from("Iris")
    drop_data(bench, "trees.csv", TREES)
    data = bench.page.get_by_role("tabpanel", name="Data")
    for name in ("plot", "part"):
        data.get_by_label(f"Role of {name}").select_option("ignored")
        expect(data.get_by_label(f"Role of {name}")).to_have_value("other")
    bench.wait_until_checked()

    panel = bench.tab("Training")
    rows = panel.get_by_role("table", name="Rows of each part")
    expect(rows).to_contain_text("72180")
    panel.get_by_label("Division of the rows").select_option("groups stay together")
    expect(panel).to_contain_text("No column has been chosen by which the rows are divided.")
    panel.get_by_label("Column that divides").select_option("plot")
    expect(rows).to_contain_text("70200")
    share = panel.get_by_role("textbox", name="Test split")
    share.fill("0.2")
    share.press("Enter")
    expect(rows).to_contain_text("502020")
    kinds = panel.get_by_role("table", name="Rows of each kind by part")
    expect(kinds.get_by_role("row")).to_have_count(4)
    bench.wait_until_saved()
    assert division(bench) == {"by": "group", "column": "plot", "test_split": 0.2}
    bench.photograph(pictures / "division.png")

    code = bench.tab("Code")
    code.get_by_text("Script", exact=True).click()
    expect(code).to_contain_text("# Needs:")
    download = bench.download(code.get_by_role("button", name="Download iris.py"))
    source = Path(download.path()).read_text("utf-8")
    (tmp_path / "trees.csv").write_text(TREES)
    assert "Evaluation on the test rows: {'accuracy'" in run(source, tmp_path)
    bench.train()
    bench.wait_for_end()
    training = bench.tab("Training")
    training.get_by_text("Results", exact=True).click()
    expect(training).to_contain_text("On 20 validation rows")
    tested = training.get_by_role("region", name="test")
    expect(tested).to_contain_text("On 20 test rows")
    expect(tested).to_contain_text("accuracy")
    bench.photograph(pictures / "test rows.png")


def test_a_column_with_other_values_is_refused_with_a_fix(bench: Workbench) -> None:
    bench.start_from("Iris")
    drop_data(bench, "trees.csv", TREES)
    panel = bench.tab("Training")
    panel.get_by_label("Division of the rows").select_option("as a column says")
    panel.get_by_label("Column that divides").select_option("part")
    expect(panel).to_contain_text("“part” is to divide the rows, but outside names none of their")
    panel.get_by_role("button", name="Divide the rows at random").click()
    expect(panel.get_by_label("Division of the rows")).to_have_value("random")
    expect(panel.get_by_role("table", name="Rows of each part")).to_contain_text("72180")


def test_a_column_becomes_that_of_the_groups_by_its_role(bench: Workbench) -> None:
    bench.start_from("Iris")
    drop_data(bench, "trees.csv", TREES)
    data = bench.page.get_by_role("tabpanel", name="Data")
    role = data.get_by_label("Role of plot")
    expect(role).to_have_value("input")
    role.select_option("group")
    expect(bench.tab("Training").get_by_label("Column that divides")).to_have_value("plot")
    bench.tab("Data").get_by_role("button", name="Propose a model").click()
    expect(bench.page.get_by_text("Undo brings the old one back")).to_be_visible()
    expect(role).to_have_value("group")
    bench.wait_until_checked()
    bench.wait_until_saved()
    assert division(bench) == {"by": "group", "column": "plot", "test_split": 0}
    bindings: Any = bench.document()["training"]["bindings"]  # type: ignore[index]
    fed = {binding["column"] for binding in bindings}
    assert "a" in fed
    assert "plot" not in fed

    bench.tab("Data").get_by_label("Role of plot").select_option("feature")
    expect(role).to_have_value("input")
    expect(bench.tab("Training").get_by_label("Division of the rows")).to_have_value("random")


def test_a_column_of_numbers_weighs_the_rows_by_its_role(bench: Workbench) -> None:
    bench.start_from("Iris")
    drop_data(bench, "trees.csv", TREES)
    data = bench.page.get_by_role("tabpanel", name="Data")
    expect(data.get_by_label("Role of plot")).not_to_contain_text("weight")
    data.get_by_label("Role of c").select_option("weight")
    expect(data.get_by_label("Role of c")).to_have_value("weight")
    data.get_by_role("button", name="Propose a model").click()
    expect(bench.page.get_by_text("Undo brings the old one back")).to_be_visible()
    bench.wait_until_checked()
    bench.wait_until_saved()
    bindings: Any = bench.document()["training"]["bindings"]  # type: ignore[index]
    assert "c" not in {binding["column"] for binding in bindings}
    bench.train()
    bench.wait_for_end()
