"""Remove implicit masks, which Keras propagates by itself but writes into its JSON as ops.

`Embedding(mask_zero=True)` and `Masking` attach a mask to their output; other layers propagate it
to a layer that uses it. Keras's JSON makes this explicit: it contains the comparison with zero,
connected to every such layer. Edges that bring the mask that Keras propagates anyway are removed,
with the ops that nothing else uses. The model stays the same, as a person wrote it.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from engine.catalogue import load
from engine.document import Edge, Graph, Node
from engine.values import Json

MASK = "mask"
NOT_EQUAL = "ops.not_equal"
ANY = "ops.any"

Mask: TypeAlias = tuple[str, str, str, Json]
"""The kind ("elements" or "rows"), the masked node and its output port, and the masked value."""


def without_implicit_masks(graph: Graph) -> Graph:
    """Return the graph without the edges and ops for masks that Keras propagates by itself."""
    masks = _Masks(graph)
    implicit = {
        edge.id for edge in graph.edges if edge.target_port == MASK and masks.is_implicit(edge)
    }
    if not implicit:
        return graph
    edges = [edge for edge in graph.edges if edge.id not in implicit]
    sources = {edge.source for edge in graph.edges if edge.id in implicit}
    unused = _unused(graph, edges, sources)
    return graph.model_copy(
        update={
            "nodes": tuple(node for node in graph.nodes if node.id not in unused),
            "edges": tuple(edge for edge in edges if edge.target not in unused),
        }
    )


def _unused(graph: Graph, edges: Iterable[Edge], candidates: set[str]) -> set[str]:
    """The mask ops among `candidates` and their ancestors that feed nothing any more."""
    remaining = list(edges)
    outputs = {end.node for end in graph.outputs}
    ops = {node.id for node in graph.nodes if node.layer in (NOT_EQUAL, ANY)}
    unused: set[str] = set()
    while candidates:
        sources = {edge.source for edge in remaining}
        removed = {key for key in candidates if key in ops - outputs and key not in sources}
        unused |= removed
        candidates = {edge.source for edge in remaining if edge.target in removed}
        remaining = [edge for edge in remaining if edge.target not in removed]
    return unused


class _Masks:
    """Finds the mask that a node computes, and the mask that Keras propagates along an edge."""

    def __init__(self, graph: Graph) -> None:
        self._nodes: Mapping[str, Node] = {node.id: node for node in graph.nodes}
        self._incoming: dict[str, list[Edge]] = {}
        self._cache: dict[str, Mask | None] = {}
        for edge in graph.edges:
            self._incoming.setdefault(edge.target, []).append(edge)

    def is_implicit(self, edge: Edge) -> bool:
        """Whether an edge brings the mask that Keras propagates to its target anyway."""
        others = [other for other in self._incoming[edge.target] if other.target_port != MASK]
        computed = self._computed(edge.source)
        return computed is not None and len(others) == 1 and self._propagated(others[0]) == computed

    def _computed(self, key: str) -> Mask | None:
        """The mask that a node computes, if it is a mask op."""
        node, incoming = self._nodes[key], self._incoming.get(key, [])
        if len(incoming) != 1:
            return None
        (edge,) = incoming
        if node.layer == NOT_EQUAL and edge.target_port == "x1" and "x2" in node.params:
            return ("elements", edge.source, edge.source_port, node.params["x2"])
        if node.layer == ANY and node.params == {"axis": -1}:
            inner = self._computed(edge.source)
            return ("rows", *inner[1:]) if inner and inner[0] == "elements" else None
        return None

    def _propagated(self, edge: Edge) -> Mask | None:
        """The mask that Keras propagates along an edge."""
        visited: list[str] = []
        mask: Mask | None = None
        current: Edge | None = edge
        while current is not None and current.source_port == "output":
            key = current.source
            if key in self._cache:
                mask = self._cache[key]
                break
            self._cache[key] = None  # ends the search on a cycle
            visited.append(key)
            mask, current = self._created(key)
        self._cache |= dict.fromkeys(visited, mask)
        return mask

    def _created(self, key: str) -> tuple[Mask | None, Edge | None]:
        """The mask that a node creates; or None, and the edge whose mask it propagates."""
        node = self._nodes[key]
        owner = self._nodes[node.shares] if node.shares else node
        incoming = [edge for edge in self._incoming.get(key, []) if edge.target_port != MASK]
        if len(incoming) != 1:
            return None, None
        (edge,) = incoming
        if owner.layer == "Embedding" and owner.params.get("mask_zero") is True:
            return ("elements", edge.source, edge.source_port, 0), None
        if owner.layer == "Masking":
            value = owner.params.get("mask_value", 0.0)
            return ("rows", edge.source, edge.source_port, value), None
        return None, edge if _propagates(owner) else None


def _propagates(owner: Node) -> bool:
    inner = owner.params.get("layer")
    if owner.layer == "Bidirectional" and isinstance(inner, dict):
        params = inner.get("params")
        return isinstance(params, dict) and params.get("return_sequences") is True
    entry = load().layer(owner.layer)
    if entry is None:
        return False
    return entry.traits.keeps_mask or (
        entry.recurrent and owner.params.get("return_sequences") is True
    )
