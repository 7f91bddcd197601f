"""What a trained model predicts: scores, curves, and the rows behind a number."""

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import axe
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
    expect(results.get_by_role("img", name=re.compile("^Calibration"))).to_be_visible()
    rows = results.get_by_role("listitem").filter(has_text="error")
    expect(rows).to_have_count(12)
    cell = results.get_by_role("button", name=re.compile("of “3” predicted as “3”"))
    count = int(re.sub(r"\D", "", cell.inner_text()))
    cell.press("Enter")
    expect(results.get_by_role("heading", name="“3” predicted as “3”")).to_be_visible()
    expect(results).to_contain_text(f"Rows 1 to {min(12, count)} of {count}")
    expect(rows.first).to_contain_text("3 → predicted 3")
    expect(rows.first.locator("canvas")).to_be_visible()
    bench.photograph(pictures / "results.png")
    assert axe.violations(bench.page) == ""
    table = tmp_path / "predictions.csv"
    link = settings.get_by_role("link", name="Download predictions-validation.csv")
    bench.download(link).save_as(table)
    lines = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert len(lines) == 359
    threes = [line for line in lines if (line["actual"], line["predicted"]) == ("3", "3")]
    assert len(threes) == count
