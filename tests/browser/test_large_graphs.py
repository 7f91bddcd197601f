"""Large graphs: shown whole, laid out, folded and edited."""

import json
import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from bench import documents
from engine.document import Document
from engine.document.stored import read_stored
from engine.graph.layout import lay_out
from tests.browser.overview import PAINTED
from tests.browser.workbench import Workbench
from tests.conftest import ROOT

# Keras is imported in a process of its own.
NASNET = """import json
from bench import documents
print(json.dumps(documents.application("NASNetMobile").to_json()))
"""


def open_document(bench: Workbench, document: Document) -> None:
    """Open a new project with this document."""
    answer = bench.page.request.post(
        f"{bench.url}/api/projects",
        data=json.dumps({"document": document.to_json()}),
        headers={"Content-Type": "application/json", "Origin": bench.url},
    )
    assert answer.ok
    bench.open(f"{bench.url}/projects/{answer.json()['id']}")


def test_everything_is_shown_at_any_size(bench: Workbench, pictures: Path) -> None:
    """Each stretch of 500 layers is some hundred pixels high and has the colour of its layers."""
    build = documents.Builder()
    last = build.add("Input", shape=[16])
    for layer in ("Dense", "Dropout", "LayerNormalization", "Reshape"):
        params = {"Dense": {"units": 16}, "Reshape": {"target_shape": [16]}}.get(layer, {})
        for _ in range(500):
            last = build.add(layer, last, **params)
    open_document(bench, lay_out(build.document("four stretches")))
    bench.press("1")
    expect(bench.page.locator(".overview")).to_be_visible()
    bench.page.wait_for_function(
        "() => document.querySelector('.percent').innerText.startsWith('0.')"
    )
    bench.page.wait_for_function(
        f"""() => {{
          const {{ top, bottom, height, colours }} = ({PAINTED})()
          const isWhole = 0 < top && top < bottom && bottom < height - 1
          return isWhole && bottom - top > height / 2 && colours >= 4
        }}"""
    )


# Collects what is written on any canvas.
WRITTEN = """window.written = new Set()
const { fillText } = CanvasRenderingContext2D.prototype
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  window.written.add(text)
  return fillText.call(this, text, ...rest)
}"""


def test_repeated_parts_are_named_where_layers_have_no_names(
    bench: Workbench, pictures: Path
) -> None:
    bench.page.add_init_script(WRITTEN)
    open_document(bench, lay_out(documents.resnet50()))
    bench.press("1")
    expect(bench.page.locator(".overview")).to_be_visible()
    bench.page.wait_for_function(
        "() => window.written.has('residual block ×5 · 50 layers')"
        " && window.written.has('residual block ×3 · 30 layers')"
    )
    bench.photograph(pictures / "resnet50_unnamed.png")


def test_a_painted_card_can_be_selected_and_moved(bench: Workbench, pictures: Path) -> None:
    document = lay_out(documents.resnet50())
    open_document(bench, document)
    bench.press("1")
    expect(bench.page.locator(".overview")).to_be_visible()
    bench.page.wait_for_function(f"() => ({PAINTED})().colours >= 4")  # a worker paints
    bench.page.screenshot(path=pictures / "resnet50_overview.png")
    expect(bench.cards).to_have_count(0)
    last = max(document.main.nodes, key=lambda node: node.position.y)
    x, y = bench.page.evaluate(
        """({ x, y }) => {
          const box = document.querySelector('.svelte-flow').getBoundingClientRect()
          const style = document.querySelector('.svelte-flow__viewport').style.transform
          const [dx, dy, zoom] = style.match(/-?[\\d.]+(e-\\d+)?/g).map(Number)
          return [box.x + dx + (x + 104) * zoom, box.y + dy + (y + 28) * zoom]
        }""",
        {"x": last.position.x, "y": last.position.y},
    )
    bench.page.mouse.move(x, y)
    expect(bench.cards).to_have_count(1)
    bench.page.mouse.down()
    bench.page.mouse.move(x + 40, y, steps=4)
    bench.page.mouse.up()
    expect(bench.param("units")).to_have_value("1000")
    bench.wait_until_saved()
    graphs = bench.document()["graphs"]
    assert isinstance(graphs, list)
    moved = next(node for node in graphs[0]["nodes"] if node["id"] == last.id)
    assert moved["position"]["x"] > last.position.x + 200


