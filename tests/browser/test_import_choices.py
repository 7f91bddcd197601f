"""Source with several models and missing values: choosing a model and answering questions."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.workbench import Workbench

SOURCE = """import keras
from keras import layers

encoder = keras.Sequential([keras.Input((8,)), layers.Dense(2)])
inputs = keras.Input(shape=(n_features,))
hidden = layers.Dense(units, activation="relu")(inputs)
classifier = keras.Model(inputs, layers.Dense(3, activation="softmax")(hidden))
encoder.compile(optimizer="adam", loss="mse")
encoder.fit(x, x, class_weight=weights, callbacks=[Curves()])
encoder.load_weights("encoder.h5")
"""


def paste(bench: Workbench, source: str) -> Locator:
    bench.home()
    bench.page.get_by_role("button", name="Paste code…").click()
    dialog = bench.page.get_by_role("dialog")
    dialog.get_by_label("Keras code").fill(source)
    dialog.get_by_role("button", name="Open as project").click()
    return bench.page.get_by_role("dialog", name="Open a model")


def test_a_model_is_chosen_and_its_missing_values_are_filled_in(
    bench: Workbench, pictures: Path
) -> None:
    dialog = paste(bench, SOURCE)
    expect(dialog).to_contain_text("The code has 2 models.")
    expect(dialog.get_by_role("radio", name="encoder")).to_be_checked()
    expect(dialog.get_by_role("listitem")).to_have_count(3)
    expect(dialog.get_by_role("button", name="Open project")).to_be_enabled()
    bench.photograph(pictures / "import-models.png")

    dialog.get_by_role("radio", name="classifier").check()
    features = dialog.get_by_label("n_features")
    units = dialog.get_by_label("units")
    expect(features).to_have_accessible_name("n_features line 5")
    again = dialog.get_by_role("button", name="Read again")
    expect(again).to_be_disabled()
    features.fill("4")
    units.fill("many")
    bench.photograph(pictures / "import-questions.png")
    units.press("Enter")
    expect(units).to_be_focused()
    expect(units).to_have_accessible_description(
        "“many” can't be the value of units (line 6). A number, such as 64"
    )
    expect(features).to_have_count(0)
    bench.photograph(pictures / "import-wrong-answer.png")
    units.fill("7" * 201)
    expect(units).to_have_value("7" * 201)
    expect(units).to_have_accessible_description(
        re.compile("Not saved. At most 200 characters, and this has 201.")
    )
    expect(again).to_be_disabled()
    units.press("Escape")
    expect(units).to_have_value("")
    units.fill("7" * 200)
    again.click()
    expect(dialog).to_contain_text("7… can't be the value of units")
    units.fill("16")
    again.click()
    bench.wait_until_checked()
    expect(bench.cards).to_have_count(3)
    assert bench.chips() == ["4", "16"]


def test_a_question_alone_opens_the_project_when_it_is_answered(bench: Workbench) -> None:
    dialog = paste(bench, "import keras\nmodel = keras.Sequential([keras.layers.Dense(3), *[]])\n")
    shape = dialog.get_by_label("input_shape")
    expect(shape).to_be_focused()
    expect(dialog.get_by_role("radio")).to_have_count(0)
    shape.fill("5")
    shape.press("Enter")
    bench.wait_until_checked()
    assert bench.chips() == ["5"]


def test_pasted_code_is_kept_until_the_page_is_left(bench: Workbench) -> None:
    dialog = paste(bench, SOURCE)
    dialog.get_by_role("button", name="Cancel").click()
    bench.page.get_by_role("button", name="Paste code…").click()
    area = bench.page.get_by_role("dialog").get_by_label("Keras code")
    expect(area).to_have_value(SOURCE)
    bench.page.keyboard.type("x = 1")  # the text was selected
    expect(area).to_have_value("x = 1")


def test_what_is_left_out_is_listed_by_group(bench: Workbench) -> None:
    dialog = paste(bench, SOURCE)
    training = dialog.get_by_role("list", name="Of the training")
    expect(training.get_by_role("listitem")).to_have_text(
        ["callbacks of fit(…): “Curves” is not defined in this source (line 9)",
         "class_weight of fit(…) (line 9)"]
    )  # fmt: skip
    weights = dialog.get_by_role("list", name="Weights")
    expect(weights).to_have_text("the weights that load_weights(…) loads (line 10)")
