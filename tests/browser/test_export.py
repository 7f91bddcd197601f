"""Files to take away: the picture of the canvas as SVG and PNG, the table of layers as CSV."""

import csv
import re
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Locator, expect

from bench import documents
from tests.browser.test_large_graphs import open_document
from tests.browser.workbench import Workbench

SVG = "{http://www.w3.org/2000/svg}"


def export(bench: Workbench, name: str) -> Locator:
    """Open the Document menu; return its entry with this name."""
    bench.page.get_by_role("button", name="Document", exact=True).click()
    return bench.page.get_by_role("button", name=name)


def saved(bench: Workbench, name: str, folder: Path) -> Path:
    """The file that an entry of the Document menu downloads."""
    download = bench.download(export(bench, name))
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def words(picture: Path) -> list[str]:
    """The texts in an SVG picture."""
    root = ET.parse(picture).getroot()
    assert root.tag == f"{SVG}svg"
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def test_the_picture_shows_cards_shapes_and_notes(bench: Workbench, tmp_path: Path) -> None:
    bench.start_from("Digits, dense")
    bench.press("Shift+S")
    bench.page.get_by_label("Text of the note").fill("# Why <b>64</b> & not 32?")
    bench.page.get_by_label("Text of the note").press("Escape")
    expect(bench.canvas.get_by_role("group", name="Note", exact=True)).to_contain_text("<b>64</b>")
    picture = saved(bench, "Save the picture as SVG", tmp_path)
    assert picture.name == "Digits, dense.svg"
    texts = words(picture)
    for card in bench.cards.locator(".label").all():
        name = (card.get_attribute("title") or "").strip()
        assert name in texts
    assert set(bench.chips()) <= set(texts)
    assert "Why <b>64</b> & not 32?" in " ".join(texts)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_has_the_colours_of_the_theme(
    bench: Workbench, tmp_path: Path, pictures: Path, theme: str
) -> None:
    bench.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    bench.start_from("Digits, dense")
    root = ET.parse(saved(bench, "Save the picture as SVG", tmp_path)).getroot()
    ground = root.find(f"{SVG}rect")
    assert ground is not None
    assert ground.get("fill") == {"light": "#f7f7f5", "dark": "#161615"}[theme]
    painted = saved(bench, "Save the picture as PNG", tmp_path)
    content = painted.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height) == (2 * int(root.get("width", "0")), 2 * int(root.get("height", "0")))
    (pictures / f"export_{theme}.png").write_bytes(content)


def test_the_picture_is_folded_as_the_canvas_is(
    bench: Workbench, tmp_path: Path, pictures: Path
) -> None:
    open_document(bench, documents.resnet50())
    bench.wait_until_checked()
    bench.press("b")
    expect(bench.canvas.locator(".fold").first).to_be_visible()
    names = [text.strip() for text in bench.canvas.locator(".fold .label").all_inner_texts()]
    picture = saved(bench, "Save the picture as SVG", tmp_path)
    assert set(names) <= set(words(picture))
    assert len(words(picture)) < 100
    (pictures / "export_folded.svg").write_bytes(picture.read_bytes())


def test_the_table_lists_every_layer(bench: Workbench, tmp_path: Path) -> None:
    bench.start_from("Digits, dense")
    bench.cards.nth(1).click()
    bench.press("F2")
    bench.page.keyboard.type('=1+1, "quoted"')
    bench.page.keyboard.press("Enter")
    bench.wait_until_saved()
    table = saved(bench, "Save the layer table as CSV", tmp_path)
    content = table.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(content.splitlines()))
    assert len(rows) == bench.cards.count()
    assert rows[0]["Type"] == "Input"
    names = [row["Layer"] for row in rows]
    assert '\'=1+1, "quoted"' in names
    assert not any(re.match(r"[=+\-@]", name) for name in names), names
    total = sum(int(row["Trainable parameters"]) for row in rows)
    assert total > 0
    assert all(row["Output shape"].startswith("(None, ") for row in rows)


def test_the_command_palette_exports(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    bench.press("Control+k")
    bench.page.keyboard.type("picture svg")
    with bench.page.expect_download() as waiting:
        bench.page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.endswith(".svg")
