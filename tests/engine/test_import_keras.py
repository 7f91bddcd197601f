"""Keras's JSON comes back as the model that wrote it; what is no such JSON comes to problems."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import keras
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers

from engine import templates
from engine.build import build_model
from engine.document import Document, ObjectSpec
from engine.graph import inputs, layer_names
from engine.imports.drawing import Imported
from engine.imports.files import read_model
from engine.imports.keras_json import from_keras_json

ALL = templates.load()
pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)


@pytest.fixture
def weightless() -> Iterator[None]:
    """Models are built without weights, which their structure does not need.

    Names that Keras counts begin anew, whatever was built before in this process.
    """
    keras.utils.clear_session()
    with keras.StatelessScope(initialize_variables=False):
        yield


def read(value: Any) -> Imported:
    """The document of sound Keras JSON."""
    answer = read_model(value.encode() if isinstance(value, str) else json.dumps(value).encode())
    assert isinstance(answer, Imported), answer
    return answer


def config(model: keras.Model) -> Any:
    """A model's config in a form in which the order of layers does not matter."""
    value = json.loads(model.to_json())["config"]
    value["layers"] = {layer["config"]["name"]: layer for layer in value["layers"]}
    return value


def comes_back(model: keras.Model) -> Document:
    """Assert that a model survives being read and built again; return its document."""
    imported = read(model.to_json())
    assert [problem.message for problem in imported.problems] == []
    again = build_model(imported.document)
    assert again.count_params() == model.count_params()
    assert again.input_shape == model.input_shape
    assert again.output_shape == model.output_shape
    assert config(again) == config(model)
    return imported.document


def comes_back_in_meaning(model: keras.Model) -> Document:
    """The same, for models whose inner names, or the form of whose calls, may differ."""
    imported = read(model.to_json())
    assert [problem.message for problem in imported.problems] == []
    again = build_model(imported.document)
    assert again.count_params() == model.count_params()
    assert again.input_shape == model.input_shape
    assert again.output_shape == model.output_shape
    assert histories(again) == histories(model)
    return imported.document


def histories(model: keras.Model) -> dict[str, list[Any]]:
    """What each call of each layer takes, in order."""
    if isinstance(model, keras.Sequential):
        model = keras.Model(model.inputs, model.outputs)
    listed = json.loads(model.to_json())["config"]["layers"]
    return {one["name"]: list(_histories(one["inbound_nodes"])) for one in listed}


def _histories(value: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict) and "keras_history" in value:
        yield tuple(value["keras_history"])
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _histories(item)


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


# --- what was compiled --------------------------------------------------------------------------


def compiled(**fields: Any) -> Imported:
    """A small model with two outputs, or one, that was compiled."""
    start = keras.Input((4,), name="start")
    ends = [layers.ReLU(name="a")(start), layers.ReLU(name="b")(start)]
    single = not isinstance(fields.get("loss"), list | dict)
    model = keras.Model(start, ends[0] if single else ends)
    model.compile(**fields)
    return read(model.to_json())


def test_optimizer_loss_and_metrics_are_kept() -> None:
    imported = compiled(
        optimizer=keras.optimizers.SGD(0.002, momentum=0.9, nesterov=True),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=["accuracy", "mae", keras.metrics.MeanSquaredError(name="off")],
    )
    training = imported.document.training
    assert imported.problems == ()
    values = {"learning_rate": 0.002, "momentum": 0.9, "nesterov": True}
    assert training.optimizer == ObjectSpec(class_="SGD", params=values)
    assert training.loss == ObjectSpec(class_="BinaryCrossentropy", params={"from_logits": True})
    assert training.metrics == (
        ObjectSpec(class_="MeanAbsoluteError"),
        ObjectSpec(class_="MeanSquaredError", params={"name": "off"}),
    )


def test_schedules_are_kept() -> None:
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 1_000)
    imported = compiled(optimizer=keras.optimizers.Adam(schedule), loss="mse")
    assert imported.document.training.optimizer.params["learning_rate"] == {
        "class": "CosineDecay",
        "params": {"initial_learning_rate": 0.1, "decay_steps": 1_000},
    }


