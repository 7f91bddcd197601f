"""Forms of nested objects, and ops as nodes."""

from playwright.sync_api import expect

from tests.browser.workbench import Workbench


def test_nested_objects_have_their_own_forms(bench: Workbench) -> None:
    bench.start_from("Waves, recurrent")
    bench.press("/")
    bench.page.keyboard.type("bidirectional")
    bench.press("Enter")
    form = bench.inspector
    form.get_by_label("layer *").select_option("LSTM")
    inner = form.get_by_role("group", name="layer: LSTM")
    inner.get_by_role("textbox", name="units").fill("8")
    inner.get_by_role("textbox", name="units").press("Enter")
    inner.get_by_label("kernel_initializer", exact=True).select_option("RandomNormal")
    deepest = inner.get_by_role("group", name="kernel_initializer: RandomNormal")
    deepest.get_by_label("stddev", exact=True).fill("0.1")
    deepest.get_by_label("stddev", exact=True).press("Enter")
    bench.wait_until_saved()
    nodes = bench.document()["graphs"][0]["nodes"]  # type: ignore[index]
    (params,) = [node["params"] for node in nodes if node["layer"] == "Bidirectional"]
    initializer = {"class": "RandomNormal", "params": {"stddev": 0.1}}
    assert params["layer"] == {
        "class": "LSTM",
        "params": {"units": 8, "kernel_initializer": initializer},
    }


def test_an_op_is_placed_like_a_layer(bench: Workbench) -> None:
    bench.start_empty()
    bench.drag_layer("Input", 420, 90)
    bench.set_param("shape", "4, 6")
    bench.press("Escape")
    search = bench.page.get_by_label("Search layers")
    search.fill("ops.transpose")
    search.press("Enter")
    bench.wire("Output output of Input", "Input x of ops.transpose")
    bench.set_param("axes", "0, 2, 1")
    expect(bench.inspector).to_contain_text("(None, 6, 4)")
