"""Recurrent layers that keep their state between batches."""

from typing import Any

import pytest

from engine.check import check
from engine.document import Document
from engine.keras.build import build_model
from engine.keras.weightless import without_weights
from tests.engine.documents import chain, node

CELLS: list[Any] = [{"class": "GRUCell", "params": {"units": 3}},
                    {"class": "LSTMCell", "params": {"units": 4}}]  # fmt: skip
LAYERS: dict[str, tuple[list[int], dict[str, Any]]] = {
    "LSTM": ([5, 3], {"units": 4}),
    "GRU": ([5, 3], {"units": 4, "return_sequences": True}),
    "SimpleRNN": ([5, 3], {"units": 4}),
    "ConvLSTM2D": ([5, 8, 8, 3], {"filters": 4, "kernel_size": 3}),
    "RNN": ([5, 3], {"cell": {"class": "StackedRNNCells", "params": {"cells": CELLS}}}),
}


def stateful(layer: str, batch_size: int | None) -> Document:
    shape, params = LAYERS[layer]
    size = {"batch_size": batch_size} if batch_size else {}
    return chain(
        node("x", "Input", shape=shape, **size),
        node("first", layer, **params, stateful=True),
        node("flat", "Flatten"),
        node("out", "Dense", units=1),
    )


@pytest.mark.parametrize("layer", LAYERS)
def test_a_stateful_layer_with_a_fixed_batch_size_is_checked(layer: str) -> None:
    whole = stateful(layer, 8)
    verdict = check(whole)
    assert [item.message for item in verdict.problems if item.severity == "error"] == []
    built = build_model(whole)
    with without_weights():
        assert build_model(whole).count_params() == built.count_params()
    assert verdict.nodes["first"].trainable == built.layers[1].count_params()
    assert check(stateful(layer, 4)).ok, "the layer of an earlier check has other states"


def test_a_stateful_layer_without_a_batch_size_is_refused() -> None:
    assert not check(stateful("LSTM", None)).ok