@pytest.mark.parametrize("form", [list, dict])
def test_each_output_has_its_own(form: type) -> None:
    values: tuple[list[Any], ...] = (["mse", "mae"], [["mae"], ["mse"]], [1.0, 0.5])
    parts = [dict(zip("ab", one, strict=True)) if form is dict else one for one in values]
    imported = compiled(optimizer="adam", loss=parts[0], metrics=parts[1], loss_weights=parts[2])
    a, b = imported.document.training.outputs
    assert imported.problems == ()
    assert (a.loss, a.weight) == (ObjectSpec(class_="MeanSquaredError"), 1.0)
    assert (b.loss, b.weight) == (ObjectSpec(class_="MeanAbsoluteError"), 0.5)
    assert b.metrics == (ObjectSpec(class_="MeanSquaredError"),)


def small(**more: Any) -> dict[str, Any]:
    """The JSON of a small Sequential model."""
    start = {"class_name": "InputLayer", "config": {"batch_shape": [None, 3], "name": "x"}}
    dense = {"class_name": "Dense", "config": {"name": "d", "units": 2}}
    return {"class_name": "Sequential", "config": {"name": "s", "layers": [start, dense]}, **more}


@pytest.mark.parametrize(
    "value",
    [
        {"optimizer": {"class_name": "Mine", "config": {}}},
        {"loss": {"class_name": "function", "config": "my_loss"}},
        {"loss": "my_loss"},
        {"metrics": [["mine"]]},
        {"weighted_metrics": ["mae"]},
        {"optimizer": 3},
        {"loss": [1, 2]},
        {"metrics": {"d": 3}},
    ],
)
def test_what_the_catalogue_does_not_know_is_named(value: dict[str, Any]) -> None:
    imported = read(small(compile_config=value))
    (problem,) = imported.problems
    assert problem.code == "import_training"


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


# --- Keras 2 ------------------------------------------------------------------------------------


def old(kind: str, name: str, *inbound: Any, **fields: Any) -> dict[str, Any]:
    """A layer as Keras 2 wrote it."""
    settings = {"name": name, "trainable": True, "dtype": "float32", **fields}
    return {"class_name": kind, "config": settings, "name": name, "inbound_nodes": list(inbound)}


def call(*names: str, **kwargs: Any) -> list[Any]:
    """One inbound node: the first outputs of layers by name."""
    return [[name, 0, 0, kwargs if index == 0 else {}] for index, name in enumerate(names)]


def old_model(*items: dict[str, Any], outputs: list[Any] | None = None) -> dict[str, Any]:
    """A functional model as Keras 2 wrote it."""
    starts = [[one["name"], 0, 0] for one in items if one["class_name"] == "InputLayer"]
    ends = outputs or [[items[-1]["name"], 0, 0]]
    settings = {"name": "m", "layers": list(items), "input_layers": starts, "output_layers": ends}
    return {"class_name": "Functional", "config": settings, "keras_version": "2.9.0"}


def image(name: str = "image") -> dict[str, Any]:
    shape = [None, 8, 8, 3]
    return old("InputLayer", name, batch_input_shape=shape, sparse=False, ragged=False)


@pytest.mark.usefixtures("weightless")
def test_a_convolutional_model_of_keras_2() -> None:
    zeros = {"class_name": "Zeros", "config": {}}
    glorot = {"class_name": "GlorotUniform", "config": {"seed": None}}
    model = old_model(
        image(),
        old("ZeroPadding2D", "pad", call("image"), padding=[[1, 1], [1, 1]]),
        old(
            "DepthwiseConv2D",
            "depth",
            call("pad"),
            kernel_size=[3, 3],
            strides=[2, 2],
            padding="valid",
            data_format="channels_last",
            groups=1,
            depth_multiplier=1,
            depthwise_initializer=glorot,
            kernel_initializer=glorot,
            bias_initializer=zeros,
            filters=None,
        ),
        old("BatchNormalization", "norm", call("depth"), axis=[3], momentum=0.99, epsilon=0.001),
        old("LeakyReLU", "leak", call("norm"), alpha=0.10000000149011612),
        old("SpatialDropout2D", "drop", call("leak"), rate=0.5, noise_shape=None, seed=None),
        old("Conv2D", "conv", call("drop"), filters=4, kernel_size=[3, 3], activation="relu"),
        old("GlobalAveragePooling2D", "pool", call("conv"), data_format="channels_last"),
    )
    imported = read(model)
    assert imported.problems == ()
    params = {node.name: node.params for node in imported.document.main.nodes}
    assert params["depth"] == {"kernel_size": [3, 3], "strides": [2, 2]}
    assert params["norm"] == {"axis": 3}
    assert params["leak"] == {"negative_slope": 0.1}
    assert params["drop"] == {"rate": 0.5}
    assert params["conv"] == {"filters": 4, "kernel_size": [3, 3], "activation": "relu"}
    assert build_model(imported.document).output_shape == (None, 4)


