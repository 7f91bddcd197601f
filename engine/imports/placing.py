"""Places for nodes that came by code: near their neighbours, on nobody's card."""

from collections.abc import Iterator, Mapping
from itertools import count

from engine.document import MAX_COORDINATE, Graph, Node, Position
from engine.graph.layout import CARD_HEIGHT, CARD_WIDTH, COLUMN, ROW, lay_out_graph
from engine.graph.wiring import Wiring, wiring

# A card with the margin that stays free around it.
WIDTH, HEIGHT = CARD_WIDTH + 24, CARD_HEIGHT + 24
# More than these are laid out by themselves, beside what was there.
MOST = 100


def place(graph: Graph, new: set[str]) -> Graph:
    """Return the graph with places for the nodes in `new`; all others stay where they are."""
    if not new:
        return graph
    fixed = {node.id: node.position for node in graph.nodes if node.id not in new}
    if not fixed:
        return lay_out_graph(graph)
    places = _beside(graph, new, fixed) if len(new) > MOST else _near(graph, new, fixed)
    nodes = tuple(
        node.model_copy(update={"position": places[node.id]}) if node.id in places else node
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
    left = max(one.x for one in fixed.values()) + COLUMN
    top = min(one.y for one in fixed.values())
    return {node.id: _moved(node, left, top) for node in lay_out_graph(own).nodes}


def _moved(node: Node, left: float, top: float) -> Position:
    return _position(node.position.x + left, node.position.y + top)


def _near(graph: Graph, new: set[str], fixed: Mapping[str, Position]) -> dict[str, Position]:
    """Each below what feeds it, above what it feeds, or between: else the nearest free place."""
    wires = wiring(graph)
    places = dict(fixed)
    waiting = [key for key in wires.everything if key in new]
    while waiting:
        # Whoever has a neighbour that stands comes before who would stand nowhere.
        key = next((one for one in waiting if _wanted(wires, one, places)), waiting[0])
        waiting.remove(key)
        wanted = _wanted(wires, key, places) or _below_all(places)
        places[key] = _free(wanted, places)
    return {key: places[key] for key in new}


def _wanted(wires: Wiring, key: str, places: Mapping[str, Position]) -> Position | None:
    feeding = {edge.source for edges in wires.incoming[key].values() for edge in edges}
    above = [places[one] for one in feeding if one in places]
    below = [places[edge.target] for edge in wires.outgoing[key] if edge.target in places]
    if above and below:
        low, high = max(one.y for one in above), min(one.y for one in below)
        return _position(_mean([*above, *below]), (low + high) / 2)
    if above:
        return _position(_mean(above), max(one.y for one in above) + ROW)
    if below:
        return _position(_mean(below), min(one.y for one in below) - ROW)
    return None


def _mean(places: list[Position]) -> float:
    return sum(one.x for one in places) / len(places)


def _below_all(places: Mapping[str, Position]) -> Position:
    return Position(
        x=min(one.x for one in places.values()), y=max(one.y for one in places.values()) + ROW
    )


def _free(wanted: Position, places: Mapping[str, Position]) -> Position:
    """The first place around the wanted one where no card stands."""
    return next(one for one in _around(wanted) if not _covered(one, places))


def _around(wanted: Position) -> Iterator[Position]:
    """The wanted place, then others ever farther away: beside it first, then above and below."""
    yield wanted
    for far in count(1):
        for down in (0, *(sign * step for step in range(1, far + 1) for sign in (1, -1))):
            for side in (far, -far):
                yield _position(wanted.x + side * COLUMN, wanted.y + down * ROW)
        for side in range(1 - far, far):
            for down in (far, -far):
                yield _position(wanted.x + side * COLUMN, wanted.y + down * ROW)


def _covered(place: Position, places: Mapping[str, Position]) -> bool:
    return any(
        abs(place.x - one.x) < WIDTH and abs(place.y - one.y) < HEIGHT for one in places.values()
    )


def _position(x: float, y: float) -> Position:
    """A place in whole pixels, on the canvas."""
    bound = MAX_COORDINATE
    return Position(x=round(max(-bound, min(bound, x))), y=round(max(-bound, min(bound, y))))
