"""A graph, indexed once: topological order, edges, cycles, inputs and outputs.

Everything here is iterative and linear in nodes and edges: a chain of 5,000 nodes exceeds no
recursion limit, and the cost of a graph with 2^60 paths depends only on its number of edges.
"""

from collections.abc import Mapping
from functools import cached_property

from engine.document import Endpoint, Graph, Node
from engine.graph.kinds import INPUT
from engine.graph.topology import Topology, topology


class GraphIndex:
    """A graph with lookup tables for its nodes and edges.

    `incoming` holds the edges into each node by port, in order; `outgoing` those out of it. Edges
    with a missing end are only in `dangling`. `order` is a topological order of the nodes that are
    neither on a cycle nor downstream of one; `cycles` holds one cycle for each strongly connected
    component; `all_ids` is `order`, then the remaining nodes by position.
    """

    def __init__(self, graph: Graph, topology: Topology) -> None:
        self.graph, self.topology = graph, topology
        self.nodes: Mapping[str, Node] = {node.id: node for node in graph.nodes}
        self.incoming, self.outgoing = topology.incoming, topology.outgoing
        self.dangling, self.order = topology.dangling, topology.order
        self.cycles, self.all_ids = topology.cycles, topology.all_ids

    @cached_property
    def owners(self) -> Mapping[str, Node | None]:
        """The layer owner of each node: itself, or the last node of its chain of `shares`.

        None when a node of that chain is missing, or the chain is a cycle.
        """
        return {key: owner_of(self.nodes, key) for key in self.nodes}


def owner_of(nodes: Mapping[str, Node], key: str) -> Node | None:
    """Return the layer owner of the node `key`; see `GraphIndex.owners`."""
    visited: set[str] = set()
    node = nodes.get(key)
    while node is not None and node.shares is not None:
        if node.id in visited:
            return None
        visited.add(node.id)
        node = nodes.get(node.shares)
    return node


def index_graph(graph: Graph) -> GraphIndex:
    """Return the index of a graph; see `GraphIndex`."""
    return GraphIndex(graph, topology(graph))


def inputs(graph: Graph) -> tuple[str, ...]:
    """Return the ids of the Input nodes in the order of the model's inputs.

    First those that `Graph.inputs` lists, then the others by id. It does not depend on positions.
    """
    present = {node.id for node in graph.nodes if node.layer == INPUT}
    listed = dict.fromkeys(id for id in graph.inputs if id in present)
    return (*listed, *sorted(present - listed.keys()))


def outputs(graph: Graph) -> tuple[str, ...]:
    """Return the ids of the nodes whose tensors the model returns, in order (see `endpoints`)."""
    return tuple(endpoint.node for endpoint in endpoints(index_graph(graph)))


def endpoints(index: GraphIndex) -> tuple[Endpoint, ...]:
    """Return the model's outputs: `Graph.outputs`, or each node without outgoing edges.

    An Input without outgoing edges is not an output. The port "output" is the first output port.
    """
    if index.graph.outputs:
        return tuple(end for end in index.graph.outputs if end.node in index.nodes)
    return tuple(
        Endpoint(node=key)
        for key in index.order
        if not index.outgoing[key] and index.nodes[key].layer != INPUT
    )