@pytest.mark.usefixtures("weightless")
def test_recurrent_models_of_keras_2_with_states_and_attention() -> None:
    start = old("InputLayer", "x", batch_input_shape=[None, 5, 6])
    rnn = {"units": 6, "return_sequences": True, "implementation": 2, "time_major": False}
    model = old_model(
        start,
        old("LSTM", "encode", call("x"), return_state=True, **rnn),
        old(
            "LSTM",
            "decode",
            [["encode", 0, 0, {}], ["encode", 0, 1, {}], ["encode", 0, 2, {}]],
            **rnn,
        ),
        old(
            "LSTM",
            "named",
            call("decode", initial_state=[["encode", 0, 1], ["encode", 0, 2]], training=None),
            **rnn,
        ),
        old(
            "MultiHeadAttention",
            "attend",
            call("named", value=["x", 0, 0]),
            num_heads=2,
            key_dim=3,
            query_shape=[None, 5, 6],
            value_shape=[None, 5, 6],
            key_shape=[None, 5, 6],
        ),
    )
    imported = read(model)
    assert imported.problems == ()
    states = [edge for edge in imported.document.main.edges if edge.target_port == "initial_state"]
    assert [edge.source_port for edge in states] == ["state_h", "state_c"] * 2
    assert build_model(imported.document).output_shape == (None, 5, 6)


@pytest.mark.usefixtures("weightless")
def test_shared_layers_and_sub_models_of_keras_2() -> None:
    dense = old("Dense", "dense", call("i"), units=3)
    inner = old_model(old("InputLayer", "i", batch_input_shape=[None, 4]), dense)
    layer = {"class_name": "Model", "name": "sub", "config": inner["config"]}
    model = old_model(
        old("InputLayer", "a", batch_input_shape=[None, 4]),
        old("InputLayer", "b", batch_input_shape=[None, 4]),
        {**layer, "inbound_nodes": [call("a"), call("b")]},
        old("Subtract", "off", [["sub", 0, 0, {}], ["sub", 1, 0, {}]]),
    )
    imported = read(model)
    assert imported.problems == ()
    assert build_model(imported.document).count_params() == 15


@pytest.mark.parametrize("form", ["list", "build_input_shape", "batch_input_shape"])
@pytest.mark.usefixtures("weightless")
def test_sequential_models_of_keras_2_in_every_form(form: str) -> None:
    shape = {"batch_input_shape": [None, 4]}
    dense = old("Dense", "d", units=2, **({} if form == "build_input_shape" else shape))
    settings: Any = [dense]
    if form != "list":
        settings = {"name": "s", "layers": [dense], "build_input_shape": [None, 4]}
    value = {"class_name": "Sequential", "config": settings, "keras_version": "2.2.4"}
    imported = read(value)
    assert imported.problems == ()
    assert build_model(imported.document).count_params() == 10


def test_what_means_something_else_in_keras_3_is_told() -> None:
    start = old("InputLayer", "x", batch_input_shape=[None, 5, 6])
    lstm = old("LSTM", "old", call("x"), units=2, recurrent_activation="hard_sigmoid")
    gru = old("GRU", "gru", call("x"), units=2)
    imported = read(old_model(start, lstm, gru, outputs=[["old", 0, 0], ["gru", 0, 0]]))
    (problem,) = imported.problems
    assert problem.code == "import_changed_meaning"
    assert "hard_sigmoid" in problem.message
    assert imported.document.main.nodes[2].params == {"units": 2, "reset_after": False}


def test_what_keras_3_no_longer_has_is_named() -> None:
    batches = old("BatchNormalization", "norm", call("image"), axis=[3], virtual_batch_size=8)
    lost = old("ThresholdedReLU", "cut", call("norm"), theta=1.0)
    imported = read(old_model(image(), batches, lost))
    assert [one.code for one in imported.problems] == ["import_left_out", "import_unknown_layer"]
    assert "virtual_batch_size" in imported.problems[0].message


# --- hostile JSON -------------------------------------------------------------------------------


def functional() -> dict[str, Any]:
    """A small functional model's JSON, of Keras 3."""
    start = keras.Input((4,), name="start")
    left, right = layers.Dense(3, name="l")(start), layers.Dense(3, name="r")(start)
    model = keras.Model(start, layers.Add(name="sum")([left, right]), name="small")
    value: dict[str, Any] = json.loads(model.to_json())
    adam = {"class_name": "Adam", "config": {"learning_rate": 0.1}}
    return {**value, "compile_config": {"optimizer": adam, "loss": "mse", "metrics": ["mae"]}}


