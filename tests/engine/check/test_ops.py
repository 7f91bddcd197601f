"""Operations of keras.ops as nodes: check, build, code and both imports agree with Keras."""

import json
from collections.abc import Iterator

import keras
import pytest

from engine.check import check
from engine.document import Document
from engine.imports.python import from_python
from engine.keras.build import build_model
from tests.engine.code.helpers import Judge, judge
from tests.engine.documents import document, node
from tests.engine.op_cases import op_documents
from tests.engine.round_trips import assert_code_round_trip, assert_json_round_trip, imported

CASES = [pytest.param(one, id=name) for name, one in op_documents()]


@pytest.fixture(scope="module")
def process() -> Iterator[Judge]:
    with judge() as started:
        yield started


@pytest.mark.parametrize("document", CASES)
def test_check_agrees_with_keras(document: Document) -> None:
    verdict = check(document)
    assert [problem for problem in verdict.problems if problem.severity == "error"] == []
    model = build_model(document)
    made = [
        operation
        for operation in model.operations
        if not isinstance(operation, keras.layers.InputLayer)
    ]
    assert len(made) == 1
    outputs = keras.tree.flatten(made[0].output)
    told = verdict.nodes["op"]
    assert [(output.shape, output.dtype) for output in told.outputs] == [
        (tuple(output.shape), output.dtype) for output in outputs
    ]
    assert made[0].name == document.main.nodes[-1].layer.removeprefix("ops.")


@pytest.mark.parametrize("document", CASES)
def test_an_operation_comes_back(document: Document) -> None:
    assert_json_round_trip(document)
    assert_code_round_trip(document)


# Those whose value is one for the sample that the judge draws, and need no bool.
RUNS = [case for case in CASES if "logical" not in str(case.id) and "broadcast" not in str(case.id)]


@pytest.mark.parametrize("document", RUNS)
def test_code_runs_and_computes_the_same(process: Judge, document: Document) -> None:
    assert process.find_errors(document, "functional") == {"functional": None}


def problems(*nodes: dict[str, object], wires: list[str]) -> list[tuple[str, str | None]]:
    given = document([node("a", "Input", shape=[4]), node("b", "Input", shape=[4]), *nodes], wires)
    errors = [problem for problem in check(given).problems if problem.severity == "error"]
    return [(error.code, error.port or error.param) for error in errors]


def test_an_operand_is_a_wire_or_a_constant() -> None:
    assert problems(node("op", "ops.add"), wires=["a > op.x1"]) == [("missing_input", "x2")]
    both = problems(node("op", "ops.add", x1=1.0, x2=2.0), wires=["a > op.x1"])
    assert both == [("wired_and_constant", "x1")]
    assert problems(node("op", "ops.add", x1=1.0, x2=2.0), wires=[]) == [("missing_input", None)]
    assert problems(node("op", "ops.add", x2=None), wires=["a > op.x1"]) == [
        ("missing_input", "x2")
    ]
    assert problems(node("op", "ops.add", x2=0), wires=["a > op.x1"]) == []


@pytest.mark.parametrize(
    ("layer", "params", "wires", "code"),
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
def test_what_does_not_fit_is_told(
    layer: str, params: dict[str, object], wires: list[str], code: str
) -> None:
    assert [found for found, _ in problems(node("op", layer, **params), wires=wires)] == [code]


def test_shapes_that_do_not_broadcast_are_told_in_own_words() -> None:
    given = document(
        [node("a", "Input", shape=[4]), node("b", "Input", shape=[3]), node("op", "ops.multiply")],
        ["a > op.x1", "b > op.x2"],
    )
    (problem,) = [problem for problem in check(given).problems if problem.severity == "error"]
    assert problem.code == "shapes_differ"
    assert "(batch, 4)" in problem.message
    assert "(batch, 3)" in problem.message


def test_outputs_of_split_follow_its_parameter() -> None:
    cuts = node("op", "ops.split", indices_or_sections=[1, 3], axis=-1)
    given = document([node("a", "Input", shape=[4]), cuts], ["a > op.x"])
    told = check(given).nodes["op"].outputs
    assert [(one.port, one.shape) for one in told] == [
        ("output", (None, 1)),
        ("output_1", (None, 2)),
        ("output_2", (None, 1)),
    ]


def test_a_layer_never_takes_the_name_of_an_operation() -> None:
    nodes = [
        node("a", "Input", shape=[4]),
        node("b", "Dense", name="add", units=4),
        node("c", "ops.add", x2=1.0),
        node("d", "Add"),
    ]
    given = document(nodes, ["a > b", "b > c.x1", "b > d", "c > d"])
    model = build_model(given)
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


def test_arithmetic_and_slices_in_python_are_operations() -> None:
    space: dict[str, keras.Model] = {}
    exec(PYTHON.replace("import tensorflow as tf", ""), space)
    keras.utils.clear_session(free_memory=False)
    model = build_model(imported(from_python(PYTHON)))
    ours, theirs = (sorted(config(one)) for one in (model, space["model"]))
    # The function relu of keras.activations has a class of its own, and computes what ops.relu
    # does.
    assert [one for one in ours if "relu" not in one.lower()] == [
        one for one in theirs if "re_lu" not in one and "relu" not in one.lower()
    ]
    assert model.output_shape == space["model"].output_shape


def config(model: keras.Model) -> list[str]:
    """The class and settings of each operation, names and wires aside."""
    layers = json.loads(model.to_json())["config"]["layers"]
    plain = [(layer["class_name"], {**layer["config"], "name": ""}) for layer in layers]
    return [json.dumps(one, sort_keys=True) for one in plain]


TENSORFLOW = """
import tensorflow as tf
x = tf.keras.Input((4, 6))
y = tf.nn.relu(x)
y = tf.concat([y, tf.reduce_mean(x, axis=1, keepdims=True)], axis=1)
y = tf.reshape(y, (-1, 30))
y = tf.nn.gelu(tf.cast(y, tf.float16))
model = tf.keras.Model(x, y)
"""


def test_functions_of_tensorflow_are_operations() -> None:
    nodes = imported(from_python(TENSORFLOW)).main.nodes
    assert [(node.layer, node.params) for node in nodes[1:]] == [
        ("ops.relu", {}),
        ("ops.mean", {"axis": 1, "keepdims": True}),
        ("ops.concatenate", {"axis": 1}),
        ("ops.reshape", {"newshape": [-1, 30]}),
        ("ops.cast", {"dtype": "float16"}),
        ("ops.gelu", {"approximate": False}),
    ]
