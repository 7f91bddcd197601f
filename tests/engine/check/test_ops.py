"""Ops as nodes: check, build, code and both imports agree with Keras."""

import json
from collections.abc import Iterator

import keras
import pytest

from engine.check import check
from engine.document import Document
from engine.imports.python import from_python
from engine.keras.build import build_model
from tests.engine.code.helpers import Comparer, comparer
from tests.engine.documents import document, node
from tests.engine.op_cases import op_documents
from tests.engine.round_trips import assert_code_round_trip, assert_json_round_trip, imported

CASES = [pytest.param(document, id=name) for name, document in op_documents()]


@pytest.fixture(scope="module")
def process() -> Iterator[Comparer]:
    with comparer() as process:
        yield process


@pytest.mark.parametrize("document", CASES)
def test_check_agrees_with_keras(document: Document) -> None:
    verdict = check(document)
    assert [problem for problem in verdict.problems if problem.severity == "error"] == []
    model = build_model(document)
    ops = [
        operation
        for operation in model.operations
        if not isinstance(operation, keras.layers.InputLayer)
    ]
    assert len(ops) == 1
    outputs = keras.tree.flatten(ops[0].output)
    checked = verdict.nodes["op"]
    assert [(output.shape, output.dtype) for output in checked.outputs] == [
        (tuple(output.shape), output.dtype) for output in outputs
    ]
    assert ops[0].name == document.main.nodes[-1].layer.removeprefix("ops.")


@pytest.mark.parametrize("document", CASES)
def test_an_op_survives_json_and_code(document: Document) -> None:
    assert_json_round_trip(document)
    assert_code_round_trip(document)


# Ops that can be computed with the samples of tests.engine.code.server.sample.
RUNS = [case for case in CASES if "logical" not in str(case.id) and "broadcast" not in str(case.id)]


@pytest.mark.parametrize("document", RUNS)
def test_code_runs_and_computes_the_same(process: Comparer, document: Document) -> None:
    assert process.differences(document, "functional") == {"functional": None}


def problems(*nodes: dict[str, object], wires: list[str]) -> list[tuple[str, str | None]]:
    whole = document([node("a", "Input", shape=[4]), node("b", "Input", shape=[4]), *nodes], wires)
    errors = [problem for problem in check(whole).problems if problem.severity == "error"]
    return [(error.code, error.port or error.param) for error in errors]


def test_an_operand_is_an_edge_or_a_constant() -> None:
    assert problems(node("op", "ops.add"), wires=["a > op.x1"]) == [("missing_input", "x2")]
    both = problems(node("op", "ops.add", x1=1.0, x2=2.0), wires=["a > op.x1"])
    assert both == [("wired_and_constant", "x1")]
    assert problems(node("op", "ops.add", x1=1.0, x2=2.0), wires=[]) == [("missing_input", None)]
    assert problems(node("op", "ops.add", x2=None), wires=["a > op.x1"]) == [
        ("missing_input", "x2")
    ]
    assert problems(node("op", "ops.add", x2=0), wires=["a > op.x1"]) == []


@pytest.mark.parametrize(
    ("layer", "params", "wires", "expected"),
    [
        ("ops.get_item", {"key": "__import__('os')"}, ["a > op.x"], "bad_param"),
        ("ops.get_item", {"key": ":, 9"}, ["a > op.x"], "does_not_fit"),
        ("ops.reshape", {"newshape": [-1, -1]}, ["a > op.x"], "bad_param"),
        ("ops.split", {"indices_or_sections": 3, "axis": -1}, ["a > op.x"], "bad_param"),
        ("ops.split", {"indices_or_sections": 10**12}, ["a > op.x"], "bad_param"),
        ("ops.einsum", {"subscripts": "ij,jk"}, ["a > op.operands"], "bad_param"),
        ("ops.softmax", {"axis": 7}, ["a > op.x"], "axis_outside"),
        ("TimeDistributed", {"layer": {"class": "ops.relu"}}, ["a > op"], "unknown_object"),
    ],
)
def test_invalid_parameters_of_ops(
    layer: str, params: dict[str, object], wires: list[str], expected: str
) -> None:
    assert [code for code, _ in problems(node("op", layer, **params), wires=wires)] == [expected]


