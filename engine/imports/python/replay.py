"""Put the layers of a document on the tape, as if source had created and called them."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.document import Edge, Graph, Node
from engine.graph.index import endpoints, index_graph, inputs
from engine.graph.kinds import INPUT
from engine.graph.ports import Outline, call_arguments, constructor_params
from engine.imports.graph_builder import Imported
from engine.imports.python.layers import as_layer, record
from engine.imports.python.state import State
from engine.imports.python.values import (
    Layer,
    Model,
    Tensor,
)


def replay(
    state: State, imported: Imported, line: int, input_tensor: Tensor | None = None
) -> Model:
    """The main graph of a document as a model; its sub-models become models that it calls.

    `input_tensor` takes the place of its only Input, if it is given.
    """
    return _replayed(state, imported, imported.document.main, line, input_tensor)


def _replayed(
    state: State, imported: Imported, graph: Graph, line: int, input_tensor: Tensor | None = None
) -> Model:
    outline, index = Outline(imported.document), index_graph(graph)
    tensors: dict[tuple[str, str], Tensor] = {}
    owners: dict[str, Layer] = {}
    for node in _in_order(graph, index.order):
        if node.layer == INPUT and input_tensor is not None:
            tensors[node.id, "output"] = input_tensor
            continue
        owner = index.owners[node.id] or node
        key = node.shares or node.id
        if key not in owners:
            inner = owner.graph and imported.document.graph(owner.graph)
            owners[key] = (
                as_layer(_replayed(state, imported, inner, line)) if inner else _layer(owner, line)
            )
        arguments: dict[str, Any] = {**_tensors(index.incoming.get(node.id, {}), tensors)}
        ports = outline.ports(graph.id, node.id)
        args: list[Tensor] = []
        if owners[key].model is not None and ports:
            args = [tensor for port in ports.inputs for tensor in arguments.pop(port.name, [])]
        result = record(state, owners[key], args, {**arguments, **call_arguments(node)}, line)
        names = ports.output_names if ports else ("output",)
        outputs = result if isinstance(result, list) else [result]
        tensors |= {(node.id, name): tensor for name, tensor in zip(names, outputs, strict=False)}
    model = Model(line, graph.name or imported.document.name)
    state.journal.new(vars(model))
    model.inputs = [tensors[node, "output"] for node in inputs(graph)]
    model.outputs = [tensors[end.node, end.port] for end in endpoints(index)]
    return model


def _in_order(graph: Graph, order: tuple[str, ...]) -> list[Node]:
    nodes = {node.id: node for node in graph.nodes}
    return [nodes[id] for id in order]


def _layer(owner: Node, line: int) -> Layer:
    return Layer(owner.layer, dict(constructor_params(owner)), owner.name, line)


def _tensors(
    incoming: Mapping[str, Sequence[Edge]], tensors: Mapping[tuple[str, str], Tensor]
) -> dict[str, list[Tensor]]:
    """The tensors at each input port of a node, in order."""
    return {
        port: [tensors[edge.source, edge.source_port] for edge in edges]
        for port, edges in incoming.items()
    }
