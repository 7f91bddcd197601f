"""Nodes and wires of one graph while an importer reads it: what all importers share."""

from typing import Any

from engine.document import MAIN, Document, Edge, Endpoint, Graph, Node
from engine.graph.kinds import MODEL
from engine.graph.ports import Outline, Ports, calling
from engine.graph.wiring import endpoints, wiring
from engine.problems import Problem
from engine.values import Frozen


class Imported(Frozen):
    """What became of somebody else's model: a document, and what could not be kept."""

    document: Document
    problems: tuple[Problem, ...] = ()


class Drawing:
    """Collects the nodes, wires and outputs of one graph; `graphs` holds the finished ones."""

    def __init__(self, graphs: list[Graph]) -> None:
        self.graphs = graphs
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.outputs: list[Endpoint] = []
        self._known: dict[tuple[str, str], Ports | None] = {}

    def node(self, **fields: Any) -> str:
        """Add a node and return its id."""
        id = f"n{len(self.nodes) + 1}"
        # Places before the layout keep the order of the source, which orders inputs.
        position = {"x": 0.0, "y": float(len(self.nodes))}
        self.nodes[id] = Node(id=id, position=position, **fields)
        return id

    def wire(self, source: str, output: int, target: str, port: str, order: float) -> None:
        """Connect output number `output` of `source` to a port of `target`."""
        edge = Edge(
            id=f"e{len(self.edges) + 1}",
            source=source,
            source_port=self.output_port(source, output),
            target=target,
            target_port=port,
            order=order,
        )
        self.edges.append(edge)

    def give(self, node: str, output: int) -> None:
        """The model returns output number `output` of `node`."""
        self.outputs.append(Endpoint(node=node, port=self.output_port(node, output)))

    def graph(self, id: str, name: str = "") -> Graph:
        """The finished graph."""
        return Graph(
            id=id,
            name=name[:200],
            nodes=tuple(self.nodes.values()),
            edges=tuple(self.edges),
            outputs=() if self._is_plain() else tuple(self.outputs),
        )

    def _is_plain(self) -> bool:
        """Whether the one output is the one that the document takes anyhow."""
        graph = Graph(id=MAIN, nodes=tuple(self.nodes.values()), edges=tuple(self.edges))
        return len(self.outputs) == 1 and endpoints(wiring(graph)) == tuple(self.outputs)

    def input_ports(self, node: str) -> list[str]:
        """The names of a node's input ports; ["inputs"] when its layer is not known."""
        ports = self._ports(node)
        return [port.name for port in ports.inputs] if ports and ports.inputs else ["inputs"]

    def is_variadic(self, node: str, port: str) -> bool:
        """Whether a port takes any number of wires."""
        ports = self._ports(node)
        return ports is None or any(one.variadic for one in ports.inputs if one.name == port)

    def output_port(self, node: str, index: int) -> str:
        """The name of output number `index` of a node."""
        ports = self._ports(node)
        names = [port.name for port in ports.outputs] if ports else []
        return names[index] if index < len(names) else "output" if index == 0 else f"output_{index}"

    def outputs_of(self, node: str) -> int:
        """How many tensors leave a node."""
        ports = self._ports(node)
        return max(1, len(ports.outputs)) if ports else 1

    def owner(self, node: str) -> Node:
        """The node that holds the layer which `node` calls."""
        return self.nodes[self.nodes[node].shares or node]

    def _ports(self, node: str) -> Ports | None:
        """A layer's ports: they follow from its parameters, or from the graph of its model."""
        owner = self.owner(node)
        called = calling(owner, self.nodes[node])
        key = (owner.id, owner.id if called is owner else node)
        if key not in self._known:
            self._known[key] = self._find_ports(called)
        return self._known[key]

    def _find_ports(self, owner: Node) -> Ports | None:
        if owner.layer == MODEL:
            graph = next(graph for graph in self.graphs if graph.id == owner.graph)
            rest = tuple(one for one in self.graphs if one.id != MAIN)
            outline = Outline(Document(graphs=(Graph(id=MAIN), *rest)))
            return outline.model_ports(graph.id)
        return Outline(Document(graphs=(Graph(id=MAIN, nodes=(owner,)),))).ports(MAIN, owner.id)
