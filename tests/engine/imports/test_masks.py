"""Importing masks: implicit ones are left out, explicit ones are kept."""

import json
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from engine.catalogue import load
from engine.check import check
from engine.document import Graph, Node
from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.imports.masks import without_implicit_masks
from engine.keras.build import build_model


def read(model: keras.Model) -> Imported:
    imported = from_keras_json(json.loads(model.to_json()))
    assert isinstance(imported, Imported)
    assert imported.problems == ()
    return imported


def layers_read(model: keras.Model) -> list[str]:
    return [node.layer for node in read(model).document.main.nodes]


def masked_words(steps: int = 9) -> tuple[Any, Any]:
    tokens = keras.Input((steps,))
    return tokens, layers.Embedding(50, 8, mask_zero=True)(tokens)


def embedding_and_recurrent() -> keras.Model:
    tokens, x = masked_words()
    return keras.Model(tokens, layers.LSTM(4)(x))


def through_others() -> keras.Model:
    tokens, x = masked_words()
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(layers.Dropout(0.1)(x))
    x = layers.TimeDistributed(layers.Dense(3))(x)
    return keras.Model(tokens, layers.GlobalAveragePooling1D()(x))


def masking_layer() -> keras.Model:
    tokens = keras.Input((9, 3))
    return keras.Model(tokens, layers.GRU(4)(layers.Masking(2.0)(tokens)))


@pytest.mark.parametrize("make", [embedding_and_recurrent, through_others, masking_layer])
def test_implicit_masks_are_left_out(make: Callable[[], keras.Model]) -> None:
    model = make()
    document = read(model).document
    assert not [node.layer for node in document.main.nodes if node.layer.startswith("ops.")]
    assert not [edge for edge in document.main.edges if edge.target_port == "mask"]
    assert check(document).ok
    built = build_model(document)
    for variable, original in zip(built.variables, model.variables, strict=True):
        variable.assign(original.value)
    values = np.random.default_rng(0).integers(0, 3, (5, *model.input_shape[1:]))
    expected = keras.ops.convert_to_numpy(model(values))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(built(values)), expected)


def other_value() -> keras.Model:
    tokens, x = masked_words()
    return keras.Model(tokens, layers.LSTM(4)(x, mask=ops.not_equal(tokens, 7)))


def other_tensor() -> keras.Model:
    tokens, x = masked_words()
    other = keras.Input((9,))
    return keras.Model([tokens, other], layers.LSTM(4)(x, mask=ops.not_equal(other, 0)))


def without_implicit_mask() -> keras.Model:
    tokens = keras.Input((9,))
    x = layers.Embedding(50, 8)(tokens)
    return keras.Model(tokens, layers.LSTM(4)(x, mask=ops.not_equal(tokens, 0)))


def not_propagated() -> keras.Model:
    tokens, x = masked_words()
    x = layers.Conv1D(4, 3, padding="same")(x)
    return keras.Model(tokens, layers.LSTM(4)(x, mask=ops.not_equal(tokens, 0)))


@pytest.mark.parametrize("make", [other_value, other_tensor, without_implicit_mask, not_propagated])
@pytest.mark.filterwarnings("ignore:Layer 'conv1d")
def test_explicit_masks_are_kept(make: Callable[[], keras.Model]) -> None:
    assert "ops.not_equal" in layers_read(make())


def test_mask_ops_with_other_uses_are_kept() -> None:
    tokens, x = masked_words()
    model = keras.Model(tokens, [layers.LSTM(4)(x), ops.not_equal(tokens, 0)])
    assert layers_read(model).count("ops.not_equal") == 1


RECURRENT = ("LSTM", "GRU", "SimpleRNN")
KEEPING = [entry.name for entry in load().layers if entry.traits.keeps_mask]


def make_layer(name: str) -> keras.Layer:
    if name in RECURRENT:
        return getattr(layers, name)(4, return_sequences=True)
    arguments: dict[str, tuple[Any, ...]] = {
        "Dense": (4,),
        "Activation": ("relu",),
        "TimeDistributed": (layers.Dense(3),),
        "GroupNormalization": (2,),
        "RNN": (layers.GRUCell(4), True),
        "Bidirectional": (layers.LSTM(4, return_sequences=True),),
        **dict.fromkeys(("Dropout", "AlphaDropout", "SpatialDropout1D", "GaussianDropout"), (0.5,)),
        "GaussianNoise": (0.1,),
    }
    return getattr(layers, name)(*arguments.get(name, ()))


@pytest.mark.parametrize("name", [*KEEPING, *RECURRENT, "RNN", "Bidirectional"])
def test_mask_propagation_agrees_with_keras(name: str) -> None:
    _, tensor = masked_words()
    output = make_layer(name)(tensor)
    assert output._keras_mask is tensor._keras_mask


def test_cycles_terminate() -> None:
    nodes = [Node(id=key, layer="ReLU") for key in "ab"]
    nodes.append(Node(id="m", layer="ops.not_equal", params={"x2": 0}))
    ends = [("a", "b", "inputs"), ("b", "a", "inputs"), ("a", "m", "x1"), ("m", "b", "mask")]
    edges = [
        {"id": f"{a}-{b}", "source": a, "target": b, "target_port": port} for a, b, port in ends
    ]
    graph = Graph.model_validate({"id": "main", "nodes": nodes, "edges": edges})
    assert without_implicit_masks(graph) == graph
