"""Mechanical fixes, as operations that one click applies.

Ids are hashes of the place and the kind of the fix, so that a check is deterministic.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from hashlib import blake2s
from math import hypot
from typing import Any, TypeAlias

from engine.catalogue import load
from engine.document import Edge, Position
from engine.graph.index import GraphIndex
from engine.graph.kinds import INPUT
from engine.graph.ports import Outline
from engine.machine.backends import get
from engine.problems import Fix, Phrase, make_fix, phrase


def fresh(*place: str) -> str:
    """Return a new id for an item that a fix adds; a hash of `place`."""
    return f"fix-{blake2s('/'.join(place).encode(), digest_size=8).hexdigest()}"


def set_param(graph: str, node: str, name: str, value: Any, label: Phrase) -> Fix:
    """Set a parameter of a node."""
    return set_at(("graphs", graph, "nodes", node, "params", name), value, label)


def set_at(path: Sequence[str], value: Any, label: Phrase) -> Fix:
    """Set the value at a path of the document."""
    return make_fix(label, {"type": "set", "path": [*path], "value": value})


def train_on(backend: str) -> Fix:
    """Choose another backend."""
    label = phrase("Train on {backend}", backend=get(backend).title)
    return set_at(("target", "backend"), backend, label)


def remove_edges(graph: str, edges: Sequence[Edge], label: Phrase) -> Fix:
    """Remove edges of a graph."""
    paths = (["graphs", graph, "edges", edge.id] for edge in edges)
    return make_fix(label, *({"type": "remove", "path": path} for path in paths))


def insert(index: GraphIndex, edge: Edge, layer: str, params: dict[str, Any], label: Phrase) -> Fix:
    """Insert a layer into an edge: the edge ends at it, and a new one connects it to the target."""
    graph, key = index.graph.id, fresh(index.graph.id, edge.id, layer)
    entry = load().layer(layer)
    assert entry is not None
    node = {
        "id": key,
        "layer": layer,
        "params": params,
        "position": _between(index, edge).model_dump(),
    }
    path = ["graphs", graph, "edges", edge.id]
    new_edge = {
        "id": fresh(graph, edge.id, layer, "wire"),
        "source": key,
        "target": edge.target,
        "target_port": edge.target_port,
        "order": edge.order,
    }
    return make_fix(
        label,
        {"type": "add", "path": ["graphs", graph, "nodes"], "item": node},
        {"type": "set", "path": [*path, "target"], "value": key},
        {"type": "set", "path": [*path, "target_port"], "value": entry.inputs[0].name},
        {"type": "add", "path": ["graphs", graph, "edges"], "item": new_edge},
    )


def _between(index: GraphIndex, edge: Edge) -> Position:
    a, b = index.nodes[edge.source].position, index.nodes[edge.target].position
    return Position(x=(a.x + b.x) / 2, y=(a.y + b.y) / 2)


FEW = 3
MANY = 8
"""So many loose ends are tried."""

Fits: TypeAlias = Callable[[str], bool]
"""Whether a node accepts the tensor of another."""


class LooseEnds:
    """The nodes without outgoing edges, computed once: candidates for missing edges."""

    def __init__(self, outline: Outline, index: GraphIndex) -> None:
        self._outline, self._index = outline, index

    @cached_property
    def _rank(self) -> dict[str, int]:
        return {key: rank for rank, key in enumerate(self._index.order)}

    @cached_property
    def _ends(self) -> list[str]:
        index = self._index
        free = (key for key in index.order if not index.outgoing[key])
        return [key for key in free if self._outline.ports(index.graph.id, key)]

    @cached_property
    def _inputs(self) -> list[str]:
        return [key for key in self._ends if self._index.nodes[key].layer == INPUT]

    def wire_to(
        self, key: str, port: str, names: Mapping[str, str], fits: Fits = lambda _: True
    ) -> Fix | None:
        """Return a fix that adds an edge to the port, if there is a plausible source.

        That is the query's source for self-attention; else the nearest node without outgoing edges
        that lies above and fits; else the only one, or the only Input among several.
        """
        query = self._index.incoming[key].get("query", ())
        if port == "value" and query:
            return self._wire(query[0].source, query[0].source_port, key, port, names)
        source = next((end for end in self._above(key) if fits(end)), None)
        if source is None:
            source = self._only(key)
            if source is None or not fits(source):
                return None
        return self._wire(source, "output", key, port, names)

    def _only(self, key: str) -> str | None:
        free = [end for end in self._ends[:FEW] if end != key]
        if len(free) != 1:
            free = [end for end in self._inputs[:FEW] if end != key]
        return free[0] if len(free) == 1 and self._comes_before(free[0], key) else None

    @cached_property
    def _heights(self) -> list[tuple[float, int]]:
        """The y-coordinates of the loose ends and their indices, in ascending order."""
        nodes = self._index.nodes
        return sorted((nodes[end].position.y, at) for at, end in enumerate(self._ends))

    def _above(self, key: str) -> list[str]:
        """Some loose ends whose cards lie above that of a node: the nearest, in this order.

        They are tried from the bottom up, until all others are too far above.
        """
        place = self._index.nodes[key].position
        nearest: list[tuple[float, int]] = []
        for number in range(bisect_left(self._heights, (place.y,)) - 1, -1, -1):
            y, at = self._heights[number]
            if len(nearest) == MANY and place.y - y > nearest[-1][0]:
                break
            if self._comes_before(self._ends[at], key):
                other = self._index.nodes[self._ends[at]].position
                insort(nearest, (hypot(other.x - place.x, y - place.y), at))
                del nearest[MANY:]
        return [self._ends[at] for _, at in nearest]

    def _wire(
        self, source: str, output: str, target: str, port: str, names: Mapping[str, str]
    ) -> Fix:
        graph = self._index.graph.id
        edge = {
            "id": fresh(graph, source, target, port),
            "source": source,
            "source_port": output,
            "target": target,
            "target_port": port,
        }
        operation = {"type": "add", "path": ["graphs", graph, "edges"], "item": edge}
        return make_fix(phrase("Wire it to “{name}”", name=names[source]), operation)

    def _comes_before(self, source: str, target: str) -> bool:
        """Whether an edge between them certainly closes no cycle."""
        if not self._index.outgoing[target]:
            return True
        return target in self._rank and self._rank[source] < self._rank[target]
