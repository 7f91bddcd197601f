"""Freezing layers, and training at calls, on the canvas and in the inspector."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.workbench import Workbench


def states(bench: Workbench) -> dict[str, tuple[bool, bool | None]]:
    """Whether each layer is frozen, and training at its call, by the id of its node."""
    (graph,) = bench.document()["graphs"]  # type: ignore[misc,attr-defined]
    nodes: list[dict[str, Any]] = graph["nodes"]
    return {node["id"]: (node["frozen"], node["training"]) for node in nodes}


def test_a_layer_is_frozen_by_a_key_and_by_the_switch(bench: Workbench) -> None:
    bench.start_from("Digits, convolution")
    card = bench.card("conv_1")
    card.click()
    bench.press("f")
    expect(card.get_by_title("Frozen: its weights don’t learn")).to_be_visible()
    switch = bench.inspector.get_by_label("Frozen", exact=True)
    expect(switch).to_be_checked()
    expect(bench.inspector).to_contain_text("parameters, frozen")
    bench.wait_until_saved()
    assert states(bench)["conv_1"] == (True, None)
    switch.uncheck()
    expect(card.get_by_title("Frozen: its weights don’t learn")).to_have_count(0)
    card.click()
    bench.press("Control+z")
    expect(switch).to_be_checked()


def test_a_selection_is_frozen_and_unfrozen(bench: Workbench) -> None:
    bench.start_from("Digits, convolution")
    bench.canvas.click(position={"x": 5, "y": 5})
    bench.press("Control+a")
    bench.inspector.get_by_role("button", name="Freeze", exact=True).click()
    bench.wait_until_saved()
    frozen = {key for key, (is_frozen, _) in states(bench).items() if is_frozen}
    assert frozen == states(bench).keys() - {"image"}
    problems = bench.tab("Problems")
    expect(problems).to_contain_text("no weights to learn")
    bench.canvas.click(position={"x": 5, "y": 5})
    bench.press("Control+a")
    bench.press("Shift+F")
    bench.wait_until_saved()
    expect(problems).not_to_contain_text("no weights to learn")
    assert not any(is_frozen for is_frozen, _ in states(bench).values())


def test_training_is_set_at_the_calls_that_take_it(bench: Workbench) -> None:
    bench.start_from("Digits, convolution")
    bench.card("conv_1").click()
    group = bench.inspector.get_by_role("group", name="Training at this call")
    expect(group).to_have_count(0)
    bench.card("drop").click()
    expect(group.get_by_label("automatic")).to_be_checked()
    group.get_by_label("on", exact=True).check()
    bench.wait_until_saved()
    assert states(bench)["drop"] == (False, True)
    group.get_by_label("automatic").check()
    bench.wait_until_saved()
    assert states(bench)["drop"] == (False, None)
