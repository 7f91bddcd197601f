"""A graph, indexed once: order, wires, cycles, inputs and outputs.

Everything here is iterative and linear in nodes and wires: a chain of 5,000 nodes meets no
recursion limit, and a graph with 2^60 paths costs no more than its wires.
"""

from collections.abc import Mapping
from functools import cached_property

from engine.document import Endpoint, Graph, Node
from engine.graph.kinds import INPUT
from engine.graph.topology import Topology, topology


class Wiring:
    """A graph, indexed once.

    `incoming` holds the wires into each node by port, in their order; `outgoing` those out of
    it. Wires with a missing end are in `dangling` and nowhere else. `order` is a topological
    order of the nodes that lie neither on nor behind a cycle; `cycles` names, for each knot of
    cycles, one way around it; `everything` is `order` and then the rest by position.
    """

    def __init__(self, graph: Graph, topology: Topology) -> None:
        self.graph, self.topology = graph, topology
        self.nodes: Mapping[str, Node] = {node.id: node for node in graph.nodes}
        self.incoming, self.outgoing = topology.incoming, topology.outgoing
        self.dangling, self.order = topology.dangling, topology.order
        self.cycles, self.everything = topology.cycles, topology.everything

    @cached_property
    def owners(self) -> Mapping[str, Node | None]:
        """For each node the node whose layer it calls: itself, or the end of its `shares`.

        None when that end is missing or the shares run in a circle.
        """
        return {key: owner_of(self.nodes, key) for key in self.nodes}


def owner_of(nodes: Mapping[str, Node], key: str) -> Node | None:
    """Return the node whose layer the node `key` calls; see `Wiring.owners`."""
    seen: set[str] = set()
    node = nodes.get(key)
    while node is not None and node.shares is not None:
        if node.id in seen:
            return None
        seen.add(node.id)
        node = nodes.get(node.shares)
    return node


def wiring(graph: Graph) -> Wiring:
    """Index a graph; see `Wiring`."""
    return Wiring(graph, topology(graph))


def topological_order(graph: Graph) -> tuple[str, ...]:
    """Node ids so that each comes after all that feed it; see `Wiring.order`."""
    return wiring(graph).order


def inputs(graph: Graph) -> tuple[str, ...]:
    """Ids of the Input nodes in the order in which the model takes them.

    First those that `Graph.inputs` lists, then the others by id. No move of a node changes it.
    """
    present = {node.id for node in graph.nodes if node.layer == INPUT}
    listed = dict.fromkeys(id for id in graph.inputs if id in present)
    return (*listed, *sorted(present - listed.keys()))


def outputs(graph: Graph) -> tuple[str, ...]:
    """Ids of the nodes whose tensors the model returns, in order (see `endpoints`)."""
    return tuple(endpoint.node for endpoint in endpoints(wiring(graph)))


def endpoints(wires: Wiring) -> tuple[Endpoint, ...]:
    """What the model returns: `Graph.outputs`, or each node that feeds no other.

    An Input that feeds nothing is no output. The port "output" is the first one.
    """
    if wires.graph.outputs:
        return tuple(end for end in wires.graph.outputs if end.node in wires.nodes)
    return tuple(
        Endpoint(node=key)
        for key in wires.order
        if not wires.outgoing[key] and wires.nodes[key].layer != INPUT
    )
