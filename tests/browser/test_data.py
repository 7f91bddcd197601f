"""Columns in other shapes and encodings, on the Data tab and among the problems."""

import json
from typing import Any

from playwright.sync_api import expect

from tests.browser.test_opening import drop
from tests.browser.workbench import Workbench
from tests.conftest import ROOT

FEEDING = json.loads((ROOT / "tests" / "golden" / "feeding.json").read_text("utf-8"))


def bindings(bench: Workbench) -> list[dict[str, Any]]:
    training: dict[str, Any] = bench.document()["training"]  # type: ignore[assignment]
    result: list[dict[str, Any]] = training["bindings"]
    return result


def test_the_data_tab_shows_the_shapes_in_which_rows_are_fed(bench: Workbench) -> None:
    bench.home()
    drop(bench, "digits.json", json.dumps(FEEDING))
    panel = bench.tab("Data")
    expect(panel.get_by_text("8×8×1, fed as 64")).to_be_visible()
    expect(panel.get_by_text("8×8×1, compared as 8×8")).to_be_visible()
    expect(panel.get_by_text("scalar, compared as 10")).to_be_visible()


def test_classes_are_encoded_on_the_data_tab(bench: Workbench) -> None:
    bench.start_from("Digits, dense")
    encoding = bench.tab("Data").get_by_label("Encoding of the classes for score")
    encoding.select_option("one-hot")
    bench.wait_until_saved()
    assert bindings(bench) == [{"node": "score", "column": "digit", "encoding": "one_hot"}]
    encoding.select_option("class numbers")
    bench.wait_until_saved()
    assert bindings(bench) == [{"node": "score", "column": "digit", "encoding": ""}]


def test_a_loss_of_one_hot_rows_is_fixed_by_encoding_the_classes(bench: Workbench) -> None:
    graph = dict(FEEDING["graphs"][0])
    graph |= {"nodes": graph["nodes"][:3], "edges": graph["edges"][:2]}
    loss = {"class": "CategoricalCrossentropy", "params": {}}
    training = {"data": "digits", "loss": loss}
    bench.home()
    drop(bench, "digits.json", json.dumps(FEEDING | {"graphs": [graph], "training": training}))
    problems = bench.tab("Problems")
    expect(problems.get_by_role("button", name="Use SparseCategoricalCrossentropy")).to_be_visible()
    problems.get_by_role("button", name="Encode as one-hot").click()
    expect(problems).not_to_contain_text("CategoricalCrossentropy")
    bench.wait_until_saved()
    assert bindings(bench) == [{"node": "c", "column": "digit", "encoding": "one_hot"}]
