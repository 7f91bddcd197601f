"""Costs of layers: multiply-adds compared with manual calculations and with papers."""

import json
from math import prod
from typing import Any

import jax
import keras
import pytest

from engine.catalogue import traits_of
from engine.check import check
from engine.check.costs import counted, multiply_adds, traced
from engine.check.verdict import NodeVerdict
from engine.document import Document, Training
from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from tests.engine.application_cases import without_weights
from tests.engine.documents import chain, document, node


def data(key: str, *shape: int | None) -> dict[str, Any]:
    return node(key, "Input", shape=list(shape))


def verdict_of(layer: str, /, *shape: int | None, **params: Any) -> NodeVerdict:
    verdict = check(chain(data("x", *shape), node("y", layer, **params)))
    return verdict.nodes["y"]


WRAPPED = {"class": "Dense", "params": {"units": 3}}
RECURRENT = {"class": "LSTM", "params": {"units": 4}}


@pytest.mark.parametrize(
    ("layer", "shape", "params", "expected"),
    [
        ("Dense", (7,), {"units": 5}, 7 * 5),
        ("Dense", (9, 7), {"units": 5}, 9 * 7 * 5),
        ("Conv2D", (8, 8, 3), {"filters": 4, "kernel_size": 3}, 6 * 6 * 9 * 3 * 4),
        ("Conv2D", (8, 8, 4), {"filters": 6, "kernel_size": 3, "groups": 2}, 36 * 9 * 2 * 6),
        ("Conv1D", (8, 3), {"filters": 4, "kernel_size": 3, "padding": "causal"}, 8 * 3 * 3 * 4),
        ("DepthwiseConv2D", (8, 8, 3), {"kernel_size": 3}, 36 * 9 * 3),
        ("SeparableConv2D", (8, 8, 3), {"filters": 4, "kernel_size": 3}, 36 * (9 * 3 + 3 * 4)),
        ("Conv2DTranspose", (5, 5, 3), {"filters": 4, "kernel_size": 2, "strides": 2}, 25 * 48),
        ("LSTM", (11, 7), {"units": 4}, 11 * 4 * 4 * (7 + 4)),
        ("GRU", (11, 7), {"units": 4}, 11 * 3 * 4 * (7 + 4)),
        ("SimpleRNN", (11, 7), {"units": 4}, 11 * 4 * (7 + 4)),
        ("Bidirectional", (11, 7), {"layer": RECURRENT}, 2 * 11 * 16 * (7 + 4)),
        ("TimeDistributed", (11, 7), {"layer": WRAPPED}, 11 * 7 * 3),
        ("TimeDistributed", (10**7, 7), {"layer": WRAPPED}, 10**7 * 7 * 3),
        ("TimeDistributed", (5, 11, 7), {"layer": RECURRENT}, 5 * 11 * 16 * (7 + 4)),
        ("LSTM", (400, 7), {"units": 4, "unroll": True}, 400 * 16 * (7 + 4)),
        ("EinsumDense", (6, 7), {"equation": "abc,cd->abd", "output_shape": [None, 5]}, 6 * 35),
        ("Embedding", (9,), {"input_dim": 50, "output_dim": 8}, 0),
        ("Activation", (9,), {"activation": "relu"}, 0),
        ("BatchNormalization", (9,), {}, 0),
        ("MaxPooling2D", (8, 8, 3), {}, 0),
    ],
)
def test_multiply_adds_of_layers(
    layer: str, shape: tuple[int, ...], params: dict[str, Any], expected: int
) -> None:
    assert verdict_of(layer, *shape, **params).multiply_adds == expected


def test_products_of_two_tensors() -> None:
    whole = document(
        [
            data("q", 6, 8),
            data("v", 5, 8),
            node("heads", "MultiHeadAttention", num_heads=2, key_dim=3),
            node("attend", "Attention"),
            node("dot", "Dot", axes=2),
            node("turned", "Permute", dims=[2, 1]),
            node("times", "ops.matmul"),
            node("sum", "Add"),
        ],
        ["q > heads.query", "v > heads.value", "q > attend", "v > attend", "q > dot",
         "v > dot", "v > turned", "q > times.x1", "turned > times.x2", "q > sum", "heads > sum"],
    )  # fmt: skip
    verdict = check(whole)
    costs = {key: node.multiply_adds for key, node in verdict.nodes.items()}
    projections = 6 * 8 * 6 + 2 * 5 * 8 * 6 + 6 * 6 * 8
    assert costs["heads"] == projections + 2 * (2 * 6 * 5 * 3)
    assert costs["attend"] == 2 * (6 * 5 * 8)
    assert costs["dot"] == 6 * 5 * 8
    assert costs["sum"] == 0


