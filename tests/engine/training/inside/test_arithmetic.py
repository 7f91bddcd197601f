"""The arithmetic of a value gives the value itself, for each kind of layer, or is not told."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from engine.problems import problem
from engine.protocol.arithmetic import MOST_TERMS
from engine.protocol.frames import Look
from engine.training import compiling
from engine.training.inside.arithmetic.telling import arithmetic, why_untold
from engine.training.inside.arithmetic.terms import Computed
from engine.training.inside.pictures import attention_maps
from engine.training.inside.probe import Probe
from engine.training.inside.subject import Subject
from tests.engine.runs import document

SEQUENCE, IMAGE, VOLUME = (9, 4), (8, 7, 4), (5, 6, 5, 2)
SAME: dict[str, Any] = {"padding": "same", "activation": "relu"}

SUMS = [
    (layers.Dense(5, activation="softmax"), (6,)),
    (layers.Dense(5, use_bias=False), (3, 6)),
    (layers.Conv1D(3, 3, strides=2), SEQUENCE),
    (layers.Conv1D(3, 2, padding="causal", dilation_rate=3), SEQUENCE),
    (layers.Conv2D(6, 3, **SAME), IMAGE),
    (layers.Conv2D(6, (3, 2), strides=(2, 3), **SAME), IMAGE),
    (layers.Conv2D(6, 3, dilation_rate=2, activation="tanh"), IMAGE),
    (layers.Conv2D(6, 3, groups=2, activation="softmax"), IMAGE),
    (layers.Conv3D(3, 2, strides=2, padding="same"), VOLUME),
    (layers.DepthwiseConv1D(3, depth_multiplier=2), SEQUENCE),
    (layers.DepthwiseConv2D(3, strides=2, **SAME), IMAGE),
    (layers.SeparableConv1D(3, 3, depth_multiplier=2), SEQUENCE),
    (layers.SeparableConv2D(5, 3, strides=2, **SAME), IMAGE),
    (layers.Conv1DTranspose(3, 3, strides=2), SEQUENCE),
    (layers.Conv2DTranspose(5, 3, strides=2, **SAME), IMAGE),
    (layers.Conv2DTranspose(2, (2, 3), strides=(3, 1), padding="valid"), IMAGE),
    (layers.Conv3DTranspose(2, 2, strides=2, padding="same"), VOLUME),
]
MERGED = {
    "total": (layers.Add(), ((3, 4),) * 3),
    "difference": (layers.Subtract(), ((3, 4),) * 2),
    "product": (layers.Multiply(), ((3, 4), (1, 4))),
    "mean": (layers.Average(), ((5,),) * 3),
    "max": (layers.Maximum(), ((5,),) * 3),
    "min": (layers.Minimum(), ((5,),) * 3),
    "sum": (layers.Dot(axes=1), ((5, 3), (5, 4))),
}
POOLS = [
    (layers.MaxPooling1D(2), SEQUENCE),
    (layers.MaxPooling2D((3, 2), strides=2, padding="same"), IMAGE),
    (layers.MaxPooling3D(2), VOLUME),
    (layers.AveragePooling1D(3, padding="same"), SEQUENCE),
    (layers.AveragePooling2D(3, strides=1, padding="same"), IMAGE),
    (layers.AveragePooling3D(2), VOLUME),
    (layers.GlobalMaxPooling1D(), SEQUENCE),
    (layers.GlobalAveragePooling2D(), IMAGE),
    (layers.GlobalMaxPooling3D(), VOLUME),
]
NOT_TOLD = [
    (layers.LSTM(4), SEQUENCE),
    (layers.LayerNormalization(), IMAGE),
    (layers.Flatten(), IMAGE),
    (layers.Dropout(0.5), IMAGE),
]


def array_of(tensor: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def held(layer: Any) -> dict[int, np.ndarray]:
    return {id(weight): array_of(weight.value) for weight in layer.weights}


def computed(layer: Any, *shapes: Sequence[int], **call: Any) -> Computed:
    """A layer with random weights, for random inputs."""
    random = np.random.default_rng(4)
    inputs = [random.normal(size=(1, *shape)).astype("float32") for shape in shapes]
    layer(*inputs, **call)
    for weight in layer.weights:
        if weight.dtype == "float32":
            weight.assign(random.normal(size=weight.shape))
    given = [keras.ops.convert_to_tensor(array) for array in inputs]
    outputs = [array_of(output)[0] for output in keras.tree.flatten(layer(*given, **call))]
    scores = attention_maps(outputs[1]) if call else None
    return Computed(layer, [array[0] for array in inputs], outputs[0], held(layer), scores)


def check_all(of: Computed, *kinds: str) -> None:
    """Check the arithmetic at every place of an output."""
    for place in np.ndindex(of.output.shape):
        told = arithmetic(of, place)
        assert told is not None, place
        assert told.kind in kinds
        assert told.value == of.output[place]
        amounts = np.prod(told.terms, axis=1) if told.terms else np.zeros(0)
        if told.kind in ("sum", "attention"):
            assert {len(term) for term in told.terms} <= {2}
            total = amounts.sum() + told.left_out + (told.bias or 0)
        elif told.more:
            continue
        else:
            total = amounts.max() if told.kind == "max" else amounts.mean()
        assert total == pytest.approx(told.result, rel=1e-4, abs=1e-4)
        if getattr(of.layer, "activation", None) in (None, keras.activations.linear):
            assert told.result == pytest.approx(told.value, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(("layer", "shape"), SUMS, ids=lambda part: getattr(part, "name", ""))
def test_sums_give_the_value(layer: Any, shape: tuple[int, ...]) -> None:
    check_all(computed(layer, shape), "sum")


@pytest.mark.parametrize(("layer", "shape"), POOLS, ids=lambda part: getattr(part, "name", ""))
def test_pools_give_the_value(layer: Any, shape: tuple[int, ...]) -> None:
    kind = "max" if "max" in layer.name else "mean"
    of = computed(layer, shape)
    # Where only one number arrives, its maximum and its mean are the same.
    check_all(of, kind, "max")
    assert arithmetic(of, (0,) * of.output.ndim).kind == kind  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "layer",
    [
        layers.Attention(use_scale=True),
        layers.AdditiveAttention(),
        layers.MultiHeadAttention(3, 4, value_dim=2),
        layers.MultiHeadAttention(2, 4, use_bias=False),
    ],
    ids=lambda layer: layer.name,
)
def test_scores_and_values_give_the_value(layer: Any) -> None:
    several = isinstance(layer, layers.MultiHeadAttention)
    if several:
        of = computed(layer, (5, 4), (6, 4), return_attention_scores=True)
    else:
        query, values = (np.random.default_rng(5).normal(size=(1, n, 4)) for n in (5, 6))
        layer([query, values])
        pair = [keras.ops.convert_to_tensor(each.astype("float32")) for each in (query, values)]
        output, scores = layer(pair, return_attention_scores=True)
        maps = attention_maps(array_of(scores)[0])
        arrays = [array_of(each)[0] for each in pair]
        of = Computed(layer, arrays, array_of(output)[0], held(layer), maps)
    check_all(of, "attention")


@pytest.mark.parametrize("kind", MERGED)
def test_layers_with_several_inputs_give_the_value(kind: str) -> None:
    layer, shapes = MERGED[kind]
    random = np.random.default_rng(7)
    inputs = [random.normal(size=shape).astype("float32") for shape in shapes]
    output = array_of(layer([keras.ops.convert_to_tensor(array[None]) for array in inputs]))[0]
    of = Computed(layer, inputs, output, {})
    for place in np.ndindex(output.shape):
        told = arithmetic(of, place)
        assert told is not None, place
        assert told.kind == kind
        assert told.result == pytest.approx(told.value, rel=1e-4, abs=1e-5)
        if kind == "difference":
            assert told.terms == ((inputs[0][place],), (inputs[1][place],))


def test_it_is_said_why_nothing_is_told() -> None:
    assert why_untold(layers.LSTM(4)) == "steps"
    assert why_untold(layers.LayerNormalization()) == "other"


@pytest.mark.parametrize(("layer", "shape"), NOT_TOLD, ids=lambda part: getattr(part, "name", ""))
def test_what_is_computed_in_another_way_is_not_told(layer: Any, shape: tuple[int, ...]) -> None:
    of = computed(layer, shape)
    told = [arithmetic(of, place) for place in list(np.ndindex(of.output.shape))[:20]]
    assert told == [None] * len(told)


def test_a_long_sum_tells_its_largest_terms() -> None:
    of = computed(layers.Dense(2), (200,))
    told = arithmetic(of, (1,))
    assert told is not None
    assert (len(told.terms), told.more) == (MOST_TERMS, 200 - MOST_TERMS)
    amounts = [abs(a * b) for a, b in told.terms]
    assert amounts == sorted(amounts, reverse=True)
    assert arithmetic(of, (2,)) is None
    assert arithmetic(of, (0, 0)) is None


def test_the_value_of_a_node_is_told_from_its_model() -> None:
    case = document("digits_convolution")
    network = compiling.network(case)
    shape = network.model.inputs[0].shape[1:]
    arrays = [np.random.default_rng(6).random((1, *shape)).astype("float32")]
    subject = Subject(network, case, problem("probe_no_data"))
    told = {}
    for node in case.main.nodes:
        path = (node.id,)
        probe = Probe(network, [path], arrays, path)
        size = len(network.first(node.id).shape) - 1
        look = Look(nodes=(path,), detail=path, place=(0,) * size)
        detail = subject.detail(look, probe, probe(arrays), None)
        assert detail is not None
        if detail.arithmetic:
            told[node.layer] = detail.arithmetic.kind
    assert told == {"Conv2D": "sum", "MaxPooling2D": "max", "Dense": "sum"}
