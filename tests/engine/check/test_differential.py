"""The check compared with Keras on random graphs, valid and invalid, node by node.

The reference is Keras alone: layers are constructed and called in topological order. Both must
refuse the same nodes, or nodes that depend on them; all other nodes must have the same shapes,
dtypes and weights.
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
from engine.graph.index import index_graph
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
    """Inputs of several ranks, and layers that take any of the tensors, fitting or not."""
    chosen = draw(st.lists(st.sampled_from(INPUTS), min_size=1, max_size=3))
    nodes = [node(f"i{index}", "Input", **params) for index, params in enumerate(chosen)]
    edges: list[str] = []
    layers = draw(st.lists(st.sampled_from(sorted(PARAMS)), min_size=1, max_size=8))
    for index, layer in enumerate(layers):
        key, there = f"n{index}", [node["id"] for node in nodes]
        owners = [node["id"] for node in nodes if node["layer"] == layer and "shares" not in node]
        if owners and not layer.startswith("ops.") and draw(st.booleans()):
            nodes.append(node(key, layer, shares=draw(st.sampled_from(owners))))
        else:
            drawn = {name: draw(values) for name, values in PARAMS[layer].items()}
            nodes.append(node(key, layer, **drawn))
        entry = load().layer(layer)
        assert entry is not None
        ports = [port.name for port in entry.inputs if not port.optional or port.name == "x2"]
        ports = ports * 2 if entry.inputs[0].variadic else ports
        for port in ports[: 2 if layer in TWO else 1]:
            edges.append(f"{draw(st.sampled_from([*there, there[-1]]))} > {key}.{port}")
    return document(nodes, edges)


class Reference:
    """The same graph in Keras: the output `tensors` and the `layers` of its nodes."""

    def __init__(self, graph: Document) -> None:
        self.nodes = {node.id: node for node in graph.main.nodes}
        self.edges = sorted(graph.main.edges, key=lambda edge: edge.order)
        self.tensors: dict[str, Any] = {}
        self.layers: dict[str, Any] = {}
        self.refused: set[str] = set()
        for key in index_graph(graph.main).order:
            self.visit(self.nodes[key])

    def visit(self, node: Node) -> None:
        if node.layer == "Input":
            self.tensors[node.id] = keras.Input(**node.params)
            return
        inputs_by_port: dict[str, list[Any]] = {}
        for edge in self.edges:
            if edge.target == node.id:
                inputs_by_port.setdefault(edge.target_port, []).append(
                    self.tensors.get(edge.source)
                )
        if any(tensor is None for tensors in inputs_by_port.values() for tensor in tensors):
            return
        if node.shares in self.refused:
            return
        try:
            self.tensors[node.id] = self.call(node, inputs_by_port)
        except Exception:  # whatever Keras raises is a refusal
            self.layers.pop(node.shares or node.id, None)
            self.refused.add(node.id)

    def call(self, node: Node, inputs_by_port: dict[str, list[Any]]) -> Any:
        entry = load().layer(node.layer)
        assert entry is not None
        several = entry.inputs[0].variadic
        arguments = {
            port: tensors if several else tensors[0] for port, tensors in inputs_by_port.items()
        }
        if node.layer.startswith("ops."):
            return resolve(entry.path)(**arguments, **node.params)
        owner = self.nodes[node.shares or node.id]
        if owner.id not in self.layers:
            self.layers[owner.id] = construct(owner.layer, owner.params)
        first, *rest = arguments
        layer, others = self.layers[owner.id], {port: arguments[port] for port in rest}
        result = layer(arguments[first], **others)
        if not any(None in tensor.shape[1:] for tensor in keras.tree.flatten(arguments)):
            # Keras infers shapes for some calls that it can't compute.
            computed = compute_output_spec(lambda: called_on_zeros(layer, arguments))
            if not all(map(compatible, keras.tree.flatten(result), keras.tree.flatten(computed))):
                raise ValueError("Keras infers another shape than it computes.")
        return result


def called_on_zeros(layer: keras.Layer, arguments: dict[str, Any]) -> Any:
    (_, first), *others = numbers(arguments).items()
    return layer(first, **dict(others))


def compatible(inferred: Any, computed: Any) -> bool:
    return len(inferred.shape) == len(computed.shape) and all(
        wanted in (None, size) for wanted, size in zip(inferred.shape, computed.shape, strict=True)
    )


def numbers(arguments: dict[str, Any]) -> dict[str, Any]:
    """Zeros in place of symbolic tensors, with the batch size of one of them."""
    sizes = {tensor.shape[0] for tensor in keras.tree.flatten(arguments)} - {None}
    batch = sizes.pop() if len(sizes) == 1 else 3
    return keras.tree.map_structure(
        lambda tensor: keras.ops.zeros((tensor.shape[0] or batch, *tensor.shape[1:]), tensor.dtype),
        arguments,
    )


def construct(kind: str, params: dict[str, Any]) -> keras.Layer:
    """A layer, constructed by Keras."""
    arguments = dict(params)
    if isinstance(inner := arguments.get("layer"), dict):
        arguments["layer"] = construct(inner["class"], inner["params"])
    layer: keras.Layer = getattr(keras.layers, kind)(**arguments)
    return layer


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
def test_check_and_keras_refuse_the_same_and_agree_on_the_rest(graph: Document) -> None:
    try:
        with keras.StatelessScope(initialize_variables=False):
            reference = Reference(graph)
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])
    verdict = check(graph)
    tensors = {key: node.outputs[0] for key, node in verdict.nodes.items() if node.outputs}
    event("valid" if len(reference.tensors) == len(reference.nodes) else "invalid")
    assert {key: (tensor.shape, tensor.dtype) for key, tensor in tensors.items()} == {
        key: (tuple(tensor.shape), tensor.dtype) for key, tensor in reference.tensors.items()
    }
    refused = {
        problem.node for problem in verdict.problems if problem.severity == "error" and problem.node
    }
    assert refused.isdisjoint(reference.tensors)
    waiting = {problem.node for problem in verdict.problems if problem.code == "waits"}
    assert refused | waiting == set(reference.nodes).difference(reference.tensors)
    assert reference.refused - refused <= {key for key in waiting if key and waits(reference, key)}
    for key, layer in reference.layers.items():
        if key in tensors:
            counted = verdict.nodes[key].trainable + verdict.nodes[key].non_trainable
            assert counted == layer.count_params()


def waits(reference: Reference, key: str) -> bool:
    """Whether a node shares a layer without output, or has an input that does not exist."""
    owner = reference.nodes[key].shares
    if owner is not None and owner not in reference.tensors:
        return True
    return any(
        edge.target == key and edge.source not in reference.tensors for edge in reference.edges
    )
