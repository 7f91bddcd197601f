"""What is looked at: a photo of one's own, and the rows on which a run errs most."""

import re
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.workbench import Workbench


def test_a_photo_and_the_worst_errors(bench: Workbench, pictures: Path, tmp_path: Path) -> None:
    photo = Image.new("RGB", (320, 240), "white")
    ImageDraw.Draw(photo).line((160, 20, 160, 220), fill="black", width=40)
    photo.save(tmp_path / "one.png")
    bench.start_from("Digits, dense")
    page, canvas = bench.page, bench.canvas
    bench.train()
    bench.wait_for_end()
    canvas.get_by_role("button", name="Inside view").click()
    number = canvas.get_by_label("Row number")
    expect(number).to_have_value("1", timeout=60_000)

    canvas.get_by_role("button", name="Worst errors").click()
    expect(canvas.get_by_text("error 1 of 12")).to_be_visible()
    expect(number).not_to_have_value("1")
    row = number.input_value()
    canvas.get_by_role("button", name="Next row").click()
    expect(canvas.get_by_text("error 2 of 12")).to_be_visible()
    expect(number).not_to_have_value(row)

    canvas.get_by_role("button", name="Own input").click()
    own = canvas.get_by_role("region", name="Own input")
    expect(own).to_contain_text("8 × 8 grey values from 0 to 1.")
    own.get_by_label("Dark is high, as ink on paper").check()
    score = canvas.locator("article", has_text="score").locator(".picture")
    before = score.get_attribute("title")
    own.get_by_label(re.compile("^Photo for image")).set_input_files(tmp_path / "one.png")
    expect(score).not_to_have_attribute("title", before or "")
    expect(score).to_have_attribute("title", re.compile("^1 with"))
    (tmp_path / "notes.txt").write_text("no picture")
    own.get_by_label(re.compile("^Photo for image")).set_input_files(tmp_path / "notes.txt")
    expect(own.get_by_role("alert")).to_contain_text("notes.txt")
    assert violations(page) == ""
    bench.photograph(pictures / "inside_photo.png")
