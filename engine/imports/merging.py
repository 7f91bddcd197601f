"""One graph as it was, as its code read, and as its edited code reads: merged into one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import count
from typing import Any, TypeVar

from engine.document import Edge, Endpoint, Graph, Node
from engine.graph.wiring import Wiring, endpoints, wiring

Member = TypeVar("Member", Node, Edge)
Place = tuple[str, str]  # (node, input port)


class Merge:
    """Merges one graph; all three are told in the ids of `old`. See engine.imports.keep.

    `taken` holds the ids that a new wire can't have; it grows.
    """

    def __init__(self, old: Graph, said: Graph, new: Graph, taken: set[str]) -> None:
        self.old, self.said, self.new = old, said, new
        self._wires = {id(graph): wiring(graph) for graph in (old, said, new)}
        self._had, self._said, self._nodes = (
            {node.id: node for node in graph.nodes} for graph in (old, said, new)
        )
        self._fresh = (name for number in count(1) if (name := f"e{number}") not in taken)
        self._taken = taken

    def graph(self) -> Graph:
        """The merged graph; nodes that are new have the places that `new` gives them."""
        nodes = [*map(self._node, self.new.nodes), *(self._had[id] for id in self.unsaid)]
        return Graph(
            id=self.new.id,
            name=self.old.name if self.said.name == self.new.name else self.new.name,
            nodes=_as_before(nodes, self.old.nodes),
            edges=_as_before(self._edges(), self.old.edges),
            outputs=self._outputs(),
        )

    @cached_property
    def unsaid(self) -> tuple[str, ...]:
        """Nodes of which the code never spoke, so that no edit of it can mean them."""
        return tuple(key for key in self._had if key not in self._said and key not in self._nodes)

    def _wiring(self, graph: Graph) -> Wiring:
        return self._wires[id(graph)]

    # --- nodes ------------------------------------------------------------------------------

    def _node(self, new: Node) -> Node:
        """A node that the edit leaves as it was, or what it makes of it."""
        old, said = self._had.get(new.id), self._said.get(new.id)
        if old is None or said is None:
            return new
        if self._root(self.new, new.id) in self._unchanged:
            return old
        return new.model_copy(
            update={
                "name": old.name if said.name == new.name else new.name,
                "params": _params(old, said, new),
                "position": old.position,
            }
        )

    def _root(self, graph: Graph, node: str) -> str:
        """The node that holds the layer which `node` calls."""
        owner = self._wiring(graph).owners[node]
        return owner.id if owner else node

    def _groups(self, graph: Graph) -> dict[str, frozenset[str]]:
        """All calls of one layer, by the node that holds it; without what no code spoke of."""
        groups: dict[str, set[str]] = defaultdict(set)
        for node in graph.nodes:
            if node.id not in self.unsaid:
                groups[self._root(graph, node.id)].add(node.id)
        return {root: frozenset(members) for root, members in groups.items()}

    @cached_property
    def _unchanged(self) -> frozenset[str]:
        """The layers (by the node that holds them) of which the edit says what was said before."""
        had = set(self._groups(self.old).values())
        said = self._groups(self.said)
        return frozenset(
            root
            for root, members in self._groups(self.new).items()
            if members in had
            and said.get(root) == members
            and all(_says(self._said[one], self._nodes[one]) for one in members)
        )

    # --- wires ------------------------------------------------------------------------------

    def _edges(self) -> Iterator[Edge]:
        """The wires of each input port, as they were or as the edit has them."""
        had, said, new = (self._places(graph) for graph in (self.old, self.said, self.new))
        for place in {**had, **new}:
            if place[0] not in self._nodes and place[0] not in self.unsaid:
                continue
            before = [edge for edge in had.get(place, ()) if self._stays(edge.source)]
            if self._is_as_said(said.get(place, ()), new.get(place, ())):
                yield from before
            else:
                yield from self._rewired(before, new.get(place, ()))
        for edge in self._wiring(self.old).dangling:
            if not {edge.source, edge.target} & (self._said.keys() - self._nodes.keys()):
                yield edge

    def _places(self, graph: Graph) -> dict[Place, tuple[Edge, ...]]:
        incoming = self._wiring(graph).incoming
        return {(key, port): edges for key in incoming for port, edges in incoming[key].items()}

    def _stays(self, node: str) -> bool:
        return node in self._nodes or node in self.unsaid

    def _is_as_said(self, said: tuple[Edge, ...], new: tuple[Edge, ...]) -> bool:
        """Whether the edit leaves a port's wires alone, between nodes that are still there."""
        ends = {key for edge in said for key in (edge.source, edge.target)}
        return [*map(_source, said)] == [*map(_source, new)] and ends <= self._had.keys()

    def _rewired(self, before: list[Edge], new: tuple[Edge, ...]) -> Iterator[Edge]:
        """The wires of the edit, with the ids of those that were there."""
        known: dict[Place, list[str]] = defaultdict(list)
        for edge in reversed(before):
            known[_source(edge)].append(edge.id)
        for edge in new:
            ids = known[_source(edge)]
            yield edge.model_copy(update={"id": ids.pop() if ids else self._new_id()})
        yield from (edge for edge in before if edge.source in self.unsaid)

    def _new_id(self) -> str:
        id = next(self._fresh)
        self._taken.add(id)
        return id

    # --- outputs ----------------------------------------------------------------------------

    def _outputs(self) -> tuple[Endpoint, ...]:
        """What the model returns: as it was, unless the edit returns something else."""
        said, new = (endpoints(self._wiring(graph)) for graph in (self.said, self.new))
        if said == new:
            return tuple(end for end in self.old.outputs if self._stays(end.node))
        return new if self.unsaid else self.new.outputs


def _as_before(members: Iterable[Member], old: Iterable[Node | Edge]) -> tuple[Member, ...]:
    """In the order of the old members, then those that are new."""
    places = {one.id: place for place, one in enumerate(old)}
    return tuple(sorted(members, key=lambda one: places.get(one.id, len(places))))


def _source(edge: Edge) -> Place:
    return edge.source, edge.source_port


def _says(said: Node, new: Node) -> bool:
    """Whether two readings of a node agree; places are no part of what is read."""
    return said.model_copy(update={"position": new.position}) == new


def _params(old: Node, said: Node, new: Node) -> Mapping[str, Any]:
    """The edit's parameters; what it does not touch is written as it was, or was never code."""
    if new.shares is not None or old.layer != new.layer:
        return new.params
    unwritten = {key: value for key, value in old.params.items() if key not in said.params}
    alike = {
        key: old.params.get(key, value)
        for key, value in new.params.items()
        if said.params.get(key) == value
    }
    return {**unwritten, **new.params, **alike}
