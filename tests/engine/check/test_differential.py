"""The check against Keras on random graphs, sound and broken, node by node.

The other side is Keras alone: layers made and called by hand in topological order. Both must
refuse the same nodes, for themselves or because they wait for one that is refused; all others
have the same shapes, dtypes and weights.
"""

from typing import Any

import keras
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from keras.src.backend import compute_output_spec
from keras.src.backend.common import global_state

from engine.catalogue import load
from engine.check import check
from engine.document import Document, Node
from engine.graph.index import topological_order
from engine.keras.build import resolve
from tests.engine.documents import document, node

SIZES = st.integers(1, 4)
FACES = st.sampled_from(["valid", "same"])
AXES = st.sampled_from([-1, 0, 1, 2, 3])
POSITIVE = st.integers(0, 4)  # 0 is refused
PARAMS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "Dense": {"units": POSITIVE},
    "Conv1D": {"filters": POSITIVE, "kernel_size": SIZES, "padding": FACES},
    "Conv2D": {"filters": SIZES, "kernel_size": SIZES, "strides": SIZES, "padding": FACES},
    "DepthwiseConv2D": {"kernel_size": SIZES},
    "Conv2DTranspose": {"filters": SIZES, "kernel_size": SIZES, "padding": FACES},
    "MaxPooling1D": {"pool_size": SIZES},
    "AveragePooling2D": {"pool_size": SIZES, "padding": FACES},
    "GlobalAveragePooling2D": {"keepdims": st.booleans()},
    "GlobalMaxPooling1D": {},
    "UpSampling2D": {"size": SIZES},
    "ZeroPadding1D": {"padding": SIZES},
    "Cropping2D": {"cropping": SIZES},
    "Flatten": {},
    "Reshape": {
        "target_shape": st.lists(st.sampled_from([-1, 2, 3, 4, 6]), min_size=1, max_size=3)
    },
    "Permute": {"dims": st.permutations([1, 2])},
    "RepeatVector": {"n": SIZES},
    "Embedding": {"input_dim": SIZES, "output_dim": SIZES},
    "LSTM": {"units": SIZES, "return_sequences": st.booleans()},
    "GRU": {"units": SIZES, "return_sequences": st.booleans()},
    "BatchNormalization": {"axis": AXES},
    "LayerNormalization": {"axis": AXES},
    "Softmax": {"axis": AXES},
    "Dropout": {"rate": st.sampled_from([0.0, 0.5, 2.0])},
    "TimeDistributed": {"layer": st.just({"class": "Dense", "params": {"units": 3}})},
    "Bidirectional": {"layer": st.just({"class": "SimpleRNN", "params": {"units": 2}})},
    "Add": {},
    "Multiply": {},
    "Subtract": {},
    "Concatenate": {"axis": AXES},
    "Dot": {"axes": AXES},
    "MultiHeadAttention": {"num_heads": SIZES, "key_dim": SIZES},
    "Attention": {},
    "AdditiveAttention": {},
    "Average": {},
    "EinsumDense": {
        "equation": st.sampled_from(["ab,bc->ac", "abc,cd->abd", "...x,xy->...y"]),
        "output_shape": st.sampled_from([3, [None, 3]]),
    },
    "AdaptiveAveragePooling2D": {"output_size": SIZES},
    "AdaptiveMaxPooling1D": {"output_size": SIZES},
    "SeparableConv2D": {"filters": SIZES, "kernel_size": SIZES, "padding": FACES},
    "GroupNormalization": {"groups": SIZES},
    "RMSNormalization": {"axis": AXES},
    "UnitNormalization": {"axis": AXES},
    "PReLU": {},
    "RandomFlip": {},
    "RandomHue": {"factor": st.just(0.1)},
    "ops.matmul": {},
    "ops.add": {},
    "ops.mean": {"axis": AXES, "keepdims": st.booleans()},
    "ops.expand_dims": {"axis": AXES},
}
TWO = ("Add", "Average", "Multiply", "Subtract", "Concatenate", "Dot", "MultiHeadAttention",
       "Attention", "AdditiveAttention", "ops.matmul", "ops.add")  # fmt: skip
INPUTS: list[dict[str, Any]] = [
    {"shape": [4]},
    {"shape": [6]},
    {"shape": [5, 6]},
    {"shape": [None, 4]},
    {"shape": [8, 8, 3]},
    {"shape": [3], "dtype": "int32"},
]


@st.composite
def graphs(draw: st.DrawFn) -> Document:
    """Inputs of several ranks, and layers that take any tensors that are there, fitting or not."""
    chosen = draw(st.lists(st.sampled_from(INPUTS), min_size=1, max_size=3))
    nodes = [node(f"i{index}", "Input", **params) for index, params in enumerate(chosen)]
    edges: list[str] = []
    layers = draw(st.lists(st.sampled_from(sorted(PARAMS)), min_size=1, max_size=8))
    for index, layer in enumerate(layers):
        key, there = f"n{index}", [node["id"] for node in nodes]
        alike = [node["id"] for node in nodes if node["layer"] == layer and "shares" not in node]
        if alike and not layer.startswith("ops.") and draw(st.booleans()):
            nodes.append(node(key, layer, shares=draw(st.sampled_from(alike))))
        else:
            given = {name: draw(values) for name, values in PARAMS[layer].items()}
            nodes.append(node(key, layer, **given))
        entry = load().layer(layer)
        assert entry is not None
        ports = [port.name for port in entry.inputs if not port.optional or port.name == "x2"]
        ports = ports * 2 if entry.inputs[0].variadic else ports
        for port in ports[: 2 if layer in TWO else 1]:
            edges.append(f"{draw(st.sampled_from([*there, there[-1]]))} > {key}.{port}")
    return document(nodes, edges)


