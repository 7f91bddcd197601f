"""Opening existing files that are chosen or dropped on the page."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.workbench import Workbench

LARGEST_BODY = 20_000_000
GOLDEN = Path(__file__).parents[1] / "golden"


def drop(
    bench: Workbench, name: str, content: str | bytes, shown: str | None = "Drop a model"
) -> None:
    """Drop a file on the page, as from a file manager; `shown` is what the page says meanwhile."""
    encoded = content.encode() if isinstance(content, str) else content
    data = bench.page.evaluate_handle(
        """([name, content]) => {
            const data = new DataTransfer()
            const bytes = Uint8Array.from(atob(content), (mark) => mark.charCodeAt(0))
            data.items.add(new File([bytes], name))
            return data
        }""",
        [name, b64encode(encoded).decode()],
    )
    bench.page.dispatch_event("body", "dragover", {"dataTransfer": data})
    if shown:
        expect(bench.page.get_by_text(shown)).to_be_visible()
    bench.page.dispatch_event("body", "drop", {"dataTransfer": data})


@pytest.mark.parametrize("name", ["branch.json", "branch.py"])
def test_a_dropped_file_becomes_a_project(bench: Workbench, name: str) -> None:
    bench.home()
    drop(bench, name, (GOLDEN / name).read_text(encoding="utf-8"))
    bench.wait_until_checked()
    layers = [node["layer"] for node in bench.document()["graphs"][0]["nodes"]]  # type: ignore[index]
    assert "Input" in layers
    assert len(layers) == bench.cards.count()


def test_a_file_without_a_model_is_refused_in_words(bench: Workbench) -> None:
    bench.home()
    drop(bench, "notes.json", '{"groceries": ["milk"]}')
    expect(bench.page.get_by_role("alert")).to_contain_text("“notes.json” could not be opened.")
    expect(bench.page.get_by_text("Drop a model")).to_have_count(0)


@pytest.mark.parametrize("name", ["large.keras", "large.h5"])
def test_a_model_opens_though_its_weights_are_too_large_for_one_request(
    bench: Workbench, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    script = """import sys, keras
model = keras.Sequential([keras.Input([2_300]), keras.layers.Dense(2_300), keras.layers.Dense(3)])
model.save(sys.argv[1])"""
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    subprocess.run([sys.executable, "-c", script, str(file)], env=environment, check=True)
    assert file.stat().st_size > LARGEST_BODY
    bench.home()
    with bench.page.expect_file_chooser() as chooser:
        bench.page.get_by_role("button", name="Open file…").click()
    chooser.value.set_files(file)
    bench.wait_until_checked()
    assert bench.cards.count() == 3


def test_a_project_is_saved_and_opened_as_a_file(bench: Workbench, tmp_path: Path) -> None:
    bench.start_from("Iris")
    bar = bench.page.get_by_role("banner")
    bar.get_by_role("button", name="Document").click()
    saved = tmp_path / "saved.json"
    download = bench.download(bar.get_by_role("button", name="Save as a file"))
    assert download.suggested_filename == "Iris.json"
    download.save_as(saved)
    address, before = bench.page.url, bench.document()
    assert json.loads(saved.read_text("utf-8")) == before
    bar.get_by_label("Open a file…").set_input_files(saved)
    bench.page.wait_for_url(lambda url: url != address)
    expect(bench.cards).to_have_count(3)
    assert bench.document() | {"id": ""} == before | {"id": ""}
