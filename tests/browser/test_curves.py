"""The curves of a run: values at one place in all charts, the best epoch, and what is kept."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser import axe
from tests.browser.workbench import Workbench

EPOCHS = 12


def trained(bench: Workbench) -> Locator:
    bench.start_from("Iris")
    training = bench.tab("Training")
    epochs = training.get_by_label("Epochs", exact=True)
    epochs.fill(str(EPOCHS))
    epochs.press("Enter")
    bench.train()
    bench.wait_for_end()
    return training


def saved(bench: Workbench, training: Locator, kind: str, path: Path) -> Path:
    """What “Save as” gives."""
    with bench.page.expect_download() as download:
        training.get_by_label("Save as").select_option(kind)
    download.value.save_as(path)
    return path


def test_all_charts_show_their_values_at_one_place(bench: Workbench, pictures: Path) -> None:
    training = trained(bench)
    charts = training.get_by_role("figure")
    expect(charts).to_have_count(2)
    for chart in charts.all():
        expect(chart).to_contain_text(re.compile(r"best: epoch \d+"))
    training.get_by_label("rate, speed, memory").check()
    expect(charts).to_have_count(5)
    for name in ("Learning rate", "Steps per second", "Memory in MB"):
        expect(charts.filter(has_text=name)).to_have_accessible_name(re.compile(rf"{name} [\d,.]+"))
    place = charts.first.get_by_role("slider")
    box = place.bounding_box()
    assert box
    bench.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    shown = charts.first.locator(".at").inner_text()
    assert re.fullmatch(r"epoch \d+", shown)
    for chart in charts.all():
        expect(chart.locator(".at")).to_have_text(shown)
        expect(chart.locator("b").first).to_have_text(re.compile(r"\d"))
    bench.photograph(pictures / "curves-hover.png")
    bench.page.mouse.move(1, 1)
    expect(charts.first.locator(".at")).not_to_have_text(shown)


def test_the_keyboard_reads_values_in_all_charts(bench: Workbench) -> None:
    training = trained(bench)
    charts = training.get_by_role("figure")
    place = charts.first.get_by_role("slider")
    place.focus()
    for key, epoch in (("Home", 1), ("ArrowRight", 2), ("End", EPOCHS), ("ArrowLeft", EPOCHS - 1)):
        place.press(key)
        expect(place).to_have_attribute("aria-valuetext", re.compile(rf"^epoch {epoch}: training "))
        for chart in charts.all():
            expect(chart.locator(".at")).to_have_text(f"epoch {epoch}")
    assert axe.violations(bench.page) == ""
    place.blur()
    expect(charts.first.locator(".at")).to_have_text(re.compile("^best"))


def test_curves_are_zoomed_smoothed_and_logarithmic(bench: Workbench, pictures: Path) -> None:
    training = trained(bench)
    charts = training.get_by_role("figure")
    place = charts.first.get_by_role("slider")
    before = charts.first.get_attribute("aria-label") or ""
    smoothing = training.get_by_label("Smoothing")
    smoothing.select_option("smoothed a lot")
    expect(charts.first).not_to_have_attribute("aria-label", before)
    smoothing.select_option("not smoothed")
    expect(charts.first).to_have_attribute("aria-label", before)

    box = place.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    bench.page.mouse.move(box["x"] + box["width"] * 0.4, y)
    bench.page.mouse.down()
    bench.page.mouse.move(box["x"] + box["width"] * 0.8, y, steps=5)
    bench.page.mouse.up()
    first = training.get_by_label("From epoch")
    expect(first).not_to_have_value("0")
    zoomed = int(first.input_value())
    place.press("Home")
    expect(place).to_have_attribute("aria-valuetext", re.compile(rf"^epoch {zoomed + 1}: "))
    training.get_by_role("button", name="All", exact=True).click()
    expect(first).to_have_value("0")
    first.fill("5")
    first.press("Enter")
    place.press("Home")
    expect(place).to_have_attribute("aria-valuetext", re.compile("^epoch 5: "))
    training.get_by_role("button", name="All", exact=True).click()

    training.get_by_label("within epochs").check()
    place.press("Home")
    expect(place).to_have_attribute("aria-valuetext", re.compile(r"^epoch 0[.]\d+: "))
    training.get_by_label("log scale").check()
    axe.assert_accessible(bench, pictures / "curves-log")


def test_curves_are_kept_as_pictures_and_as_a_table(bench: Workbench, tmp_path: Path) -> None:
    training = trained(bench)
    training.get_by_label("rate, speed, memory").check()
    table = saved(bench, training, "CSV", tmp_path / "curves.csv")
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert [row["epoch"] for row in rows] == [str(epoch) for epoch in range(1, EPOCHS + 1)]
    for name in ("loss", "val_loss", "accuracy", "learning_rate", "memory_bytes"):
        assert all(float(row[name]) > 0 for row in rows), name
    assert all(float(row["steps_per_second"]) > 0 for row in rows)
    svg = ET.parse(saved(bench, training, "SVG", tmp_path / "curves.svg")).getroot()
    texts = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    for name in ("Loss", "Accuracy", "Learning rate", "training", "validation"):
        assert name in texts
    with Image.open(saved(bench, training, "PNG", tmp_path / "curves.png")) as picture:
        assert picture.size == (2 * int(svg.attrib["width"]), 2 * int(svg.attrib["height"]))
        assert len(picture.getcolors(1 << 20) or range(9)) > 4
