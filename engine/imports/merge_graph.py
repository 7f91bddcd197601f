"""The three-way merge of one graph: the document's, its code's and the edited code's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import count
from typing import Any, TypeVar

from engine.document import Block, Edge, Endpoint, Graph, Node
from engine.graph.bypass import passed_on
from engine.graph.index import GraphIndex, endpoints, index_graph, inputs

Member = TypeVar("Member", Node, Edge)
PortKey = tuple[str, str]  # (node id, port)


class GraphMerge:
    """Merges one graph; all three versions have the ids of `old`. See engine.imports.merge.

    `taken` holds the ids that new edges can't have; ids of new edges are added to it.
    """

    def __init__(self, old: Graph, base: Graph, new: Graph, taken: set[str]) -> None:
        self.old, self.base, self.new = old, base, new
        self._index = {id(graph): index_graph(graph) for graph in (old, base, new)}
        self._old_nodes, self._base_nodes, self._new_nodes = (
            {node.id: node for node in graph.nodes} for graph in (old, base, new)
        )
        self._fresh = (name for number in count(1) if (name := f"e{number}") not in taken)
        self._taken = taken

    def graph(self) -> Graph:
        """The merged graph; added nodes have their positions in `new`."""
        nodes = [*map(self._node, self.new.nodes), *(self._old_nodes[id] for id in self.uncoded)]
        return Graph(
            id=self.new.id,
            name=self.old.name if self.base.name == self.new.name else self.new.name,
            nodes=_in_old_order(nodes, self.old.nodes),
            edges=_in_old_order(self._edges(), self.old.edges),
            inputs=self._inputs(),
            outputs=self._outputs(),
            blocks=self._blocks(),
            frames=self.old.frames,
            notes=self.old.notes,
        )

    @cached_property
    def uncoded(self) -> tuple[str, ...]:
        """Nodes that the code does not contain, so that edits of it don't concern them."""
        return tuple(
            key
            for key in self._old_nodes
            if key not in self._base_nodes and key not in self._new_nodes
        )

    def _wiring(self, graph: Graph) -> GraphIndex:
        return self._index[id(graph)]

    # --- nodes ------------------------------------------------------------------------------

    def _node(self, new: Node) -> Node:
        """The old node if the edit leaves it unchanged, else the merged one."""
        old, base = self._old_nodes.get(new.id), self._base_nodes.get(new.id)
        if old is None or base is None:
            return new
        if self._owner(self.new, new.id) in self._unchanged:
            return old
        return new.model_copy(
            update={
                "name": old.name if base.name == new.name else new.name,
                "params": _params(old, base, new),
                "frozen": old.frozen if base.frozen == new.frozen else new.frozen,
                "training": old.training if base.training == new.training else new.training,
                "position": old.position,
            }
        )

    def _owner(self, graph: Graph, node: str) -> str:
        """The id of the owner of the layer that `node` calls."""
        owner = self._wiring(graph).owners[node]
        return owner.id if owner else node

    def _groups(self, graph: Graph) -> dict[str, frozenset[str]]:
        """The calls of each layer, by its owner, without uncoded nodes."""
        groups: dict[str, set[str]] = defaultdict(set)
        for node in graph.nodes:
            if node.id not in self.uncoded:
                groups[self._owner(graph, node.id)].add(node.id)
        return {owner: frozenset(calls) for owner, calls in groups.items()}

    @cached_property
    def _unchanged(self) -> frozenset[str]:
        """The owners of the layers whose calls the edit leaves unchanged."""
        old_groups = set(self._groups(self.old).values())
        base_groups = self._groups(self.base)
        return frozenset(
            owner
            for owner, calls in self._groups(self.new).items()
            if calls in old_groups
            and base_groups.get(owner) == calls
            and all(_equal(self._base_nodes[call], self._new_nodes[call]) for call in calls)
        )

    # --- edges ------------------------------------------------------------------------------

    def _edges(self) -> Iterator[Edge]:
        """The edges of each input port: the old ones, or the edit's where it changes them."""
        old, base, new = (self._incoming(graph) for graph in (self.old, self.base, self.new))
        for port in {**old, **new}:
            if not self._remains(port[0]):
                continue
            before = [edge for edge in old.get(port, ()) if self._remains(edge.source)]
            if self._is_unchanged(base.get(port, ()), new.get(port, ())):
                yield from before
            else:
                yield from self._edited_edges(before, new.get(port, ()))
        for edge in self._wiring(self.old).dangling:
            if not {edge.source, edge.target} & (self._base_nodes.keys() - self._new_nodes.keys()):
                yield edge

    def _incoming(self, graph: Graph) -> dict[PortKey, tuple[Edge, ...]]:
        incoming = self._wiring(graph).incoming
        return {(key, port): edges for key in incoming for port, edges in incoming[key].items()}

    def _remains(self, node: str) -> bool:
        return node in self._new_nodes or node in self.uncoded

    def _is_unchanged(self, base: tuple[Edge, ...], new: tuple[Edge, ...]) -> bool:
        """Whether the edit leaves a port's edges unchanged, and `old` has their nodes."""
        ends = {key for edge in base for key in (edge.source, edge.target)}
        return [*map(_source, base)] == [*map(_source, new)] and ends <= self._old_nodes.keys()

    def _edited_edges(self, before: list[Edge], new: tuple[Edge, ...]) -> Iterator[Edge]:
        """The edges of the edit, where possible those of `before` with the same source in code.

        A bypassed node passes on its source, so the edit also replaces edges from such nodes.
        """
        known: dict[PortKey | None, list[Edge]] = defaultdict(list)
        for edge in reversed(before):
            known[self._coded_source(edge)].append(edge)
        for edge in new:
            if equal := known[_source(edge)]:
                yield equal.pop().model_copy(update={"order": edge.order})
            else:
                yield edge.model_copy(update={"id": self._new_id()})
        beside = set(self.uncoded) - self._passed_on.keys()
        yield from (edge for edge in before if edge.source in beside)

    @cached_property
    def _passed_on(self) -> Mapping[str, PortKey | None]:
        return passed_on(self.old)

    def _coded_source(self, edge: Edge) -> PortKey | None:
        """The source of an old edge in the code, which has no bypassed nodes."""
        return self._passed_on.get(edge.source, _source(edge))

    def _new_id(self) -> str:
        id = next(self._fresh)
        self._taken.add(id)
        return id

    # --- inputs and outputs -----------------------------------------------------------------

    def _inputs(self) -> tuple[str, ...]:
        """The order of the model's inputs: the old one, unless the edit changes it."""
        old, base, new = (inputs(graph) for graph in (self.old, self.base, self.new))
        if base == new:
            return tuple(id for id in old if self._remains(id))
        return (*new, *(id for id in old if id in self.uncoded))

    def _outputs(self) -> tuple[Endpoint, ...]:
        """The model's outputs: the old ones, unless the edit changes them."""
        base, new = (endpoints(self._wiring(graph)) for graph in (self.base, self.new))
        if base == new:
            return tuple(end for end in self.old.outputs if self._remains(end.node))
        return new if self.uncoded else self.new.outputs

    def _blocks(self) -> tuple[Block, ...]:
        """The named parts: the old ones, unless the edit changes those that code expresses."""
        if self.base.blocks == self.new.blocks:
            return self.old.blocks
        coded = {frozenset(block.nodes) for block in self.base.blocks}
        uncoded = (block for block in self.old.blocks if frozenset(block.nodes) not in coded)
        return (*uncoded, *self.new.blocks)


def _in_old_order(members: Iterable[Member], old: Iterable[Node | Edge]) -> tuple[Member, ...]:
    """The members in their old order, followed by new ones."""
    indices = {member.id: index for index, member in enumerate(old)}
    return tuple(sorted(members, key=lambda member: indices.get(member.id, len(indices))))


def _source(edge: Edge) -> PortKey:
    return edge.source, edge.source_port


def _equal(base: Node, new: Node) -> bool:
    """Whether two nodes read from code are equal; their positions don't count."""
    return base.model_copy(update={"position": new.position}) == new


def _params(old: Node, base: Node, new: Node) -> Mapping[str, Any]:
    """The edit's parameters, with the old values of those that it does not change."""
    if new.shares is not None or old.layer != new.layer:
        return new.params
    uncoded = {key: value for key, value in old.params.items() if key not in base.params}
    unchanged = {
        key: old.params.get(key, value)
        for key, value in new.params.items()
        if base.params.get(key) == value
    }
    return {**uncoded, **new.params, **unchanged}
