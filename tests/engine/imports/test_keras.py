"""Importing Keras JSON yields the same model; what a document can't hold is reported."""

import json

import keras
import pytest
from keras import layers

from engine import templates
from engine.graph.index import endpoints, index_graph, inputs
from engine.graph.names import layer_names
from engine.keras.build import build_model
from tests.engine.keras_models import (
    assert_equivalent_round_trip,
    assert_round_trip,
    read,
    small,
)

ALL = templates.load()
pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)


@pytest.mark.parametrize("template", ALL, ids=[template.id for template in ALL])
@pytest.mark.usefixtures("weightless")
def test_templates(template: templates.Template) -> None:
    assert_round_trip(build_model(template.document))


@pytest.mark.usefixtures("weightless")
def test_inputs_keep_their_order() -> None:
    late, early = keras.Input((4,), name="late"), keras.Input((4,), name="early")
    deep = layers.Dense(4)(layers.Dense(4)(early))
    model = keras.Model([late, early], layers.Add()([deep, late]), name="two")
    document = assert_round_trip(model)
    names = layer_names(document.main)
    assert [names[key] for key in inputs(document.main)] == ["late", "early"]


@pytest.mark.usefixtures("weightless")
def test_states_masks_and_attention() -> None:
    words, query = keras.Input((None,), dtype="int32"), keras.Input((5, 8))
    x = layers.Embedding(100, 8, mask_zero=True)(words)
    sequence, h, c = layers.LSTM(8, return_sequences=True, return_state=True)(x)
    x = layers.MultiHeadAttention(2, 4)(query, sequence, key=x)
    x = layers.LSTM(8, return_sequences=True)(x, initial_state=[h, c])
    x = layers.Attention()([x, sequence])
    x = layers.Bidirectional(layers.GRU(3, dropout=0.5), merge_mode="sum")(x)
    assert_equivalent_round_trip(keras.Model([words, query], [x, h], name="states"))


@pytest.mark.usefixtures("weightless")
def test_several_outputs_in_any_order() -> None:
    start = keras.Input((4,), name="start")
    first = layers.Dense(3, name="first")(start)
    last = layers.Dense(2, name="last")(first)
    assert_round_trip(keras.Model(start, [last, first, start], name="both"))


@pytest.mark.usefixtures("weightless")
def test_sub_models_with_several_inputs_and_outputs() -> None:
    a, b = keras.Input((4,), name="a"), keras.Input((6,), name="b")
    inner = keras.Model([b, a], [layers.Dense(2)(a), layers.Dense(3)(b)], name="inner")
    x, y = keras.Input((6,), name="x"), keras.Input((4,), name="y")
    first = inner([x, y])
    second = inner([layers.Dense(6, name="again")(x), y])
    joined = layers.Concatenate(name="join")([*first, *second])
    document = assert_equivalent_round_trip(keras.Model([x, y], joined, name="outer"))
    assert [graph.name for graph in document.graphs] == ["", "inner"]


@pytest.mark.usefixtures("weightless")
def test_a_sequential_model_becomes_a_chain() -> None:
    model = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten()])
    document = assert_equivalent_round_trip(model)
    assert [node.layer for node in document.main.nodes] == ["Input", "Conv2D", "Flatten"]


@pytest.mark.usefixtures("weightless")
def test_a_sequential_model_inside_a_functional_model() -> None:
    start = keras.Input((4,))
    body = keras.Sequential([layers.Dense(3), layers.BatchNormalization()], name="body")
    assert_equivalent_round_trip(keras.Model(start, layers.Dense(1)(body(start))))


# --- layers that a document can't hold ----------------------------------------------------------


def test_reports_each_unsupported_layer() -> None:
    value = small()
    value["config"]["layers"] += [
        {"class_name": "Custom>Mine", "config": {"name": "one"}, "registered_name": "Custom>Mine"},
        {"class_name": "Lambda", "config": {"name": "two", "function": {}}},
        {"class_name": "ReLU", "config": {"name": "three"}},
    ]
    imported = read(value)
    assert [problem.code for problem in imported.problems] == ["import_unknown_layer"] * 2
    reported = {problem.node for problem in imported.problems}
    assert reported == {n.id for n in imported.document.main.nodes if n.name in ("one", "two")}
    assert len(imported.document.main.edges) == 4


def test_a_functional_subclass_is_imported_and_reported() -> None:
    start = keras.Input((4,))
    value = json.loads(keras.Model(start, layers.ReLU()(start), name="net").to_json())
    value |= {"class_name": "MyNet", "registered_name": "Custom>MyNet"}
    (problem,) = read(value).problems
    assert problem.code == "import_custom_model"
    assert "MyNet" in problem.message


@pytest.mark.usefixtures("weightless")
def test_a_model_ends_in_calls_of_a_sub_model() -> None:
    start = keras.Input((4,), name="start")
    inner = keras.Model(start, layers.Dense(4)(start), name="inner")
    other = keras.Input((4,), name="other")
    once = inner(other)
    twice = inner(once)
    assert_equivalent_round_trip(keras.Model(other, once, name="once"))
    assert_equivalent_round_trip(keras.Model(other, twice, name="twice"))
    assert_equivalent_round_trip(keras.Model(other, [inner(twice), once, twice], name="all"))


@pytest.mark.usefixtures("weightless")
@pytest.mark.parametrize(
    ("by_layers", "by_outputs"), [([0], [2]), ([1], [2]), ([0, 1], [3, 1]), ([1, 2], [3])]
)
def test_calls_are_counted_as_any_version_of_keras_does(
    by_layers: list[int], by_outputs: list[int]
) -> None:
    """Keras 3.3 and later begin at 0 except in outputs; earlier ones count the model's own call."""
    start = keras.Input((4,), name="start")
    inner = keras.Model(start, layers.Dense(4)(start), name="inner")
    value = start
    for _ in range(len(by_layers) + 1):
        value = inner(value)
    model = json.loads(keras.Model(start, value, name="m").to_json())
    sub = model["config"]["layers"][1]
    for inbound, call in zip(sub["inbound_nodes"][1:], by_layers, strict=True):
        inbound["args"][0]["config"]["keras_history"] = ["inner", call, 0]
    model["config"]["output_layers"] = [["inner", call, 0] for call in by_outputs]
    document = read(model).document
    edges = [(edge.source, edge.target) for edge in document.main.edges]
    assert edges == [(f"n{n}", f"n{n + 1}") for n in range(1, len(by_layers) + 2)]
    last, first = f"n{len(by_layers) + 2}", "n2"
    ends = endpoints(index_graph(document.main))
    assert [end.node for end in ends] == [last, first][: len(by_outputs)]
