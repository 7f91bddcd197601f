"""The inside view explains an answer, on the input's picture, on its card, and for a row."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.workbench import Workbench


def test_an_answer_is_explained(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Digits, convolution")
    canvas = bench.canvas
    bench.press("v")
    expect(canvas.get_by_text("first weights")).to_be_visible(timeout=60_000)
    canvas.get_by_role("button", name="Explain").click()
    panel = canvas.get_by_role("region", name="Explain")
    heat = panel.get_by_role("img")
    expect(heat).to_have_attribute("aria-label", re.compile("strongest at row"), timeout=60_000)
    bench.photograph(pictures / "inside_saliency.png")

    before = heat.get_attribute("aria-label")
    panel.get_by_label("Grad-CAM").check()
    panel.get_by_label("Seen by").select_option("conv_1")
    expect(heat).not_to_have_attribute("aria-label", before or "")
    panel.get_by_label("Answer").select_option("7")
    expect(panel).to_contain_text(re.compile("Score of 7: .*before softmax"))
    bench.photograph(pictures / "inside_grad_cam.png")
    panel.get_by_label("Occlusion").check()
    expect(panel).to_contain_text("against it")
    assert_accessible(bench, pictures / "inside_occlusion")


def test_values_are_set_by_hand(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Digits, autoencoder")
    page, canvas = bench.page, bench.canvas
    bench.press("v")
    expect(canvas.get_by_text("first weights")).to_be_visible(timeout=60_000)
    canvas.get_by_role("button", name="Set values").click()
    panel = canvas.get_by_role("region", name="Set values")
    output = panel.get_by_role("img")
    expect(output).to_be_visible(timeout=60_000)
    expect(panel.get_by_label("Set at")).to_have_value('["code"]')
    expect(panel.locator("svg text")).to_have_count(300)

    card = bench.card("decode").locator(".picture")
    before, shown = card.get_attribute("title"), output.get_attribute("aria-label")
    panel.get_by_label("value 3", exact=True).press("Home")
    expect(card).not_to_have_attribute("title", before or "")
    expect(output).not_to_have_attribute("aria-label", shown or "")
    plane = panel.get_by_role("application")
    at = plane.get_attribute("aria-label")
    plane.focus()
    page.keyboard.press("ArrowRight")
    expect(plane).not_to_have_attribute("aria-label", at or "")
    assert_accessible(bench, pictures / "inside_latent")


def test_a_run_is_explained_while_it_trains(bench: Workbench) -> None:
    bench.start_from("Iris")
    canvas, training = bench.canvas, bench.tab("Training")
    epochs = training.get_by_label("Epochs", exact=True)
    epochs.fill("20000")
    epochs.press("Enter")
    bench.train()
    bench.press("v")
    canvas.get_by_role("button", name="Explain").click()
    panel = canvas.get_by_role("region", name="Explain")
    after = panel.get_by_text("Weights after epoch")
    expect(after).to_be_visible(timeout=120_000)
    score = panel.get_by_text("Score of")
    expect(score).to_be_visible()
    shown = after.inner_text()
    expect(after).not_to_have_text(shown, timeout=60_000)  # the weights of a later checkpoint
    training.get_by_role("button", name="Stop now").click()
    bench.wait_for_end("Stopped")
    expect(after).to_be_hidden(timeout=60_000)
    expect(score).to_be_visible(timeout=60_000)