def test_repeated_blocks_are_folded_and_unfolded(bench: Workbench, pictures: Path) -> None:
    open_document(bench, lay_out(documents.resnet50()))
    bench.press("1")
    before = bench.document()
    bench.press("b")
    folds = bench.canvas.locator("article.fold")
    expect(folds.filter(has_text="×").first).to_be_visible()
    bench.wait_until_still()
    bench.page.screenshot(path=pictures / "resnet50_folded.png")
    # Shown whole, no card lies under the small map.
    small = bench.canvas.locator(".minimap").bounding_box()
    assert small
    for card in bench.cards.all():
        place = card.bounding_box()
        assert place
        assert place["x"] + place["width"] < small["x"] or place["y"] + place["height"] < small["y"]
    # Legible: a card is at least half as large as at full size.
    box = folds.first.bounding_box()
    assert box
    assert box["width"] > 104
    run = folds.filter(has_text="×").first
    count = folds.count()
    run.get_by_role("button", name="Unfold").click()
    expect(bench.cards.filter(has_text="Add").first).to_be_visible()
    expect(folds).to_have_count(count - 1)
    assert bench.document() == before
    folds.first.get_by_role("button", name="Unfold").hover()
    bench.press("b")
    expect(folds).to_have_count(0)


def test_a_network_of_cells_is_laid_out_and_folded(bench: Workbench, pictures: Path) -> None:
    """NASNetMobile, whose cells have two inputs, so that no line divides it."""
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    text = subprocess.run(
        [sys.executable, "-c", NASNET],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.decode()
    open_document(bench, read_stored(text))
    bench.press("`")
    bench.press("Shift+L")
    expect(bench.page.get_by_text("Laid out", exact=False).first).to_be_attached()
    bench.wait_until_saved()
    bench.press("1")
    expect(bench.page.locator(".overview")).to_be_visible()
    bench.photograph(pictures / "nasnet.png")
    bench.press("b")
    folds = bench.canvas.locator("article.fold")
    expect(folds.filter(has_text="cell").first).to_be_visible()
    bench.wait_until_still()
    bench.photograph(pictures / "nasnet_folded.png")
    assert 10 < bench.cards.count() < 60


def test_what_repeats_in_a_fold_is_folded_in_it(bench: Workbench, pictures: Path) -> None:
    """Modules of Inception are one card; opened, their convolutions are still folded."""
    open_document(bench, lay_out(documents.modules()))
    bench.wait_until_checked()
    before = bench.document()
    bench.press("b")
    folds = bench.canvas.locator("article.fold")
    modules = folds.filter(has_text="inception module ×3")
    expect(modules).to_be_visible()
    expect(bench.cards).to_have_count(4)
    bench.photograph(pictures / "modules_folded.png")
    modules.get_by_role("button", name="Unfold").click()
    expect(modules).to_have_count(0)
    expect(folds.filter(has_text="conv bn").first).to_be_attached()
    expect(bench.canvas.get_by_text("BatchNormalization")).to_have_count(0)
    bench.wait_until_still()
    bench.card("Concatenate").click()
    expect(bench.inspector).to_contain_text("Concatenate")
    bench.press("Shift+B")
    expect(modules).to_be_visible()
    expect(bench.cards).to_have_count(4)
    assert bench.document() == before


def test_a_fold_becomes_a_sub_model(bench: Workbench) -> None:
    open_document(bench, lay_out(documents.resnet50()))
    bench.wait_until_checked()
    bench.press("b")
    fold = bench.canvas.locator("article.fold").filter(has_text="×").first
    fold.locator(".label").click()
    bench.press("g")
    expect(bench.page.get_by_text("Grouped into a sub-model.")).to_be_attached()
    bench.wait_until_saved()
    graphs = bench.document()["graphs"]
    assert isinstance(graphs, list)
    assert len(graphs) == 2
