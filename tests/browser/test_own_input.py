"""What is looked at: a drawing, a photo, a sentence, and the rows on which a run errs most."""

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from engine.graph.layout import lay_out
from tests.browser.axe import assert_accessible, violations
from tests.browser.test_large_graphs import open_document
from tests.browser.test_selecting import touch
from tests.browser.workbench import Workbench
from tests.engine.documents import chain, node


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
    drop_photo(own, blank(tmp_path / "white.png"))
    expect(score).not_to_have_attribute("title", re.compile("^1 with"))
    (tmp_path / "notes.txt").write_text("no picture")
    own.get_by_label(re.compile("^Photo for image")).set_input_files(tmp_path / "notes.txt")
    expect(own.get_by_role("alert")).to_contain_text("notes.txt")
    assert violations(page) == ""
    bench.photograph(pictures / "inside_photo.png")


def blank(path: Path) -> bytes:
    """A white photo."""
    Image.new("RGB", (64, 64), "white").save(path)
    return path.read_bytes()


def drop_photo(own: Locator, content: bytes) -> None:
    """Drop a photo on the first input."""
    files = own.page.evaluate_handle(
        """text => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
            const transfer = new DataTransfer()
            transfer.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }))
            return transfer
        }""",
        b64encode(content).decode(),
    )
    own.get_by_role("heading", level=2).first.dispatch_event("drop", {"dataTransfer": files})


def own_input(bench: Workbench) -> Locator:
    """Switch the inside view on, and the panel for an input of one's own."""
    bench.press("v")
    expect(bench.canvas.get_by_text("first weights")).to_be_visible(timeout=90_000)
    bench.canvas.get_by_role("button", name="Own input").click()
    return bench.canvas.get_by_role("region", name="Own input")


def expect_another(bench: Workbench, card: str, before: str | None) -> str:
    """Wait until the picture of a card is another than it was; return its text."""
    picture = bench.card(card).locator(".picture")
    expect(picture).not_to_have_attribute("title", before or "")
    return picture.get_attribute("title") or ""


def test_a_digit_is_drawn_with_mouse_finger_and_keys(
    open_page: Callable[..., Page], bench: Workbench, pictures: Path
) -> None:
    person = Workbench(open_page(has_touch=True), bench.url)
    person.start_from("Digits, dense")
    own = own_input(person)
    shown = person.card("score").locator(".picture").get_attribute("title")
    own.get_by_role("button", name="Clear").click()
    shown = expect_another(person, "score", shown)
    pad = own.get_by_role("application", name=re.compile("^Draw image"))
    box = pad.bounding_box()
    assert box
    x, y, side = box["x"], box["y"], box["width"]
    person.page.mouse.move(x + side * 0.5, y + side * 0.15)
    person.page.mouse.down()
    person.page.mouse.move(x + side * 0.5, y + side * 0.85, steps=8)
    person.page.mouse.up()
    shown = expect_another(person, "score", shown)
    touch(person, *([(x + side * share, y + side * 0.2)] for share in (0.2, 0.3, 0.4)))
    shown = expect_another(person, "score", shown)
    pad.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft", "Space"):
        person.press(key)
    expect_another(person, "score", shown)
    assert_accessible(person, pictures / "inside_drawn")


def test_a_sentence_is_typed(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Words in order")
    own = own_input(bench)
    # The first weights answer 0.500 to every sentence; its words differ.
    shown = bench.card("words").locator(".picture").get_attribute("title")
    own.get_by_role("textbox").fill("The film was great, and the music was good.")
    expect_another(bench, "words", shown)
    text = bench.canvas.locator("article .words")
    expect(text).to_have_text("The film was great, and the music was good.")
    assert_accessible(bench, pictures / "inside_sentence")


def test_a_photo_of_the_size_of_imagenet_is_answered(
    bench: Workbench, pictures: Path, tmp_path: Path
) -> None:
    """Its 150,528 numbers are too many for a message of lists."""
    layers = (
        node("photo", "Input", name="photo", shape=[224, 224, 3]),
        node("maps", "Conv2D", name="maps", filters=8, kernel_size=7, strides=4),
        node("mean", "GlobalAveragePooling2D", name="mean"),
        node("score", "Dense", name="score", units=3, activation="softmax"),
    )
    open_document(bench, lay_out(chain(*layers)))
    bench.wait_until_checked()
    bench.press("v")
    bench.canvas.get_by_role("button", name="Own input").click()
    own = bench.canvas.get_by_role("region", name="Own input")
    for name, color in (("red", "#f00000"), ("blue", "#0000f0")):
        Image.new("RGB", (640, 480), color).save(tmp_path / f"{name}.png")
    photo = own.get_by_label(re.compile("^Photo for photo"))
    photo.set_input_files(tmp_path / "red.png")
    picture = bench.card("maps").locator(".picture")
    expect(picture).to_be_visible(timeout=90_000)
    before = picture.get_attribute("title")
    photo.set_input_files(tmp_path / "blue.png")
    expect_another(bench, "maps", before)
    assert_accessible(bench, pictures / "inside_large_photo")
