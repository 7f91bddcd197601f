"""Probes every node of every template and of sub-models; calls the layers one by one to compare.

    python -m tests.engine.training.inside.cases

prints JSON, on the active backend: for each template, the number of nodes that were probed and the
largest distance from what the layers return, relative to the largest value of the tensor.
"""

import json
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from engine import templates
from engine.catalogue import load
from engine.document import MAIN, Document, Node
from engine.graph.bypass import without_bypassed
from engine.graph.index import inputs as model_inputs
from engine.graph.kinds import MODEL, is_op
from engine.graph.names import names
from engine.graph.ports import Outline, Ports
from engine.keras.build import _call_params, apply, by_port, construct_op, walk
from engine.keras.network import Network
from engine.machine import backends
from engine.problems import problem
from engine.protocol.frames import Look
from engine.training import compiling
from engine.training.inside.probe import Probe
from engine.training.inside.subject import Subject
from tests.engine.imports.test_weights import nested_and_shared

TEXT = "a film that I liked"
Path = tuple[str, ...]


def one_by_one(
    network: Network, outline: Outline, graph: str, feeds: Mapping[str, Any], around: Path = ()
) -> dict[Path, Any]:
    """What each node returns when the layers are called in order, without a compiled function."""
    index = outline.index(graph)
    layer_names, found = names(index), {}

    def visit(node: Node, ports: Ports, arguments: Any) -> Mapping[str, Any]:
        owner = index.owners[node.id] or node
        if is_op(owner):
            entry = load().layer(owner.layer)
            assert entry is not None
            outputs = construct_op(entry, owner.params)(arguments)
            values = by_port(ports, keras.tree.flatten(outputs))
        else:
            layer = network.model.get_layer(layer_names[owner.id])
            values = apply(layer, ports, arguments, _call_params(node, owner))
        if owner.layer == MODEL and owner.graph:
            part, given = network.parts[node.id], [arguments[port.name] for port in ports.inputs]
            inputs = model_inputs(outline.index(owner.graph).graph)
            inner = dict(zip(inputs, given, strict=True))
            found.update(one_by_one(part, outline, owner.graph, inner, (*around, node.id)))
        return values

    values = walk(outline, graph, feeds, visit)
    found |= {(*around, key): next(iter(ports.values())) for key, ports in values.items()}
    return found


def sample(document: Document, network: Network) -> list[np.ndarray]:
    """Values for each input; axes of any length get 7 values."""
    random = np.random.default_rng(3)
    arrays = []
    for tensor in network.model.inputs:
        shape = [1, *(axis or 7 for axis in tensor.shape[1:])]
        if tensor.dtype == "string":
            arrays.append(np.full(shape, TEXT, object))
        elif "int" in tensor.dtype:
            arrays.append(random.integers(0, 5, shape).astype(tensor.dtype))
        else:
            arrays.append(random.random(shape).astype(tensor.dtype))
    return arrays


def compared(document: Document) -> tuple[int, float]:
    """The number of nodes, and how far their probed values are from those of the layers."""
    document = without_bypassed(document)
    network, outline = compiling.network(document), Outline(document)
    for layer in network.model.layers:
        if isinstance(layer, keras.layers.TextVectorization):
            layer.adapt(np.array([TEXT]))
    arrays = sample(document, network)
    nodes = model_inputs(document.main)
    tensors = [keras.ops.convert_to_tensor(array) for array in arrays]
    expected = one_by_one(network, outline, MAIN, dict(zip(nodes, tensors, strict=True)))
    probe = Probe(network, tuple(expected), arrays)
    assert set(probe.paths) == expected.keys()
    outputs = probe(arrays)
    subject = Subject(network, document, problem("probe_no_data"))
    subject.pictures(probe.paths, outputs, probe.scored)
    for path in probe.paths:
        detail = subject.detail(Look(detail=path), probe, outputs, None)
        assert detail is not None
        layer = network.operation(path)
        assert len(detail.weights) == len(getattr(layer, "weights", ()))
    values = zip(probe.paths, outputs[: len(probe.paths)], strict=True)
    apart = [_apart(value, expected[path]) for path, value in values]
    return len(apart), max(apart)


def _apart(a: Any, b: Any) -> float:
    first, second = (np.asarray(keras.ops.convert_to_numpy(value)) for value in (a, b))
    assert first.shape == second.shape
    if first.dtype == object:
        return float(not np.array_equal(first, second))
    first, second = first.astype("float64"), second.astype("float64")
    assert np.ptp(second) > 0 or second.size <= 1 or not second.any(), "the values tell nothing"
    largest = max(1.0, float(np.abs(second).max(initial=0)))
    return float(np.max(np.abs(first - second), initial=0)) / largest


def main() -> None:
    for template in templates.load():
        document = template.document
        text = any(node.params.get("dtype") == "string" for node in document.main.nodes)
        if not text or backends.get(keras.backend.backend()).text:
            print(json.dumps([template.id, compared(document)]))
    print(json.dumps(["nested and shared", compared(nested_and_shared())]))


if __name__ == "__main__":
    main()
