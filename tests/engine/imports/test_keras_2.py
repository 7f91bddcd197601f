"""Importing models of Keras 2 and tf.keras; settings without equivalent are reported."""

import json
from typing import Any

import pytest

from engine.check import check
from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.keras.build import build_model
from tests.engine.keras_models import call, image, old, old_model, read


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


def test_calls_of_sub_models_are_counted_from_1_in_keras_2() -> None:
    dense = old("Dense", "dense", call("i"), units=4)
    inner = old_model(old("InputLayer", "i", batch_input_shape=[None, 4]), dense)
    sub = {"class_name": "Model", "name": "sub", "config": inner["config"]}
    model = old_model(
        old("InputLayer", "a", batch_input_shape=[None, 4]),
        {**sub, "inbound_nodes": [call("a"), [["sub", 1, 0, {}]]]},
        old("ReLU", "relu", [["sub", 2, 0, {}]]),
        outputs=[["sub", 1, 0], ["relu", 0, 0]],
    )
    document = read(model).document
    edges = [(edge.source, edge.target) for edge in document.main.edges]
    assert edges == [("n1", "n2"), ("n2", "n3"), ("n3", "n4")]
    assert [end.node for end in document.main.outputs] == ["n2", "n4"]


@pytest.mark.parametrize("form", ["list", "build_input_shape", "batch_input_shape"])
@pytest.mark.usefixtures("weightless")
def test_all_forms_of_sequential_models_of_keras_2(form: str) -> None:
    shape = {"batch_input_shape": [None, 4]}
    dense = old("Dense", "d", units=2, **({} if form == "build_input_shape" else shape))
    settings: Any = [dense]
    if form != "list":
        settings = {"name": "s", "layers": [dense], "build_input_shape": [None, 4]}
    value = {"class_name": "Sequential", "config": settings, "keras_version": "2.2.4"}
    imported = read(value)
    assert imported.problems == ()
    assert build_model(imported.document).count_params() == 10


def test_reports_settings_with_another_meaning_in_keras_3() -> None:
    start = old("InputLayer", "x", batch_input_shape=[None, 5, 6])
    lstm = old("LSTM", "old", call("x"), units=2, recurrent_activation="hard_sigmoid")
    gru = old("GRU", "gru", call("x"), units=2)
    imported = read(old_model(start, lstm, gru, outputs=[["old", 0, 0], ["gru", 0, 0]]))
    (problem,) = imported.problems
    assert problem.code == "import_changed_meaning"
    assert "hard_sigmoid" in problem.message
    assert imported.document.main.nodes[2].params == {"units": 2, "reset_after": False}


def test_reports_layers_and_arguments_that_keras_3_lacks() -> None:
    batches = old("BatchNormalization", "norm", call("image"), axis=[3], virtual_batch_size=8)
    lost = old("ThresholdedReLU", "cut", call("norm"), theta=1.0)
    imported = read(old_model(image(), batches, lost))
    codes = [problem.code for problem in imported.problems]
    assert codes == ["import_left_out", "import_unknown_layer"]
    assert "virtual_batch_size" in imported.problems[0].message


# --- functions of TensorFlow --------------------------------------------------------------------


def function(name: str, path: str, *inbound: Any, kind: str = "TFOpLambda") -> dict[str, Any]:
    """A call of a TensorFlow function in a functional model, as Keras 2 wrote it."""
    return {**old(kind, name, *inbound, function=path), "registered_name": kind}


def rows(name: str, *shape: int) -> dict[str, Any]:
    return old("InputLayer", name, batch_input_shape=[None, *shape])


