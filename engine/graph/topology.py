"""How the nodes of a graph are connected, cached while only parameters are edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from engine.document import Edge, Graph, Node
from engine.graph.cycles import components, shortest_cycle


@dataclass(frozen=True, eq=False)
class Topology:
    """A graph's structure, which ignores parameters; see engine.graph.index.GraphIndex.

    `nodes` belong to the first graph that had this structure: don't read their parameters.
    """

    nodes: Mapping[str, Node]
    incoming: Mapping[str, Mapping[str, tuple[Edge, ...]]]
    outgoing: Mapping[str, tuple[Edge, ...]]
    dangling: tuple[Edge, ...]
    order: tuple[str, ...]
    cycles: tuple[tuple[str, ...], ...]

    @cached_property
    def all_ids(self) -> tuple[str, ...]:
        """All node ids: `order`, then those on or behind a cycle by position."""
        ordered = set(self.order)
        rest = sorted((n for n in self.nodes.values() if n.id not in ordered), key=position_key)
        return (*self.order, *(node.id for node in rest))


class _Key:
    """A cache key: equal for graphs that differ only in parameters, outputs and names."""

    __slots__ = ("_structure", "graph")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._structure = (
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
        return hash(self._structure)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._structure == other._structure


def topology(graph: Graph) -> Topology:
    """Return a graph's structure. Cheap for recently seen structures, which are cached."""
    return _topology(_Key(graph))


@lru_cache(maxsize=16)
def _topology(key: _Key) -> Topology:
    graph = key.graph
    nodes = {node.id: node for node in graph.nodes}
    attached = [edge for edge in graph.edges if edge.source in nodes and edge.target in nodes]
    outgoing: dict[str, list[Edge]] = {key: [] for key in nodes}
    incoming: dict[str, dict[str, list[Edge]]] = {key: {} for key in nodes}
    for edge in sorted(attached, key=lambda edge: (edge.order, edge.id)):
        outgoing[edge.source].append(edge)
        incoming[edge.target].setdefault(edge.target_port, []).append(edge)
    successors = {key: {edge.target for edge in edges} for key, edges in outgoing.items()}
    order = _depth_first(nodes, successors)
    return Topology(
        nodes=nodes,
        incoming={
            key: {port: tuple(edges) for port, edges in ports.items()}
            for key, ports in incoming.items()
        },
        outgoing={key: tuple(edges) for key, edges in outgoing.items()},
        dangling=tuple(e for e in graph.edges if e.source not in nodes or e.target not in nodes),
        order=order,
        cycles=_cycles(nodes, successors, set(nodes).difference(order)),
    )


def _depth_first(nodes: Mapping[str, Node], successors: Mapping[str, set[str]]) -> tuple[str, ...]:
    """A topological order, depth first: each branch to its end, as a person would write it.

    Where several nodes could be next, the upper left one is, so that the order does not depend
    on the order of the graph's tuples.
    """
    missing = dict.fromkeys(nodes, 0)
    for targets in successors.values():
        for target in targets:
            missing[target] += 1
    ready = _in_reverse(nodes, (key for key, count in missing.items() if count == 0))
    order = []
    while ready:
        key = ready.pop()
        order.append(key)
        freed = []
        for target in successors[key]:
            missing[target] -= 1
            if missing[target] == 0:
                freed.append(target)
        ready.extend(_in_reverse(nodes, freed))
    return tuple(order)


def _in_reverse(nodes: Mapping[str, Node], ids: Iterable[str]) -> list[str]:
    """The ids by descending position."""
    keys = list(ids)
    if len(keys) < 2:  # noqa: PLR2004 — the usual case, a chain, needs no sorting
        return keys
    return sorted(keys, key=lambda key: position_key(nodes[key]), reverse=True)


def _cycles(
    nodes: Mapping[str, Node], successors: Mapping[str, set[str]], unordered: set[str]
) -> tuple[tuple[str, ...], ...]:
    """One cycle for each strongly connected component of the nodes without topological order."""
    targets = {key: _in_reverse(nodes, successors[key] & unordered)[::-1] for key in unordered}
    cyclic = [
        component
        for component in components(targets, _in_reverse(nodes, unordered)[::-1])
        if len(component) > 1 or component[0] in targets[component[0]]
    ]
    cycles = [
        shortest_cycle(targets, set(ids), min(ids, key=lambda id: position_key(nodes[id])))
        for ids in cyclic
    ]
    return tuple(sorted(cycles, key=lambda cycle: position_key(nodes[cycle[0]])))


def position_key(node: Node) -> tuple[float, float, str]:
    """A sort key by position: from top to bottom, then from left to right."""
    return node.position.y, node.position.x, node.id
