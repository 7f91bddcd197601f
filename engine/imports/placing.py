"""Positions for nodes that were added in code: near their neighbours, overlapping no card."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count

from engine.document import MAX_COORDINATE, Graph, Node, Position
from engine.graph.index import GraphIndex, index_graph
from engine.graph.layout import CARD_HEIGHT, CARD_WIDTH, COLUMN, ROW, lay_out_graph

# A card with the margin that stays free around it.
WIDTH, HEIGHT = CARD_WIDTH + 24, CARD_HEIGHT + 24
# More new nodes than this are laid out as a graph of their own, beside the others.
MAX_NEW = 100


def place_nodes(graph: Graph, new: set[str]) -> Graph:
    """Return the graph with positions for the nodes in `new`; the others don't move."""
    if not new:
        return graph
    fixed = {node.id: node.position for node in graph.nodes if node.id not in new}
    if not fixed:
        return lay_out_graph(graph)
    positions = _beside(graph, new, fixed) if len(new) > MAX_NEW else _near(graph, new, fixed)
    nodes = tuple(
        node.model_copy(update={"position": positions[node.id]}) if node.id in positions else node
        for node in graph.nodes
    )
    return graph.model_copy(update={"nodes": nodes})


def _beside(graph: Graph, new: set[str], fixed: Mapping[str, Position]) -> dict[str, Position]:
    """Lay the new nodes out as a graph of their own, to the right of the others."""
    own = graph.model_copy(
        update={
            "nodes": tuple(node for node in graph.nodes if node.id in new),
            "edges": tuple(e for e in graph.edges if e.source in new and e.target in new),
            "outputs": (),
        }
    )
    left = max(position.x for position in fixed.values()) + COLUMN
    top = min(position.y for position in fixed.values())
    return {node.id: _moved(node, left, top) for node in lay_out_graph(own).nodes}


def _moved(node: Node, left: float, top: float) -> Position:
    return _position(node.position.x + left, node.position.y + top)


def _near(graph: Graph, new: set[str], fixed: Mapping[str, Position]) -> dict[str, Position]:
    """Positions below each node's sources, above its targets, or between; moved to free space."""
    index = index_graph(graph)
    positions = dict(fixed)
    waiting = [key for key in index.all_ids if key in new]
    while waiting:
        # Place nodes with an already placed neighbour first.
        key = next((id for id in waiting if _wanted(index, id, positions)), waiting[0])
        waiting.remove(key)
        wanted = _wanted(index, key, positions) or _below_all(positions)
        positions[key] = _free(wanted, positions)
    return {key: positions[key] for key in new}


def _wanted(index: GraphIndex, key: str, positions: Mapping[str, Position]) -> Position | None:
    """The position that a node's placed neighbours suggest; None without any."""
    sources = {edge.source for edges in index.incoming[key].values() for edge in edges}
    above = [positions[source] for source in sources if source in positions]
    below = [positions[edge.target] for edge in index.outgoing[key] if edge.target in positions]
    bottom = max((position.y for position in above), default=0.0)
    top = min((position.y for position in below), default=0.0)
    if above and below:
        return _position(_mean([*above, *below]), (bottom + top) / 2)
    if above:
        return _position(_mean(above), bottom + ROW)
    if below:
        return _position(_mean(below), top - ROW)
    return None


def _mean(positions: list[Position]) -> float:
    return sum(position.x for position in positions) / len(positions)


def _below_all(positions: Mapping[str, Position]) -> Position:
    return Position(
        x=min(position.x for position in positions.values()),
        y=max(position.y for position in positions.values()) + ROW,
    )


def _free(wanted: Position, positions: Mapping[str, Position]) -> Position:
    """The first position around the wanted one that overlaps no card."""
    return next(
        position for position in _around(wanted) if not _overlaps(position, positions.values())
    )


def _around(wanted: Position) -> Iterator[Position]:
    """The wanted position, then others at growing distance: beside it first, then above, below."""
    yield wanted
    for distance in count(1):
        vertical = (sign * step for step in range(1, distance + 1) for sign in (1, -1))
        for rows in (0, *vertical):
            for columns in (distance, -distance):
                yield _position(wanted.x + columns * COLUMN, wanted.y + rows * ROW)
        for columns in range(1 - distance, distance):
            for rows in (distance, -distance):
                yield _position(wanted.x + columns * COLUMN, wanted.y + rows * ROW)


def _overlaps(position: Position, others: Iterable[Position]) -> bool:
    return any(
        abs(position.x - other.x) < WIDTH and abs(position.y - other.y) < HEIGHT for other in others
    )


def _position(x: float, y: float) -> Position:
    """A position in whole pixels within the canvas."""
    bound = MAX_COORDINATE
    return Position(x=round(max(-bound, min(bound, x))), y=round(max(-bound, min(bound, y))))