WHOLE = {"start": None, "stop": None, "step": None}
FUNCTIONS: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("nn.relu", ["a", 0, 0, {"name": None}], "ops.relu", {}),
    ("__operators__.add", ["a", 0, 0, {"y": ["b", 0, 0], "name": None}], "ops.add", {}),
    ("math.add", ["a", 0, 0, {"y": 1.5, "name": None}], "ops.add", {"x2": 1.5}),
    ("math.subtract", ["_CONSTANT_VALUE", -1, 1, {"y": ["a", 0, 0]}], "ops.subtract", {"x1": 1}),
    ("math.truediv", ["a", 0, 0, {"y": 255.0}], "ops.true_divide", {"x2": 255.0}),
    ("concat", [["a", 0, 0, {"axis": -1}], ["b", 0, 0, {"axis": -1}]], "ops.concatenate",
     {"axis": -1}),
    ("stack", [["a", 0, 0, {"axis": 1}], ["b", 0, 0, {"axis": 1}]], "ops.stack", {"axis": 1}),
    ("reshape", ["a", 0, 0, {"shape": [-1, 24]}], "ops.reshape", {"newshape": [-1, 24]}),
    ("compat.v1.transpose", ["a", 0, 0, {"perm": [0, 2, 1]}], "ops.transpose",
     {"axes": [0, 2, 1]}),
    ("math.reduce_mean", ["a", 0, 0, {"axis": [1, 2], "keepdims": True}], "ops.mean",
     {"axis": [1, 2], "keepdims": True}),
    ("linalg.matmul", ["a", 0, 0, {"b": ["c", 0, 0]}], "ops.matmul", {}),
    ("cast", ["a", 0, 0, {"dtype": "float16"}], "ops.cast", {"dtype": "float16"}),
    ("clip_by_value", ["a", 0, 0, {"clip_value_min": 0.0, "clip_value_max": 6.0}], "ops.clip",
     {"x_min": 0.0, "x_max": 6.0}),
    ("nn.gelu", ["a", 0, 0, {}], "ops.gelu", {"approximate": False}),
    ("nn.leaky_relu", ["a", 0, 0, {"alpha": 0.1}], "ops.leaky_relu", {"negative_slope": 0.1}),
    ("nn.softmax", ["a", 0, 0, {"axis": -1}], "ops.softmax", {}),
    ("expand_dims", ["a", 0, 0, {"axis": 1}], "ops.expand_dims", {"axis": 1}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "inbound", "op", "params"), FUNCTIONS, ids=[function[0] for function in FUNCTIONS]
)
@pytest.mark.usefixtures("weightless")
def test_tensorflow_functions_become_ops(
    path: str, inbound: Any, op: str, params: dict[str, Any]
) -> None:
    layer = function(f"tf.{path}_1", path, inbound)
    imported = read(old_model(rows("a", 4, 6), rows("b", 4, 6), rows("c", 6, 3), layer))
    assert imported.problems == ()
    node = imported.document.main.nodes[-1]
    assert (node.layer, node.params, node.name) == (op, params, "")
    assert errors(imported) == []
    assert build_model(imported.document).outputs


@pytest.mark.usefixtures("weightless")
def test_slices_of_keras_2() -> None:
    spec = [WHOLE, 0, {"start": 1, "stop": None, "step": 2}]
    layer = function(
        "tf.__operators__.getitem", "__operators__.getitem", ["a", 0, 0, {"slice_spec": spec}],
        kind="SlicingOpLambda",
    )  # fmt: skip
    imported = read(old_model(rows("a", 4, 6), layer))
    assert imported.problems == ()
    assert imported.document.main.nodes[-1].params == {"key": ":, 0, 1::2"}
    assert build_model(imported.document).output_shape == (None, 3)


def errors(imported: Imported) -> list[str]:
    problems = check(imported.document).problems
    return [problem.message for problem in problems if problem.severity == "error"]


def test_reports_each_function_without_an_equivalent_op() -> None:
    resized = function("tf.image.resize", "image.resize", ["a", 0, 0, {"size": [2, 2]}])
    joined = function("e", "einsum", ["_CONSTANT_VALUE", -1, "ij,ik->jk", {}])
    imported = read(old_model(rows("a", 4, 6, 1), resized, joined))
    assert [problem.code for problem in imported.problems] == ["import_unknown_layer"] * 2
    assert "tf.image.resize" in imported.problems[0].message
    assert "tf.einsum" in imported.problems[1].message
    extra = function("tf.concat", "concat", ["a", 0, 0, {"axis": -1, "extra": 3}])
    (problem,) = read(old_model(rows("a", 4), extra)).problems
    assert "extra=3" in problem.message


@pytest.mark.parametrize("broken", [None, [], {}, ["a"], ["a", 0], [["a", 0, 0, 3]], "a", 7])
def test_malformed_calls_of_functions_never_raise(broken: Any) -> None:
    data = json.dumps(old_model(rows("a", 4), function("f", "math.add", broken)))
    assert read_model(data.encode())
    odd = {**function("f", "add", ["a", 0, 0, {}]), "config": {"name": "f"}}
    assert isinstance(read_model(json.dumps(old_model(rows("a", 4), odd)).encode()), list)
