"""What a run shows about its model: a number, the card, and a fix that helps."""

import random
import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser import axe
from tests.browser.test_data import drop_data
from tests.browser.workbench import Workbench


def points() -> str:
    """1,000 points, of which 50 are rare and lie among the others."""
    draw = random.Random(5)
    lines = ["width,height,kind"]
    for row in range(1000):
        rare = row % 20 == 0
        x, y = (draw.gauss(1.3 if rare else 0, 1) for _ in range(2))
        lines.append(f"{x:.4f},{y:.4f},{'rare' if rare else 'usual'}")
    return "\n".join(lines)


def recall_of_rare(training: Locator) -> float:
    """The recall of the rare class among the results of the run that is shown."""
    training.get_by_text("Results", exact=True).click()
    scores = training.get_by_role("table", name=re.compile("^Scores of"))
    row = scores.get_by_role("row", name=re.compile("^rare"))
    expect(row).to_be_visible()
    heads = scores.get_by_role("columnheader").all_inner_texts()
    recall = next(at for at, head in enumerate(heads) if head.lower() == "recall")
    cells = row.get_by_role("rowheader").or_(row.get_by_role("cell")).all_inner_texts()
    return float(cells[recall].strip("% ").replace("–", "0"))


def test_imbalanced_classes_are_named_and_the_fix_helps(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Iris")
    drop_data(bench, "points.csv", points())
    data = bench.page.get_by_role("tabpanel", name="Data")
    expect(data.get_by_label("Role of kind")).to_have_value("target")
    data.get_by_role("button", name="Propose a model").click()
    bench.wait_until_checked()
    bench.wait_until_saved()
    training = bench.tab("Training")
    bench.train()
    bench.wait_for_end()
    findings = training.get_by_role("region", name="What this run shows")
    imbalanced = findings.get_by_role("listitem").filter(has_text="imbalanced")
    expect(imbalanced).to_contain_text(re.compile(r"“usual” has \d+ rows, “rare” \d+"))
    before = recall_of_rare(training)
    axe.assert_accessible(bench, pictures / "imbalanced")
    imbalanced.get_by_role("button", name="Show the card").click()
    expect(bench.canvas.locator(".svelte-flow__node.selected")).to_have_count(1)
    imbalanced.get_by_role("button", name="Weigh rare classes more").click()
    expect(training.get_by_label("Class weights")).to_have_value("balanced")
    bench.wait_until_saved()
    bench.train()
    expect(bench.page.get_by_test_id("run-status")).to_contain_text("Run 2")
    bench.wait_for_end()
    expect(imbalanced).to_have_count(0)
    assert recall_of_rare(training) > before + 0.1