def test_costs_are_unknown_for_an_unknown_axis() -> None:
    verdict = verdict_of("Conv1D", None, 3, filters=4, kernel_size=3)
    assert (verdict.multiply_adds, verdict.activation_bytes) == (None, None)


def test_activations_are_those_of_a_batch() -> None:
    untrained = document(
        [data("x", 10), node("y", "Dense", units=6), node("z", "Dense", units=2, dtype="float16")],
        ["x > y", "y > z"],
    )
    trained = untrained.model_copy(update={"training": Training(batch_size=50)})
    for whole, batch in ((untrained, 32), (trained, 50)):
        verdict = check(whole)
        bytes_each = [node.activation_bytes for node in verdict.nodes.values()]
        assert bytes_each == [batch * 40, batch * 24, batch * 4]
        assert verdict.totals.activation_bytes == sum(filter(None, bytes_each))


def imported(name: str) -> Document:
    model = without_weights(lambda: getattr(keras.applications, name)(weights=None))
    result = from_keras_json(json.loads(model.to_json()))
    assert isinstance(result, Imported)
    return result.document


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        ("MobileNet", 569),  # Howard et al., 2017, table 8
        ("ResNet50", 3_800),  # He et al., 2015, table 1: 3.8 · 10⁹
        ("DenseNet121", 2_834),
    ],
)
def test_multiply_adds_agree_with_papers(name: str, millions: int) -> None:
    assert check(imported(name)).totals.multiply_adds / 1e6 == pytest.approx(millions, rel=0.02)


@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("order", ["channels_last", "channels_first"])
def test_one_kernel_is_counted_as_it_would_be_traced(
    strides: int, padding: str, order: str
) -> None:
    layers = (
        keras.layers.Conv2D(4, 3, strides=strides, padding=padding, data_format=order, groups=2),
        keras.layers.Conv2D(5, (1, 4), strides, padding, data_format=order),
    )
    tensor = keras.KerasTensor((None, 8, 6, 8))
    for layer in layers:
        with keras.StatelessScope(initialize_variables=False):
            output = layer(tensor)
            assert traits_of(type(layer).__name__).one_kernel
            quick = multiply_adds(layer, {"inputs": tensor}, [output])
            assert quick == counted(traced(layer, {"inputs": tensor}, 1)) > prod(output.shape[1:])


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (keras.layers.Dense(50, use_bias=False), (70,)),
        (keras.layers.EinsumDense("abc,cd->abd", output_shape=[None, 50]), (60, 70)),
        (keras.layers.Conv1D(16, 5, use_bias=False), (40, 8)),
        (keras.layers.Conv2D(16, 3, 2, groups=2, use_bias=False), (32, 30, 8)),
        (keras.layers.Conv2D(16, 3, dilation_rate=3, use_bias=False), (32, 30, 8)),
        (keras.layers.Conv3D(16, 3, use_bias=False), (9, 8, 7, 8)),
        (keras.layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False), (32, 30, 8)),
        (keras.layers.SeparableConv2D(16, 3, use_bias=False), (32, 30, 8)),
        (keras.layers.Conv2DTranspose(16, 3, 2, use_bias=False), (16, 15, 8)),
    ],
    ids=lambda value: value.__class__.__name__ if isinstance(value, keras.Layer) else "",
)
def test_xla_counts_two_flops_for_each_multiply_add(
    layer: keras.Layer, shape: tuple[int, ...]
) -> None:
    tensor = keras.KerasTensor((1, *shape))
    layer(tensor)

    def call(values: list[Any], inputs: Any) -> Any:
        with keras.StatelessScope(list(zip(layer.variables, values, strict=True))):
            return layer(inputs)

    values = [variable.value for variable in layer.variables]
    program = jax.jit(call).lower(values, jax.ShapeDtypeStruct(tensor.shape, tensor.dtype))
    assert 2 * counted(traced(layer, {"inputs": tensor}, 1)) == program.cost_analysis()["flops"]
