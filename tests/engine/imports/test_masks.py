"""Masks that come by themselves are not drawn; those that somebody asked for are."""

import json
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from engine.check import check
from engine.document import Graph, Node
from engine.imports.drawing import Imported
from engine.imports.keras_json import from_keras_json
from engine.imports.masks import HANDING_ON, RECURRENT, without_carried_masks
from engine.keras.build import build_model


def read(model: keras.Model) -> Imported:
    found = from_keras_json(json.loads(model.to_json()))
    assert isinstance(found, Imported)
    assert found.problems == ()
    return found


def drawn(model: keras.Model) -> list[str]:
    return [node.layer for node in read(model).document.main.nodes]


def words(steps: int = 9) -> tuple[Any, Any]:
    given = keras.Input((steps,))
    return given, layers.Embedding(50, 8, mask_zero=True)(given)


def one_recurrent() -> keras.Model:
    given, x = words()
    return keras.Model(given, layers.LSTM(4)(x))


def through_others() -> keras.Model:
    given, x = words()
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(layers.Dropout(0.1)(x))
    x = layers.TimeDistributed(layers.Dense(3))(x)
    return keras.Model(given, layers.GlobalAveragePooling1D()(x))


def rows_left_out() -> keras.Model:
    given = keras.Input((9, 3))
    return keras.Model(given, layers.GRU(4)(layers.Masking(2.0)(given)))


@pytest.mark.parametrize("make", [one_recurrent, through_others, rows_left_out])
def test_a_mask_that_comes_by_itself_is_not_drawn(make: Callable[[], keras.Model]) -> None:
    model = make()
    document = read(model).document
    assert not [node.layer for node in document.main.nodes if node.layer.startswith("ops.")]
    assert not [edge for edge in document.main.edges if edge.target_port == "mask"]
    assert check(document).ok
    built = build_model(document)
    for one, other in zip(built.variables, model.variables, strict=True):
        one.assign(other.value)
    values = np.random.default_rng(0).integers(0, 3, (5, *model.input_shape[1:]))
    expected = keras.ops.convert_to_numpy(model(values))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(built(values)), expected)


def other_value() -> keras.Model:
    given, x = words()
    return keras.Model(given, layers.LSTM(4)(x, mask=ops.not_equal(given, 7)))


def other_tensor() -> keras.Model:
    given, x = words()
    other = keras.Input((9,))
    return keras.Model([given, other], layers.LSTM(4)(x, mask=ops.not_equal(other, 0)))


def none_carried() -> keras.Model:
    given = keras.Input((9,))
    x = layers.Embedding(50, 8)(given)
    return keras.Model(given, layers.LSTM(4)(x, mask=ops.not_equal(given, 0)))


def stopped_on_the_way() -> keras.Model:
    given, x = words()
    x = layers.Conv1D(4, 3, padding="same")(x)
    return keras.Model(given, layers.LSTM(4)(x, mask=ops.not_equal(given, 0)))


@pytest.mark.parametrize("make", [other_value, other_tensor, none_carried, stopped_on_the_way])
@pytest.mark.filterwarnings("ignore:Layer 'conv1d")
def test_a_mask_that_says_something_else_stays(make: Callable[[], keras.Model]) -> None:
    assert "ops.not_equal" in drawn(make())


def test_an_operation_that_others_ask_for_stays() -> None:
    given, x = words()
    model = keras.Model(given, [layers.LSTM(4)(x), ops.not_equal(given, 0)])
    assert drawn(model).count("ops.not_equal") == 1


def made(name: str) -> keras.Layer:
    if name in RECURRENT:
        return getattr(layers, name)(4, return_sequences=True)
    own: dict[str, tuple[Any, ...]] = {
        "Dense": (4,),
        "Activation": ("relu",),
        "TimeDistributed": (layers.Dense(3),),
        "GroupNormalization": (2,),
        "Bidirectional": (layers.LSTM(4, return_sequences=True),),
        **dict.fromkeys(("Dropout", "AlphaDropout", "SpatialDropout1D", "GaussianDropout"), (0.5,)),
        "GaussianNoise": (0.1,),
    }
    return getattr(layers, name)(*own.get(name, ()))


@pytest.mark.parametrize("name", sorted(HANDING_ON | RECURRENT | {"Bidirectional"}))
def test_what_hands_on_a_mask_does_so_in_keras(name: str) -> None:
    _, tensor = words()
    output = made(name)(tensor)
    assert output._keras_mask is tensor._keras_mask


def test_wires_in_a_circle_come_to_an_end() -> None:
    nodes = [Node(id=key, layer="ReLU") for key in "ab"]
    nodes.append(Node(id="m", layer="ops.not_equal", params={"x2": 0}))
    ends = [("a", "b", "inputs"), ("b", "a", "inputs"), ("a", "m", "x1"), ("m", "b", "mask")]
    edges = [
        {"id": f"{a}-{b}", "source": a, "target": b, "target_port": port} for a, b, port in ends
    ]
    graph = Graph.model_validate({"id": "main", "nodes": nodes, "edges": edges})
    assert without_carried_masks(graph) == graph