def test_shapes_that_do_not_broadcast() -> None:
    product = document(
        [node("a", "Input", shape=[4]), node("b", "Input", shape=[3]), node("op", "ops.multiply")],
        ["a > op.x1", "b > op.x2"],
    )
    (problem,) = [problem for problem in check(product).problems if problem.severity == "error"]
    assert problem.code == "shapes_differ"
    assert "(batch, 4)" in problem.message
    assert "(batch, 3)" in problem.message


def test_outputs_of_split_depend_on_its_parameter() -> None:
    cuts = node("op", "ops.split", indices_or_sections=[1, 3], axis=-1)
    split = document([node("a", "Input", shape=[4]), cuts], ["a > op.x"])
    outputs = check(split).nodes["op"].outputs
    assert [(output.port, output.shape) for output in outputs] == [
        ("output", (None, 1)),
        ("output_1", (None, 2)),
        ("output_2", (None, 1)),
    ]


def test_a_layer_never_has_the_name_of_an_op() -> None:
    nodes = [
        node("a", "Input", shape=[4]),
        node("b", "Dense", name="add", units=4),
        node("c", "ops.add", x2=1.0),
        node("d", "Add"),
    ]
    with_clashes = document(nodes, ["a > b", "b > c.x1", "b > d", "c > d"])
    model = build_model(with_clashes)
    assert [operation.name for operation in model.operations][1:] == ["add_layer", "add", "add_1"]


PYTHON = """
import keras
import tensorflow as tf
from keras import ops

x = keras.Input((4, 6))
y = keras.Input((4, 6))
outputs = [
    x + y, x - 1.0, 2 * y, x / y, -x, x ** 2, x @ ops.transpose(y, (0, 2, 1)), x > 0.5,
    x[:, 0], x[..., None], x[:, 1:3, ::2], *ops.split(x, [2, 4], axis=-1),
    keras.activations.relu(x), keras.activations.gelu(y), keras.ops.nn.relu(y),
    ops.max(x, axis=-1, keepdims=True), ops.einsum("bij,bkj->bik", x, y), ops.stack([x, y], axis=1),
]
model = keras.Model([x, y], outputs)
"""


def test_arithmetic_and_slices_in_python_become_ops() -> None:
    space: dict[str, keras.Model] = {}
    exec(PYTHON.replace("import tensorflow as tf", ""), space)
    keras.utils.clear_session(free_memory=False)
    model = build_model(imported(from_python(PYTHON)))
    actual, expected = sorted(config(model)), sorted(config(space["model"]))
    # keras.activations.relu has another class than ops.relu, but computes the same.
    assert [item for item in actual if "relu" not in item.lower()] == [
        item for item in expected if "re_lu" not in item and "relu" not in item.lower()
    ]
    assert model.output_shape == space["model"].output_shape


def config(model: keras.Model) -> list[str]:
    """The class and settings of each layer and op, without names and edges."""
    layers = json.loads(model.to_json())["config"]["layers"]
    plain = [(layer["class_name"], {**layer["config"], "name": ""}) for layer in layers]
    return [json.dumps(item, sort_keys=True) for item in plain]


TENSORFLOW = """
import tensorflow as tf
x = tf.keras.Input((4, 6))
y = tf.nn.relu(x)
y = tf.concat([y, tf.reduce_mean(x, axis=1, keepdims=True)], axis=1)
y = tf.reshape(y, (-1, 30))
y = tf.nn.gelu(tf.cast(y, tf.float16))
model = tf.keras.Model(x, y)
"""


def test_functions_of_tensorflow_become_ops() -> None:
    nodes = imported(from_python(TENSORFLOW)).main.nodes
    assert [(node.layer, node.params) for node in nodes[1:]] == [
        ("ops.relu", {}),
        ("ops.mean", {"axis": 1, "keepdims": True}),
        ("ops.concatenate", {"axis": 1}),
        ("ops.reshape", {"newshape": [-1, 30]}),
        ("ops.cast", {"dtype": "float16"}),
        ("ops.gelu", {"approximate": False}),
    ]