GOOD = [functional(), old_model(image(), old("ReLU", "r", call("image")))]
MADE_UP = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to everything inside plain values."""
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, key))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_model_with_anything_in_any_place_never_raises(data: st.DataObject) -> None:
    value = deepcopy(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 3))):
        known = [path for path in places(value) if path]
        *path, last = data.draw(st.sampled_from(known))
        inner = value
        for step in path:
            inner = inner[step]
        if data.draw(st.booleans()):
            inner[last] = data.draw(MADE_UP)
        else:
            del inner[last]
    answer = from_keras_json(value)
    assert isinstance(answer, Imported) or answer


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | MADE_UP.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_come_to_a_document_or_to_problems(data: bytes) -> None:
    answer = read_model(data)
    assert isinstance(answer, Imported) or answer


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "python_no_model"),
        (b"\xff\xfe", "import_unknown_file"),
        (b"\x89HDF\r\n\x1a\n", "import_hdf5"),
        (b"PK\x03\x04", "import_bad_archive"),
        (b"{}", "import_unknown_file"),
        (b"[1]", "import_unknown_file"),
        (b'{"class_name": "Dense", "config": {}}', "not_a_keras_model"),
        (b'{"class_name": NaN}', "unreadable"),
        (b'{"class_name": 1e400}', "unreadable"),
        (b"[" * 100_000, "unreadable"),
        (b'{"a":' * 100_000, "unreadable"),
        (b'{"version": 1, "graphs": 3}', "bad_document"),
        (b"x = (", "python_syntax"),
    ],
)
def test_each_kind_of_nonsense_has_its_own_words(data: bytes, code: str) -> None:
    answer = read_model(data)
    assert isinstance(answer, list)
    assert answer[0].code == code


def test_documents_and_json_within_json_are_read() -> None:
    document = ALL[0].document
    assert read(document.to_json()) == Imported(document=document)
    assert read(json.dumps(json.dumps(small()))) == read(small())
    assert read("\ufeff" + json.dumps(small())) == read(small())


def wrong(value: dict[str, Any]) -> str:
    """The one problem of a model that can't be read."""
    answer = from_keras_json(value)
    assert isinstance(answer, list)
    return answer[0].message


def test_histories_that_point_nowhere_are_told_by_name() -> None:
    assert "“ghost”, which is not there" in wrong(
        old_model(image(), old("ReLU", "r", call("ghost")))
    )
    later = old("ReLU", "r", [["image", 7, 0, {}]])
    assert "“image”, which is not there" in wrong(old_model(image(), later))


def test_more_than_a_document_can_hold_is_refused() -> None:
    value = small()
    value["config"]["layers"] += [{"class_name": "ReLU", "config": {}}] * 10_001
    assert "10,000 layers" in wrong(value)
    calls = old("ReLU", "r", *[call("image")] * 10_001)
    assert "10,000 layers" in wrong(old_model(image(), calls))
    wires = old("Add", "sum", call(*["image"] * 40_001))
    assert "40,000 connections" in wrong(old_model(image(), wires))


def test_models_within_models_end_somewhere() -> None:
    value = small()
    for _ in range(60):
        inner = value
        value = small()
        value["config"]["layers"].append(inner)
    assert "deeper than 50" in wrong(value)


def test_a_cycle_is_kept_as_it_is_drawn() -> None:
    first, last = old("ReLU", "one", call("two")), old("ReLU", "two", call("one"))
    document = read(old_model(image(), first, last)).document
    assert len(document.main.edges) == 2


def test_more_models_than_a_document_can_hold_are_refused_at_once() -> None:
    inner = old_model(image(), old("ReLU", "r", call("image")))
    subs = [{**inner, "name": f"s{n}", "inbound_nodes": [call("image")]} for n in range(501)]
    assert "more than 500 models" in wrong(old_model(image(), *subs))
    outputs = [["image", 0, 0]] * 10_001
    assert "more than 10,000 outputs" in wrong(old_model(image(), outputs=outputs))


def test_text_that_cannot_be_stored_is_told_in_plain_words() -> None:
    value = small()
    value["config"]["layers"][1]["config"]["name"] = "\ud800"
    assert wrong(value).endswith("unable to parse raw data as a unicode string.")
