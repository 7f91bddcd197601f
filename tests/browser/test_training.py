"""One click trains: live curves, results, files, and runs that fail with a reason."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.workbench import Workbench
from tests.conftest import Server

# Whether an element lies in the window, and in everything around it that cuts what overflows.
WHOLE = """element => {
  const box = element.getBoundingClientRect()
  for (let around = element.parentElement; around; around = around.parentElement) {
    const { left, right, top, bottom } = around.getBoundingClientRect()
    const isOut = box.left < left || box.right > right || box.top < top || box.bottom > bottom
    if (isOut && getComputedStyle(around).overflow !== 'visible') return false
  }
  return box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth
}"""


def test_a_template_trains_with_live_curves_and_the_model_is_downloaded(
    bench: Workbench, pictures: Path, tmp_path: Path
) -> None:
    bench.start_from("Digits, residual")
    bench.train()
    training = bench.page.get_by_role("tabpanel", name="Training")
    progress = training.get_by_test_id("run-progress")
    expect(progress).to_contain_text(re.compile(r"epoch \d+ of 20"), timeout=120_000)
    expect(bench.canvas).to_have_attribute("style", re.compile("--done: 0?[.]"))
    expect(training.locator("canvas").first).to_be_visible()
    bench.page.reload()  # what was missed is replayed
    expect(progress).to_contain_text(re.compile("of 20|20 epochs"), timeout=60_000)
    bench.wait_for_end()
    expect(bench.canvas).not_to_have_class(re.compile("training"))
    expect(training.get_by_test_id("run-metric")).to_contain_text("%")
    bench.photograph(pictures / "trained.png")
    training.get_by_text("Results", exact=True).click()
    table = training.get_by_role("table", name="Confusion of score")
    expect(table.get_by_role("row")).to_have_count(11)
    assert table.evaluate(WHOLE), "the confusion matrix is cut or lies outside of the window"
    model = training.get_by_role("link", name="Download model.keras")
    saved = tmp_path / "model.keras"
    bench.download(model).save_as(saved)
    assert zipfile.is_zipfile(saved)
    bench.card("score").click()
    bench.page.keyboard.press("Delete")
    deleted = training.get_by_role("table", name="Confusion of score (since deleted)")
    expect(deleted).to_be_visible()
    bench.home()
    bench.page.get_by_label("Document file").set_input_files(saved)
    bench.wait_until_checked()
    expect(bench.cards).to_have_count(8)


def test_a_stopped_run_has_results(bench: Workbench) -> None:
    bench.start_from("Digits, convolutional")
    settings = bench.tab("Training")
    epochs = settings.get_by_label("Epochs", exact=True)
    epochs.fill("500")
    epochs.press("Enter")
    bench.train()
    progress = settings.get_by_test_id("run-progress")
    expect(progress).to_contain_text(re.compile(r"epoch \d+ of 500"), timeout=120_000)
    settings.get_by_role("button", name="Stop now").click()
    bench.wait_for_end("Stopped")
    expect(settings.get_by_text("Results", exact=True)).to_be_visible()


def test_a_text_model_trains_on_a_backend_that_supports_it(bench: Workbench) -> None:
    bench.start_from("Words in order")
    sentence = re.compile("^The .+ was .+, (and|but) the .+[.]$")
    expect(bench.tab("Data").get_by_text(sentence)).not_to_have_count(0)
    bench.page.get_by_text("JAX", exact=True).first.click()
    problems = bench.tab("Problems")
    expect(problems).to_contain_text("“words” can't be trained on JAX")
    problems.get_by_role("button", name="Train on TensorFlow").first.click()
    expect(problems).not_to_contain_text("on JAX")
    expect(problems).to_contain_text("“words” learns its vocabulary")
    bench.train()
    bench.wait_for_end()
    expect(bench.tab("Training").get_by_test_id("run-metric")).to_contain_text("%")


def test_classes_have_weights(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Iris")
    settings = bench.tab("Training")
    choice = settings.get_by_label("Class weights")
    expect(choice).to_have_value("")
    choice.select_option("own")
    weight = settings.get_by_label("Weight of class virginica")
    expect(weight).to_have_value("1")
    weight.fill("4")
    weight.press("Enter")
    bench.photograph(pictures / "class-weights.png")
    choice.press("Control+z")  # a list has no text of its own to undo
    expect(weight).to_have_value("1")
    choice.select_option("balanced")
    expect(weight).not_to_be_visible()
    expect(bench.page.get_by_text(re.compile("^Saved"))).to_be_visible()
    code = bench.page.request.get(f"{bench.project_api()}/code?form=script").json()
    assert 'class_weight=balanced_weights(data["species"][training])' in code["source"]
    bench.tab("Data").get_by_label("Column for").last.select_option("features")
    expect(bench.tab("Training")).to_contain_text("does not hold one class for each row")
    settings.get_by_role("button", name="Remove the class weights").click()
    expect(settings.get_by_label("Class weights")).not_to_be_visible()


def test_what_nobody_has_chosen_is_shown_as_chosen(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Digits, dense")
    settings = bench.tab("Training")
    loss = settings.get_by_role("combobox", name=re.compile("^Loss"))
    loss.select_option("")
    expect(loss.locator("option:checked")).to_have_text("SparseCategoricalCrossentropy (automatic)")
    expect(bench.inspector).to_contain_text("SparseCategoricalCrossentropy (automatic)")
    settings.get_by_role("button", name="Remove SparseCategoricalAccuracy").click()
    expect(settings).to_contain_text("SparseCategoricalAccuracy (automatic)")
    bench.photograph(pictures / "automatic.png")
    loss.select_option("Poisson")
    expect(bench.inspector).not_to_contain_text("automatic")


def test_a_failed_run_says_why(bench: Workbench) -> None:
    bench.start_from("Diabetes")
    settings = bench.tab("Training")
    rate = settings.get_by_label("learning_rate", exact=True)
    rate.fill("1e30")
    rate.press("Enter")
    bench.train()
    bench.wait_for_end("Diverged")
    expect(settings).to_contain_text("learning rate")


def test_every_viewer_sees_the_same_run(open_page: Callable[..., Page], server: Server) -> None:
    ada, ben = (Workbench(open_page(), server.url) for _ in range(2))
    ada.start_from("Iris")
    ben.open(ada.page.url)
    ada.train()
    ada.wait_for_end()
    ben.tab("Training")
    ben.wait_for_end()
    texts = [viewer.page.get_by_test_id("run-metric").inner_text() for viewer in (ada, ben)]
    assert texts[0] == texts[1]
    history = ben.tab("History")
    expect(history.get_by_role("row")).to_have_count(2)


def test_the_data_is_previewed(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    data = bench.tab("Data")
    expect(data).to_contain_text("1,797")
    expect(data.locator("canvas").first).to_be_visible()


def test_code_follows_edits_and_is_copied_and_downloaded(bench: Workbench, tmp_path: Path) -> None:
    bench.start_from("Digits, dense")
    panel = bench.tab("Code")
    code = panel.get_by_test_id("code")
    expect(code).to_contain_text("layers.Dense(64")
    bench.card("hidden").click()
    bench.set_param("units", "48")
    expect(code).to_contain_text("layers.Dense(48")
    panel.get_by_role("button", name="Copy").click()
    copied = bench.page.evaluate("navigator.clipboard.readText()")
    assert 'layers.Dense(48, activation="relu", name="hidden")' in copied
    panel.get_by_text("Script", exact=True).click()
    expect(code).to_contain_text("import os")
    script = tmp_path / "script.py"
    bench.download(panel.get_by_role("button", name="Download")).save_as(script)
    compile(script.read_text(encoding="utf-8"), "script.py", "exec")
    panel.get_by_text("Notebook", exact=True).click()
    expect(panel.get_by_role("button", name="Download")).to_contain_text(".ipynb")
    notebook = tmp_path / "notebook.ipynb"
    bench.download(panel.get_by_role("button", name="Download")).save_as(notebook)
    assert json.loads(notebook.read_text(encoding="utf-8"))["nbformat"] == 4


def test_a_processor_trains_as_two_devices(bench: Workbench) -> None:
    bench.start_from("Iris")
    training = bench.tab("Training")
    training.get_by_text("How steps are taken").click()
    training.get_by_label("CPU acts as").select_option("2 devices")
    bench.wait_until_saved()
    assert bench.document()["target"]["device"] == "cpu:0,1"  # type: ignore[index]
    expect(bench.page.get_by_role("banner")).to_contain_text("CPU × 2")
    bench.train()
    bench.wait_for_end()
    expect(training).to_contain_text("CPU × 2")
    training.get_by_text("Layers", exact=True).click()
    expect(training).to_contain_text("not measured while several devices train")


def test_cards_show_what_is_inside_while_two_devices_train(bench: Workbench) -> None:
    bench.start_from("Iris")
    canvas, training = bench.canvas, bench.tab("Training")
    epochs = training.get_by_label("Epochs", exact=True)
    epochs.fill("20000")
    epochs.press("Enter")
    training.get_by_text("How steps are taken").click()
    training.get_by_label("CPU acts as").select_option("2 devices")
    bench.wait_until_saved()
    target: dict[str, str] = bench.document()["target"]  # type: ignore[assignment]
    assert target == {**target, "backend": "jax", "device": "cpu:0,1"}
    bench.train()
    canvas.get_by_role("button", name="Inside view").click()
    picture = bench.card("hidden").locator(".picture")
    progress = training.get_by_test_id("run-progress")
    expect(progress).to_contain_text(re.compile(r"epoch \d+ of"), timeout=120_000)
    expect(picture).to_be_visible(timeout=60_000)
    shown = picture.get_attribute("title")
    expect(picture).not_to_have_attribute("title", shown or "", timeout=60_000)
    training.get_by_role("button", name="Stop now").click()
    bench.wait_for_end("Stopped")
    expect(canvas.get_by_text("run 1", exact=True)).to_be_visible(timeout=60_000)
    expect(picture).to_be_visible()
