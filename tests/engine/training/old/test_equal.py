"""With the same weights, Keras 2.3.1 on an old engine computes what Keras 3 computes."""

from pathlib import Path
from typing import Any

import pytest

from engine.catalogue import keras2, load
from engine.document import Document
from engine.graph.keras2 import layer_problems
from engine.machine.old import ENGINES
from engine.templates import find
from tests.engine import layer_cases
from tests.engine.documents import chain, document, node
from tests.engine.old_engines import differences, each_engine

KNOWN = [
    entry
    for entry in load().layers
    if not entry.refused
    and entry.kind != "op"
    and entry.name != "Input"
    and keras2.counterpart(entry)
]
TOLERANCE = 1e-5
SEQUENCE, IMAGE = [5, 6], [8, 8, 3]
FILTERS = {"filters": 4, "kernel_size": 3}
SIGMOIDS = ("elu", "selu", "softplus", "softsign", "sigmoid", "tanh", "exponential", "softmax")
PADDED: dict[str, tuple[list[int], dict[str, Any]]] = {
    "Conv1D": ([7, 6], FILTERS),
    "Conv2D": ([7, 8, 3], FILTERS),
    "SeparableConv2D": ([7, 8, 3], FILTERS),
    "Conv2DTranspose": ([7, 8, 3], FILTERS),
    "MaxPooling1D": ([7, 6], {}),
    "MaxPooling2D": ([7, 8, 3], {}),
    "AveragePooling2D": ([7, 8, 3], {"pool_size": 3}),
}
VARIANTS: list[tuple[str, list[int], dict[str, Any]]] = [
    *(
        (name, shape, {**params, "padding": "same", **more})
        for name, (shape, params) in PADDED.items()
        for more in ({}, {"strides": 2}, {"kernel_size" if params is FILTERS else "pool_size": 2})
    ),
    ("Conv2D", IMAGE, {**FILTERS, "dilation_rate": 2}),
    ("DepthwiseConv2D", IMAGE, {"kernel_size": 3, "depth_multiplier": 2}),
    ("SeparableConv2D", IMAGE, {**FILTERS, "depth_multiplier": 2, "strides": 2}),
    *(
        (name, SEQUENCE, {"units": 4, **more})
        for name in ("SimpleRNN", "GRU", "LSTM")
        for more in ({"return_sequences": True}, {"go_backwards": True}, {"unroll": True})
    ),
    ("Bidirectional", SEQUENCE, {"layer": {"class": "LSTM", "params": {"units": 3}}}),
    ("RNN", SEQUENCE, {"cell": {"class": "LSTMCell", "params": {"units": 3}}}),
    ("TimeDistributed", [4, *IMAGE], {"layer": {"class": "Conv2D", "params": FILTERS}}),
    ("Softmax", SEQUENCE, {"axis": 1}),
    ("BatchNormalization", SEQUENCE, {"axis": 1}),
    ("PReLU", IMAGE, {"shared_axes": [1, 2]}),
    ("Permute", IMAGE, {"dims": [3, 1, 2]}),
    ("UpSampling2D", IMAGE, {"interpolation": "bilinear"}),
    *(("Activation", SEQUENCE, {"activation": name}) for name in SIGMOIDS),
]
"""Layers with other values of parameters than in the smallest case of each."""
REFUSED = {
    "theano": set(),
    "cntk": {
        "AlphaDropout", "ConvLSTM2D", "GaussianDropout", "GaussianNoise", "SpatialDropout1D",
        "SpatialDropout2D", "SpatialDropout3D",
    },
}  # fmt: skip


def case(name: str) -> Document:
    """A model with one layer."""
    entry = load().layer(name)
    assert entry is not None
    if name == "Flatten":  # a vector is refused there
        return document([node("in", "Input", shape=[5, 6]), node("it", name)], ["in > it"])
    return layer_cases.case_document(entry)


def masked(layer: str) -> Document:
    """A recurrent layer after one that masks steps."""
    words = node("in", "Input", shape=[5], dtype="int32")
    numbers = node("words", "Embedding", input_dim=10, output_dim=3, mask_zero=True)
    return chain(words, numbers, node("it", layer, units=4))


def documents() -> dict[str, Document]:
    """Each layer, variants of them, and layers that read a mask."""
    made = {entry.name: case(entry.name) for entry in KNOWN}
    made |= {f"{name} with a mask": masked(name) for name in ("SimpleRNN", "GRU", "LSTM")}
    for layer, shape, params in VARIANTS:
        made[f"{layer} {params}"] = chain(
            node("in", "Input", shape=shape), node("it", layer, **params)
        )
    return made


def refused(made: Document, engine: str) -> list[str]:
    """The messages about what an engine can't compute."""
    return [problem.message for problem in layer_problems(made, engine)]


@each_engine
def test_every_layer_computes_the_same_or_is_refused(engine: str, tmp_path: Path) -> None:
    able = {name: made for name, made in documents().items() if not refused(made, engine)}
    found = differences(engine, able, tmp_path)
    wrong = {name: by for name, by in found.items() if isinstance(by, str) or by > TOLERANCE}
    assert wrong == {}


@pytest.mark.parametrize("engine", ENGINES)
def test_no_other_layer_is_refused(engine: str) -> None:
    assert {entry.name for entry in KNOWN if refused(case(entry.name), engine)} == REFUSED[engine]


@each_engine
def test_the_dense_layer_of_the_seed(engine: str, tmp_path: Path) -> None:
    """A Dense with weights, as in every introduction: [1, 2] · [[1 … 5], [1 … 5]]."""
    rows = {"class": "Constant", "params": {"value": 1.0}}
    dense = node("it", "Dense", units=5, use_bias=False, kernel_initializer=rows)
    made = document([node("in", "Input", shape=[2]), dense], ["in > it"])
    apart = differences(engine, {"seed": made}, tmp_path)["seed"]
    assert apart == pytest.approx(0, abs=TOLERANCE)


@each_engine
@pytest.mark.parametrize(
    "template", ["iris", "digits_convolution", "waves_lstm", "iris_shared", "digits_residual"]
)
def test_a_whole_model_computes_the_same(engine: str, template: str, tmp_path: Path) -> None:
    found = find(template)
    assert found is not None
    assert refused(found.document, engine) == []
    by = differences(engine, {template: found.document}, tmp_path)[template]
    assert isinstance(by, float)
    assert by <= TOLERANCE