class Keras:
    """The same graph, called by hand: `tensors` that came out, and the `layers` of their nodes."""

    def __init__(self, graph: Document) -> None:
        self.nodes = {node.id: node for node in graph.main.nodes}
        self.wires = sorted(graph.main.edges, key=lambda edge: edge.order)
        self.tensors: dict[str, Any] = {}
        self.layers: dict[str, Any] = {}
        self.refused: set[str] = set()
        for key in topological_order(graph.main):
            self.visit(self.nodes[key])

    def visit(self, one: Node) -> None:
        if one.layer == "Input":
            self.tensors[one.id] = keras.Input(**one.params)
            return
        came: dict[str, list[Any]] = {}
        for wire in self.wires:
            if wire.target == one.id:
                came.setdefault(wire.target_port, []).append(self.tensors.get(wire.source))
        if any(tensor is None for tensors in came.values() for tensor in tensors):
            return
        if one.shares in self.refused:
            return
        try:
            self.tensors[one.id] = self.called(one, came)
        except Exception:  # whatever Keras raises is a refusal
            self.layers.pop(one.shares or one.id, None)
            self.refused.add(one.id)

    def called(self, one: Node, came: dict[str, list[Any]]) -> Any:
        entry = load().layer(one.layer)
        assert entry is not None
        several = entry.inputs[0].variadic
        given = {port: tensors if several else tensors[0] for port, tensors in came.items()}
        if one.layer.startswith("ops."):
            return resolve(entry.path)(**given, **one.params)
        owner = self.nodes[one.shares or one.id]
        if owner.id not in self.layers:
            self.layers[owner.id] = made(owner.layer, owner.params)
        first, *rest = given
        layer, others = self.layers[owner.id], {port: given[port] for port in rest}
        result = layer(given[first], **others)
        if not any(None in tensor.shape[1:] for tensor in keras.tree.flatten(given)):
            # Shapes are one thing, what Keras can compute another: it infers some shapes laxly.
            computed = compute_output_spec(lambda: called_on_zeros(layer, given))
            if not all(map(alike, keras.tree.flatten(result), keras.tree.flatten(computed))):
                raise ValueError("Keras infers another shape than it computes.")
        return result


def called_on_zeros(layer: keras.Layer, given: dict[str, Any]) -> Any:
    (_, first), *others = numbers(given).items()
    return layer(first, **dict(others))


def alike(inferred: Any, computed: Any) -> bool:
    return len(inferred.shape) == len(computed.shape) and all(
        wanted in (None, size) for wanted, size in zip(inferred.shape, computed.shape, strict=True)
    )


def numbers(given: dict[str, Any]) -> dict[str, Any]:
    """Zeros in the place of symbolic tensors, for a batch of the size that one of them has."""
    known = {one.shape[0] for one in keras.tree.flatten(given)} - {None}
    batch = known.pop() if len(known) == 1 else 3
    return keras.tree.map_structure(
        lambda one: keras.ops.zeros((one.shape[0] or batch, *one.shape[1:]), one.dtype), given
    )


def made(kind: str, params: dict[str, Any]) -> keras.Layer:
    """A layer by Keras's own hand."""
    given = dict(params)
    if isinstance(inner := given.get("layer"), dict):
        given["layer"] = made(inner["class"], inner["params"])
    layer: keras.Layer = getattr(keras.layers, kind)(**given)
    return layer


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
def test_check_and_keras_refuse_the_same_and_agree_on_the_rest(graph: Document) -> None:
    try:
        with keras.StatelessScope(initialize_variables=False):
            theirs = Keras(graph)
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])
    verdict = check(graph)
    told = {key: one.outputs[0] for key, one in verdict.nodes.items() if one.outputs}
    event("sound" if len(theirs.tensors) == len(theirs.nodes) else "broken")
    assert {key: (one.shape, one.dtype) for key, one in told.items()} == {
        key: (tuple(one.shape), one.dtype) for key, one in theirs.tensors.items()
    }
    refused = {
        problem.node for problem in verdict.problems if problem.severity == "error" and problem.node
    }
    assert refused.isdisjoint(theirs.tensors)
    blamed = {problem.node for problem in verdict.problems if problem.code == "waits"}
    assert refused | blamed == set(theirs.nodes).difference(theirs.tensors)
    assert theirs.refused - refused <= {key for key in blamed if key and waits(theirs, key)}
    for key, layer in theirs.layers.items():
        if key in told:
            counted = verdict.nodes[key].trainable + verdict.nodes[key].non_trainable
            assert counted == layer.count_params()


def waits(theirs: Keras, key: str) -> bool:
    """Whether a node calls a layer that gave nothing, or takes something that is not there."""
    owner = theirs.nodes[key].shares
    if owner is not None and owner not in theirs.tensors:
        return True
    return any(wire.target == key and wire.source not in theirs.tensors for wire in theirs.wires)
