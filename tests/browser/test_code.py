"""From code to the canvas: editing in the panel, and pasting or opening code on the home page."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.workbench import Workbench

PASTED = """import keras
from keras import layers

inputs = keras.Input(shape=(8, 8, 1), name="image")
x = layers.Conv2D(16, 3, activation="relu", name="conv")(inputs)
x = layers.Flatten(name="flat")(x)
outputs = layers.Dense(10, activation="softmax", name="score")(x)
model = keras.Model(inputs, outputs, name="pasted")
"""


def open_code(bench: Workbench) -> Locator:
    bench.start_from("Digits, dense")
    panel = bench.tab("Code")
    expect(panel.get_by_label("Source code")).to_contain_text("keras.Model(")
    return panel


def rewrite(bench: Workbench, panel: Locator, old: str, new: str) -> str:
    """Press Edit and replace text in the code; return the previous code."""
    panel.get_by_role("button", name="Edit", exact=True).click()
    return retype(bench, panel, old, new)


def retype(bench: Workbench, panel: Locator, old: str, new: str) -> str:
    source = panel.get_by_label("Source code")
    expect(source).to_be_focused()
    text = "\n".join(source.locator(".cm-line").all_inner_texts())
    assert old in text
    bench.page.keyboard.press("Control+a")
    bench.page.keyboard.insert_text(text.replace(old, new))
    return text


def positions(bench: Workbench) -> dict[str, object]:
    graphs = bench.document()["graphs"]
    return {node["name"]: node["position"] for node in graphs[0]["nodes"]}  # type: ignore[index]


def test_edited_code_changes_the_canvas_in_one_step(bench: Workbench, pictures: Path) -> None:
    panel = open_code(bench)
    before = bench.document()
    layer = 'name="hidden")(x)'
    drop = 'x = layers.Dropout(0.25, name="drop")(x)'
    rewrite(bench, panel, f'Dense(64, activation="relu", {layer}', f"Dense(32, {layer}\n{drop}")
    expect(panel).to_contain_text("The canvas follows when you apply")
    bench.photograph(pictures / "code-editing.png")
    panel.get_by_role("button", name="Apply").click()
    expect(bench.cards).to_have_count(5)
    expect(bench.card("hidden")).to_contain_text("2,080")
    expect(panel.get_by_role("button", name="Edit", exact=True)).to_be_focused()
    expect(panel.get_by_label("Source code")).to_contain_text("Dropout(0.25")
    expect(panel.locator(".ll-changed")).not_to_have_count(0)
    bench.wait_until_saved()
    after = positions(bench)
    bench.photograph(pictures / "code-applied.png")
    bench.page.get_by_role("banner").get_by_role("button", name="Undo").click()
    expect(bench.cards).to_have_count(4)
    bench.wait_until_saved()
    assert bench.document() == before
    assert {name: place for name, place in after.items() if name != "drop"} == positions(bench)


def test_unread_lines_are_listed(bench: Workbench, pictures: Path) -> None:
    panel = open_code(bench)
    before = bench.document()
    rewrite(bench, panel, "keras.Model(", "keras.Model((")
    panel.get_by_label("Source code").press("Control+Enter")
    unread = panel.get_by_role("region", name="What could not be read")
    expect(unread).to_contain_text("Nothing was changed")
    expect(panel.locator(".ll-refused")).to_have_count(1)
    bench.photograph(pictures / "code-refused.png")
    assert bench.document() == before
    unread.get_by_role("button", name=re.compile("^Line")).click()
    retype(bench, panel, "model = keras.Model((", "while True: pass\nmodel = keras.Model(")
    expect(unread).to_have_count(0)
    panel.get_by_role("button", name="Apply").click()
    expect(unread).to_contain_text("left out")
    expect(panel.locator(".ll-refused")).to_contain_text("while True")
    bench.photograph(pictures / "code-partial.png")
    panel.get_by_role("button", name="Done").click()
    expect(panel.get_by_label("Source code")).not_to_contain_text("while True")


def test_a_draft_is_kept_when_the_tab_closes_or_the_canvas_changes(bench: Workbench) -> None:
    panel = open_code(bench)
    rewrite(bench, panel, "Dense(64", "Dense(48")
    bench.tab("Problems")
    panel = bench.tab("Code")
    expect(panel.get_by_label("Source code")).to_contain_text("Dense(48")
    bench.card("score").click()
    bench.param("activation").select_option("sigmoid")
    expect(panel).to_contain_text("The canvas has changed since")
    panel.get_by_role("button", name="Apply").click()
    expect(bench.card("hidden")).to_contain_text("3,120")
    bench.wait_until_saved()
    nodes = bench.document()["graphs"][0]["nodes"]  # type: ignore[index]
    params = {node["name"]: node["params"] for node in nodes}
    assert (params["hidden"]["units"], params["score"]["activation"]) == (48, "sigmoid")


def test_pasted_code_opens_as_a_project(bench: Workbench, pictures: Path) -> None:
    bench.home()
    bench.page.get_by_role("button", name="Paste code…").click()
    dialog = bench.page.get_by_role("dialog")
    area = dialog.get_by_label("Keras code")
    expect(area).to_be_focused()
    area.fill("x = 1")
    dialog.get_by_role("button", name="Open as project").click()
    expect(dialog).to_contain_text("no Keras model")
    bench.photograph(pictures / "paste-refused.png")
    area.fill(PASTED)
    dialog.get_by_role("button", name="Open as project").click()
    bench.wait_until_checked()
    expect(bench.cards).to_have_count(4)
    assert bench.chips() == ["8×8×1", "6×6×16", "576"]
    assert len({str(place) for place in positions(bench).values()}) == 4
    bench.photograph(pictures / "paste-opened.png")


def test_an_opened_script_first_lists_what_is_lost(
    bench: Workbench, pictures: Path, tmp_path: Path
) -> None:
    script = tmp_path / "model.py"
    script.write_text(PASTED + "model.load_weights('w.h5')\n")
    bench.home()
    bench.page.get_by_label("Document file").set_input_files(script)
    dialog = bench.page.get_by_role("dialog")
    expect(dialog).to_contain_text("load_weights(…) loads (line 9)")
    bench.photograph(pictures / "open-partly.png")
    dialog.get_by_role("button", name="Open project").click()
    bench.wait_until_checked()
    expect(bench.cards).to_have_count(4)


def test_code_can_be_written_for_tf_keras(bench: Workbench) -> None:
    panel = open_code(bench)
    panel.get_by_role("radio", name="tf.keras").check(force=True)
    source = panel.get_by_label("Source code")
    expect(source).to_contain_text("from tensorflow import keras")
    panel.get_by_role("radio", name="Script").check(force=True)
    expect(source).to_contain_text("from tensorflow.keras import layers")
    panel.get_by_role("radio", name="keras", exact=True).check(force=True)
    expect(source).to_contain_text("KERAS_BACKEND")


def test_a_script_gets_options_of_the_command_line(bench: Workbench, pictures: Path) -> None:
    panel = open_code(bench)
    options = panel.get_by_role("checkbox", name="Command-line options")
    expect(options).to_have_count(0)
    panel.get_by_role("radio", name="Script").check(force=True)
    expect(panel.get_by_label("Source code")).to_contain_text("# Needs: keras")
    options.check()
    expect(panel.get_by_label("Source code")).to_contain_text("import argparse")
    bench.photograph(pictures / "code-options.png")
    options.uncheck()
    expect(panel.get_by_label("Source code")).not_to_contain_text("import argparse")


def test_what_the_check_finds_is_a_comment_in_the_code(bench: Workbench) -> None:
    bench.start_from("Digits, convolutional")
    source = bench.tab("Code").get_by_label("Source code")
    expect(source).to_contain_text("Conv2D(")
    bench.cards.filter(has_text="MaxPooling2D").first.click()
    bench.set_param("pool_size", "9")
    expect(source).to_contain_text("# The window of 9×9 does not fit")
