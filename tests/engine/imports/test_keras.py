"""Keras's JSON comes back as the model that wrote it; what can't be kept is named."""

import json

import keras
import pytest
from keras import layers

from engine import templates
from engine.graph.names import layer_names
from engine.graph.wiring import inputs
from engine.keras.build import build_model
from tests.engine.keras_models import comes_back, comes_back_in_meaning, read, small

ALL = templates.load()
pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)


@pytest.mark.parametrize("template", ALL, ids=[one.id for one in ALL])
@pytest.mark.usefixtures("weightless")
def test_a_template_comes_back(template: templates.Template) -> None:
    comes_back(build_model(template.document))


@pytest.mark.usefixtures("weightless")
def test_inputs_keep_their_order_wherever_they_are_needed() -> None:
    late, early = keras.Input((4,), name="late"), keras.Input((4,), name="early")
    deep = layers.Dense(4)(layers.Dense(4)(early))
    model = keras.Model([late, early], layers.Add()([deep, late]), name="two")
    document = comes_back(model)
    names = layer_names(document.main)
    assert [names[key] for key in inputs(document.main)] == ["late", "early"]


@pytest.mark.usefixtures("weightless")
def test_states_masks_and_attention_come_back() -> None:
    words, query = keras.Input((None,), dtype="int32"), keras.Input((5, 8))
    x = layers.Embedding(100, 8, mask_zero=True)(words)
    sequence, h, c = layers.LSTM(8, return_sequences=True, return_state=True)(x)
    x = layers.MultiHeadAttention(2, 4)(query, sequence, key=x)
    x = layers.LSTM(8, return_sequences=True)(x, initial_state=[h, c])
    x = layers.Attention()([x, sequence])
    x = layers.Bidirectional(layers.GRU(3, dropout=0.5), merge_mode="sum")(x)
    comes_back_in_meaning(keras.Model([words, query], [x, h], name="states"))


@pytest.mark.usefixtures("weightless")
def test_several_outputs_in_any_order_also_from_within() -> None:
    start = keras.Input((4,), name="start")
    first = layers.Dense(3, name="first")(start)
    last = layers.Dense(2, name="last")(first)
    comes_back(keras.Model(start, [last, first, start], name="both"))


@pytest.mark.usefixtures("weightless")
def test_sub_models_with_several_inputs_and_outputs_come_back() -> None:
    a, b = keras.Input((4,), name="a"), keras.Input((6,), name="b")
    inner = keras.Model([b, a], [layers.Dense(2)(a), layers.Dense(3)(b)], name="inner")
    x, y = keras.Input((6,), name="x"), keras.Input((4,), name="y")
    one, two = inner([x, y])
    three, four = inner([layers.Dense(6, name="again")(x), y])
    joined = layers.Concatenate(name="join")([one, two, three, four])
    document = comes_back_in_meaning(keras.Model([x, y], joined, name="outer"))
    assert [graph.name for graph in document.graphs] == ["", "inner"]


@pytest.mark.usefixtures("weightless")
def test_a_sequential_model_comes_back_as_the_chain_that_it_is() -> None:
    model = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten()])
    document = comes_back_in_meaning(model)
    assert [one.layer for one in document.main.nodes] == ["Input", "Conv2D", "Flatten"]


@pytest.mark.usefixtures("weightless")
def test_a_sequential_model_within_a_functional_one() -> None:
    start = keras.Input((4,))
    body = keras.Sequential([layers.Dense(3), layers.BatchNormalization()], name="body")
    comes_back_in_meaning(keras.Model(start, layers.Dense(1)(body(start))))


# --- layers that can't be kept ------------------------------------------------------------------


def test_layers_that_cannot_be_placed_are_named_one_by_one() -> None:
    value = small()
    value["config"]["layers"] += [
        {"class_name": "Custom>Mine", "config": {"name": "one"}, "registered_name": "Custom>Mine"},
        {"class_name": "Lambda", "config": {"name": "two", "function": {}}},
        {"class_name": "ReLU", "config": {"name": "three"}},
    ]
    imported = read(value)
    assert [problem.code for problem in imported.problems] == ["import_unknown_layer"] * 2
    places = {problem.node for problem in imported.problems}
    assert places == {n.id for n in imported.document.main.nodes if n.name in ("one", "two")}
    assert len(imported.document.main.edges) == 4


def test_a_class_of_ones_own_around_a_graph_keeps_the_graph() -> None:
    start = keras.Input((4,))
    value = json.loads(keras.Model(start, layers.ReLU()(start), name="net").to_json())
    value |= {"class_name": "MyNet", "registered_name": "Custom>MyNet"}
    (problem,) = read(value).problems
    assert problem.code == "import_custom_model"
    assert "MyNet" in problem.message
