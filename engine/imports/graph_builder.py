"""Build a graph node by node and edge by edge; the base of all importers."""

from collections.abc import Iterator
from typing import Any

from engine.document import MAIN, Block, Document, Edge, Endpoint, Graph, Node
from engine.graph.index import endpoints, index_graph
from engine.graph.kinds import INPUT, MODEL
from engine.graph.ports import Outline, Ports, layer_ports, with_call_arguments
from engine.imports.asking import SourceModel
from engine.problems import Problem
from engine.values import Frozen


class Imported(Frozen):
    """The result of an import: a document, and problems for what it can't hold.

    `models` are those of a source that can be chosen, and `taken` the index of the one read;
    nothing is left to ask. `placed` is true where the file says where the nodes lie.
    """

    document: Document
    problems: tuple[Problem, ...] = ()
    models: tuple[SourceModel, ...] = ()
    taken: int | None = None
    questions: tuple[()] = ()
    placed: bool = False


class GraphBuilder:
    """Collects nodes, edges, inputs and outputs of one graph; `graphs` holds the finished graphs.

    Input nodes that are not in `inputs` follow it in the order in which they were added.
    """

    def __init__(self, graphs: list[Graph]) -> None:
        self.graphs = graphs
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.inputs: list[str] = []
        self.outputs: list[Endpoint] = []
        self.blocks: list[Block] = []
        self._port_cache: dict[tuple[str, str], Ports | None] = {}

    def add_node(self, **fields: Any) -> str:
        """Add a node and return its id."""
        id = f"n{len(self.nodes) + 1}"
        # Positions before the layout follow the source.
        position = {"x": 0.0, "y": float(len(self.nodes))}
        self.nodes[id] = Node(id=id, position=position, **fields)
        return id

    def add_edge(self, source: str, output: int, target: str, port: str, order: float) -> None:
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

    def add_output(self, node: str, output: int) -> None:
        """Make output number `output` of `node` an output of the model."""
        self.outputs.append(Endpoint(node=node, port=self.output_port(node, output)))

    def graph(self, id: str, name: str = "") -> Graph:
        """The finished graph."""
        return Graph(
            id=id,
            name=name[:200],
            nodes=tuple(self.nodes.values()),
            edges=tuple(self.edges),
            inputs=tuple(dict.fromkeys((*self.inputs, *self._input_nodes()))),
            outputs=() if self._has_default_output() else tuple(self.outputs),
            blocks=tuple(self.blocks),
        )

    def _input_nodes(self) -> Iterator[str]:
        return (node.id for node in self.nodes.values() if node.layer == INPUT)

    def _has_default_output(self) -> bool:
        """Whether the model has only the output that a graph without `outputs` has."""
        if len(self.outputs) != 1:
            return False
        graph = Graph(id=MAIN, nodes=tuple(self.nodes.values()), edges=tuple(self.edges))
        return endpoints(index_graph(graph)) == tuple(self.outputs)

    def input_ports(self, node: str) -> list[str]:
        """The names of a node's input ports; ["inputs"] when its layer is unknown."""
        ports = self._ports(node)
        return [port.name for port in ports.inputs] if ports and ports.inputs else ["inputs"]

    def output_port(self, node: str, index: int) -> str:
        """The name of output number `index` of a node."""
        ports = self._ports(node)
        names = [port.name for port in ports.outputs] if ports else []
        return names[index] if index < len(names) else "output" if index == 0 else f"output_{index}"

    def count_outputs(self, node: str) -> int:
        """The number of tensors that a node outputs."""
        ports = self._ports(node)
        return max(1, len(ports.outputs)) if ports else 1

    def owner(self, node: str) -> Node:
        """The owner of the layer that `node` calls."""
        return self.nodes[self.nodes[node].shares or node]

    def _ports(self, node: str) -> Ports | None:
        """A layer's ports, which follow from its parameters or from its sub-model's graph."""
        owner = self.owner(node)
        called = with_call_arguments(owner, self.nodes[node])
        key = (owner.id, owner.id if called is owner else node)
        if key not in self._port_cache:
            self._port_cache[key] = self._find_ports(called)
        return self._port_cache[key]

    def _find_ports(self, owner: Node) -> Ports | None:
        if owner.layer != MODEL:
            return layer_ports(owner.layer, owner.params)
        inner = next(graph for graph in self.graphs if graph.id == owner.graph)
        rest = tuple(graph for graph in self.graphs if graph.id != MAIN)
        outline = Outline(Document(graphs=(Graph(id=MAIN), *rest)))
        return outline.model_ports(inner.id)
