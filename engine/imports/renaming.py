"""Rename the ids of a document's nodes and sub-models, and the ports that are named after ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.document import MAIN, Block, Constant, Document, Edge, Endpoint, Graph, Node, Training
from engine.graph.kinds import MODEL
from engine.graph.ports import Outline, Ports

PortNames = tuple[dict[str, str], dict[str, str]]  # new names of input and output ports
_NONE: PortNames = ({}, {})
NODE = len(("graphs", "id", "nodes", "id"))
"""Steps of a path to a node."""


@dataclass
class Names:
    """The new ids of a document's graphs and nodes, by the old ids."""

    graphs: dict[str, str] = field(default_factory=dict)
    nodes: dict[tuple[str, str], str] = field(default_factory=dict)  # (graph, node) → node

    def node(self, graph: str, node: str) -> str:
        """The new id of a node; the old one when it has no new one."""
        return self.nodes.get((graph, node), node)


def renamed(document: Document, names: Names) -> Document:
    """Return the document with new ids; edges keep theirs.

    Its sub-models must not contain each other in a cycle.
    """
    renaming = _Renaming(document, names)
    return document.model_copy(
        update={
            "graphs": tuple(renaming.graph(graph.id) for graph in document.graphs),
            "training": _training(document.training, names),
            "constants": tuple(_constant(constant, names) for constant in document.constants),
        }
    )


class _Renaming:
    """Renames graphs, sub-models first: a call's ports are named after the nodes inside."""

    def __init__(self, document: Document, names: Names) -> None:
        self.names = names
        self.old = {graph.id: graph for graph in document.graphs}
        self.done: dict[str, Graph] = {}
        self._known: dict[str, PortNames] = {}

    def graph(self, id: str) -> Graph:
        if id not in self.done:
            self.done[id] = self._rename(self.old[id])
        return self.done[id]

    def _rename(self, graph: Graph) -> Graph:
        nodes = {node.id: node for node in graph.nodes}
        owners = {key: nodes.get(node.shares or key, node) for key, node in nodes.items()}
        ports = {key: self._ports(owner) for key, owner in owners.items()}
        named = graph.model_copy(
            update={"id": self.names.graphs.get(graph.id, graph.id), "nodes": self._nodes(graph)}
        )
        return named.model_copy(
            update={
                "edges": tuple(self._edge(graph.id, edge, ports) for edge in graph.edges),
                "inputs": tuple(self.names.node(graph.id, node) for node in graph.inputs),
                "outputs": tuple(self._end(graph.id, end, ports) for end in graph.outputs),
                "blocks": tuple(self._block(graph.id, block) for block in graph.blocks),
            }
        )

    def _nodes(self, graph: Graph) -> tuple[Node, ...]:
        return tuple(
            node.model_copy(
                update={
                    "id": self.names.node(graph.id, node.id),
                    "shares": node.shares and self.names.node(graph.id, node.shares),
                    "graph": node.graph and self.names.graphs.get(node.graph, node.graph),
                }
            )
            for node in graph.nodes
        )

    def _block(self, graph: str, block: Block) -> Block:
        nodes = tuple(self.names.node(graph, node) for node in block.nodes)
        return block.model_copy(update={"nodes": nodes})

    def _ports(self, owner: Node) -> PortNames:
        """The new port names for a call of a sub-model; other layers keep theirs."""
        if owner.layer != MODEL or owner.graph not in self.old:
            return _NONE
        if owner.graph not in self._known:
            old, new = model_ports(self.old[owner.graph]), model_ports(self.graph(owner.graph))
            self._known[owner.graph] = (
                {a.name: b.name for a, b in zip(old.inputs, new.inputs, strict=True)},
                {a.name: b.name for a, b in zip(old.outputs, new.outputs, strict=True)},
            )
        return self._known[owner.graph]

    def _edge(self, graph: str, edge: Edge, ports: Mapping[str, PortNames]) -> Edge:
        _, outputs = ports.get(edge.source, _NONE)
        inputs, _ = ports.get(edge.target, _NONE)
        return edge.model_copy(
            update={
                "source": self.names.node(graph, edge.source),
                "source_port": outputs.get(edge.source_port, edge.source_port),
                "target": self.names.node(graph, edge.target),
                "target_port": inputs.get(edge.target_port, edge.target_port),
            }
        )

    def _end(self, graph: str, end: Endpoint, ports: Mapping[str, PortNames]) -> Endpoint:
        _, outputs = ports.get(end.node, _NONE)
        port = outputs.get(end.port, end.port)
        return Endpoint(node=self.names.node(graph, end.node), port=port)


def model_ports(graph: Graph) -> Ports:
    """The ports of a call of this graph as a sub-model."""
    around = (graph,) if graph.id == MAIN else (Graph(id=MAIN), graph)
    return Outline(Document(graphs=around)).model_ports(graph.id)


def _training(training: Training, names: Names) -> Training:
    bindings, outputs = (
        tuple(item.model_copy(update={"node": names.node(MAIN, item.node)}) for item in items)
        for items in (training.bindings, training.outputs)
    )
    return training.model_copy(update={"bindings": bindings, "outputs": outputs})


def _constant(constant: Constant, names: Names) -> Constant:
    uses = tuple(_path(path, names) for path in constant.uses)
    return constant.model_copy(update={"uses": uses})


def _path(path: tuple[str, ...], names: Names) -> tuple[str, ...]:
    """The path of a value, with the new ids of its graph and its node."""
    if path[:1] != ("graphs",) or path[2:3] != ("nodes",) or len(path) < NODE:
        return path
    _, graph, _, node, *rest = path
    return ("graphs", names.graphs.get(graph, graph), "nodes", names.node(graph, node), *rest)
