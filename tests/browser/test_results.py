"""What a trained model predicts: scores, curves, and the rows behind a number."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser import axe
from tests.browser.test_data import drop_data
from tests.browser.test_series import POWER
from tests.browser.workbench import Workbench


def test_a_cell_of_the_confusion_matrix_opens_its_rows(
    bench: Workbench, pictures: Path, tmp_path: Path
) -> None:
    bench.start_from("Digits, dense")
    settings = bench.tab("Training")
    epochs = settings.get_by_label("Epochs", exact=True)
    epochs.fill("2")
    epochs.press("Enter")
    bench.train()
    bench.wait_for_end()
    shown = settings.get_by_text("Results", exact=True)
    expect(shown).to_be_in_viewport(ratio=1)
    shown.click()
    results = settings.get_by_role("region", name="Results of score")
    for digit in ("0", "9"):  # the whole matrix, without scrolling
        cell = results.get_by_role("button", name=f"of “{digit}” predicted as “{digit}”")
        expect(cell).to_be_in_viewport(ratio=1)
    scores = results.get_by_role("table", name="Scores of score by class")
    expect(scores.get_by_role("row")).to_have_count(11)
    expect(results.get_by_role("img", name=re.compile("^ROC: mean area 0[.]9"))).to_be_visible()
    recalled = results.get_by_role("img", name=re.compile("^Precision and recall: mean area"))
    expect(recalled).to_be_visible()
    expect(results.get_by_role("img", name=re.compile("^Calibration"))).to_be_visible()
    expect(results).to_contain_text(re.compile(r"among the first 3: \d+"))
    rows = results.get_by_role("listitem").filter(has_text="error")
    expect(rows).to_have_count(12)
    cell = results.get_by_role("button", name=re.compile("of “3” predicted as “3”"))
    count = int(re.sub(r"\D", "", cell.inner_text()))
    cell.press("Enter")
    expect(results.get_by_role("heading", name="“3” predicted as “3”")).to_be_visible()
    expect(results).to_contain_text(f"Rows 1 to {min(12, count)} of {count}")
    expect(rows.first).to_contain_text("3 → predicted 3")
    expect(rows.first.locator("canvas")).to_be_visible()
    axe.assert_accessible(bench, pictures / "results")
    table = tmp_path / "predictions.csv"
    link = settings.get_by_role("link", name="Download predictions-validation.csv")
    bench.download(link).save_as(table)
    lines = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert len(lines) == 359
    threes = [line for line in lines if (line["actual"], line["predicted"]) == ("3", "3")]
    assert len(threes) == count


def results_of(bench: Workbench, template: str, epochs: int) -> Locator:
    """Train a template for some epochs; the panel with its results."""
    bench.start_from(template)
    training = bench.tab("Training")
    field = training.get_by_label("Epochs", exact=True)
    field.fill(str(epochs))
    field.press("Enter")
    bench.train()
    bench.wait_for_end()
    training.get_by_text("Results", exact=True).click()
    return training


def table_of(bench: Workbench, training: Locator, path: Path) -> list[dict[str, str]]:
    """The predictions for all validation rows."""
    link = training.get_by_role("link", name="Download predictions-validation.csv")
    bench.download(link).save_as(path)
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_amounts_are_compared_with_the_actual_ones(
    bench: Workbench, pictures: Path, tmp_path: Path
) -> None:
    training = results_of(bench, "Diabetes", 5)
    results = training.get_by_role("region", name=re.compile("^Results of"))
    figures = results.get_by_role("table", name=re.compile("^Errors of"))
    expect(figures.get_by_role("columnheader")).to_have_count(5)
    against = results.get_by_role("img", name=re.compile(r"^Predicted against actual: R² "))
    rows = table_of(bench, training, tmp_path / "predictions.csv")
    expect(against.locator("circle")).to_have_count(len(rows))
    residuals = results.get_by_role("img", name=re.compile("^Residuals: bias "))
    assert residuals.locator("rect").count() > 4
    errors = [float(row["predicted"]) - float(row["actual"]) for row in rows]
    told = results.get_by_role("listitem").filter(has_text="error").all_inner_texts()
    shown = [float(re.findall(r"error ([\d.,]+)", text)[0].replace(",", "")) for text in told]
    worst = sorted(map(abs, errors), reverse=True)[: len(shown)]
    assert len(shown) == 12
    for one, expected in zip(shown, worst, strict=True):
        assert abs(one - expected) < 0.01 * expected
    axe.assert_accessible(bench, pictures / "results-amounts")


def test_reconstructions_stand_beside_their_originals(bench: Workbench, pictures: Path) -> None:
    training = results_of(bench, "Digits, autoencoder", 2)
    results = training.get_by_role("region", name=re.compile("^Results of"))
    rows = results.get_by_role("listitem").filter(has_text="error")
    expect(rows).to_have_count(12)
    expect(rows.first.get_by_role("img", name="actual")).to_be_visible()
    expect(rows.first.get_by_role("img", name="predicted")).to_be_visible()
    expect(results.get_by_role("img", name=re.compile("^Errors of the rows: mean"))).to_be_visible()
    axe.assert_accessible(bench, pictures / "results-reconstructions")


def test_each_output_has_its_results(bench: Workbench, pictures: Path, tmp_path: Path) -> None:
    training = results_of(bench, "Digits, two outputs", 2)
    score = training.get_by_role("region", name="Results of score")
    expect(score.get_by_role("table", name="Confusion of score")).to_be_visible()
    expect(score.get_by_role("listitem").filter(has_text="error").first).to_contain_text("→")
    outputs = training.get_by_role("group", name="Output", exact=True)
    outputs.get_by_text("painted").click()
    painted = training.get_by_role("region", name="Results of painted")
    rows = painted.get_by_role("listitem").filter(has_text="error")
    expect(rows.first.get_by_role("img", name="predicted")).to_be_visible()
    expect(score).to_have_count(0)
    axe.assert_accessible(bench, pictures / "results-two-outputs")
    names = table_of(bench, training, tmp_path / "predictions.csv")[0]
    assert [name for name in names if "score" in name]
    assert [name for name in names if "painted" in name]


def test_forecasts_are_drawn_over_the_series(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Digits, dense")
    drop_data(bench, "power.csv", POWER)
    data = bench.page.get_by_role("tabpanel", name="Data")
    data.get_by_label("The rows are a time series").check()
    data.get_by_label("Steps to forecast").select_option("2")
    expect(data).to_contain_text("rows for forecasting")
    data.get_by_role("button", name="Propose a model").click()
    expect(bench.cards.filter(has_text="LSTM")).to_have_count(1)
    bench.wait_until_checked()
    bench.train()
    bench.wait_for_end()
    training = bench.tab("Training")
    training.get_by_text("Results", exact=True).click()
    results = training.get_by_role("region", name=re.compile("^Results of"))
    series = results.get_by_role("img", name=re.compile("^Forecast over the series: RMSE"))
    expect(series.locator("path")).to_have_count(2)
    for path in series.locator("path").all():
        assert (path.get_attribute("d") or "").count("L") > 20
    expect(results.get_by_role("img", name=re.compile("^Error by distance"))).to_be_visible()
    axe.assert_accessible(bench, pictures / "results-forecast")
