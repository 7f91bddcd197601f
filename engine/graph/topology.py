"""How the nodes of a graph hang together, remembered while only parameters are edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from engine.document import Edge, Graph, Node
from engine.graph.cycles import components, way_around


@dataclass(frozen=True, eq=False)
class Topology:
    """What a graph's nodes and wires say without parameters; see engine.graph.wiring.Wiring.

    `nodes` are those of the first graph that hung together like this: their parameters are
    anybody's.
    """

    nodes: Mapping[str, Node]
    incoming: Mapping[str, Mapping[str, tuple[Edge, ...]]]
    outgoing: Mapping[str, tuple[Edge, ...]]
    dangling: tuple[Edge, ...]
    order: tuple[str, ...]
    cycles: tuple[tuple[str, ...], ...]

    @cached_property
    def everything(self) -> tuple[str, ...]:
        """All node ids: `order`, then those on or behind a cycle by position."""
        ordered = set(self.order)
        rest = sorted((n for n in self.nodes.values() if n.id not in ordered), key=place)
        return (*self.order, *(node.id for node in rest))


class _Key:
    """A graph, equal to others that differ in nothing but parameters, outputs and names."""

    __slots__ = ("_told", "graph")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._told = (
            tuple(
                (n.id, n.layer, n.name, n.shares, n.graph, n.position.x, n.position.y)
                for n in graph.nodes
            ),
            tuple(
                (e.id, e.source, e.source_port, e.target, e.target_port, e.order)
                for e in graph.edges
            ),
        )

    def __hash__(self) -> int:
        return hash(self._told)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._told == other._told


def topology(graph: Graph) -> Topology:
    """Find out how a graph hangs together. Costs little for one that was seen just before."""
    return _topology(_Key(graph))


@lru_cache(maxsize=16)
def _topology(key: _Key) -> Topology:
    graph = key.graph
    nodes = {node.id: node for node in graph.nodes}
    sound = [edge for edge in graph.edges if edge.source in nodes and edge.target in nodes]
    outgoing: dict[str, list[Edge]] = {key: [] for key in nodes}
    incoming: dict[str, dict[str, list[Edge]]] = {key: {} for key in nodes}
    for edge in sorted(sound, key=lambda edge: (edge.order, edge.id)):
        outgoing[edge.source].append(edge)
        incoming[edge.target].setdefault(edge.target_port, []).append(edge)
    after = {key: {edge.target for edge in edges} for key, edges in outgoing.items()}
    order = _depth_first(nodes, after)
    return Topology(
        nodes=nodes,
        incoming={
            key: {port: tuple(edges) for port, edges in ports.items()}
            for key, ports in incoming.items()
        },
        outgoing={key: tuple(edges) for key, edges in outgoing.items()},
        dangling=tuple(e for e in graph.edges if e.source not in nodes or e.target not in nodes),
        order=order,
        cycles=_cycles(nodes, after, set(nodes).difference(order)),
    )


def _depth_first(nodes: Mapping[str, Node], after: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Follow each branch to its end before the next one begins, as a person would write it.

    A node comes once all that feeds it has come. Where several could be next, the upper left
    one is, so that the order does not depend on the order of the graph's tuples.
    """
    missing = dict.fromkeys(nodes, 0)
    for targets in after.values():
        for target in targets:
            missing[target] += 1
    ready = _last_first(nodes, (key for key, count in missing.items() if count == 0))
    order = []
    while ready:
        key = ready.pop()
        order.append(key)
        freed = []
        for target in after[key]:
            missing[target] -= 1
            if missing[target] == 0:
                freed.append(target)
        ready.extend(_last_first(nodes, freed))
    return tuple(order)


def _last_first(nodes: Mapping[str, Node], ids: Iterable[str]) -> list[str]:
    found = list(ids)
    if len(found) < 2:  # noqa: PLR2004 — in a chain, nothing is to be sorted
        return found
    return sorted(found, key=lambda key: place(nodes[key]), reverse=True)


def _cycles(
    nodes: Mapping[str, Node], after: Mapping[str, set[str]], stuck: set[str]
) -> tuple[tuple[str, ...], ...]:
    """One way around each knot (strongly connected component) among the nodes that are stuck."""
    targets = {key: _last_first(nodes, after[key] & stuck)[::-1] for key in stuck}
    knots = [
        knot
        for knot in components(targets, _last_first(nodes, stuck)[::-1])
        if len(knot) > 1 or knot[0] in targets[knot[0]]
    ]
    around = [
        way_around(targets, set(knot), min(knot, key=lambda i: place(nodes[i]))) for knot in knots
    ]
    return tuple(sorted(around, key=lambda way: place(nodes[way[0]])))


def place(node: Node) -> tuple[float, float, str]:
    """Where a node stands, as a key to sort by: from top to bottom, then from left to right."""
    return node.position.y, node.position.x, node.id
