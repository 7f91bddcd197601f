"""Lay a graph out top to bottom so that people recognise it: blocks in line, few crossings.

The layered method of Sugiyama, Tagawa and Toda (1981): nodes are ranked by their longest way
from an input, wires that pass over ranks bend around the nodes between them, each rank is
ordered by the medians of its neighbours, and columns settle between those above and below.
The page lays out with dagre; this is for documents that never met a page.
"""

from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise
from statistics import median

from engine.document import MAX_COORDINATE, Document, Graph, Position
from engine.graph.wiring import Wiring, inputs, wiring

CARD_WIDTH, CARD_HEIGHT = 208.0, 56.0
"""The size of a card on the canvas, in pixels (the page's is in document/geometry.ts)."""
# The distances from one card's corner to the next.
COLUMN = CARD_WIDTH + 48
ROW = CARD_HEIGHT + 48
SWEEPS = 8
POINTS = 25_000

_Key = str | tuple[str, int]  # a node, or the point where a wire passes a rank


def lay_out(document: Document) -> Document:
    """Return the document with every node of every graph in a place of its own."""
    graphs = tuple(lay_out_graph(graph) for graph in document.graphs)
    return document.model_copy(update={"graphs": graphs})


def lay_out_graph(graph: Graph) -> Graph:
    """Return the graph with positions; nodes on a cycle come in rows of their own at the end."""
    wires = wiring(graph)
    ranks = _ranks(wires)
    above, below, rows = _threads(wires, ranks)
    _order(rows, above, below)
    _keep_inputs(rows, inputs(graph))
    columns = _columns(rows, above, below)
    nodes = tuple(
        node.model_copy(
            update={
                "position": Position(
                    x=min(round(columns[node.id]), MAX_COORDINATE), y=ranks[node.id] * ROW
                )
            }
        )
        for node in graph.nodes
    )
    return graph.model_copy(update={"nodes": nodes})


def _ranks(wires: Wiring) -> dict[str, int]:
    """Longest way from a source; what is needed late stands just above its first use.

    Inputs keep their order, which is the order in which the model takes them: none stands
    higher than the one before it.
    """
    ranks: dict[str, int] = {}
    for key in wires.order:
        sources = [edge.source for edges in wires.incoming[key].values() for edge in edges]
        ranks[key] = 1 + max((ranks[source] for source in sources), default=-1)
    for key in wires.order:
        if not wires.incoming[key] and wires.outgoing[key]:
            ranks[key] = min(ranks.get(edge.target, 1) for edge in wires.outgoing[key]) - 1
    highest = len(wires.nodes)
    for key in reversed(inputs(wires.graph)):
        ranks[key] = highest = min(ranks.get(key, highest), highest)
    last = max(ranks.values(), default=-1)
    for index, key in enumerate(wires.everything[len(wires.order) :]):
        ranks[key] = last + 1 + index
    return ranks


def _threads(
    wires: Wiring, ranks: Mapping[str, int]
) -> tuple[dict[_Key, list[_Key]], dict[_Key, list[_Key]], list[list[_Key]]]:
    """Neighbours above and below, with a point for each rank that a wire passes; and the rows."""
    above: dict[_Key, list[_Key]] = {key: [] for key in wires.everything}
    below: dict[_Key, list[_Key]] = {key: [] for key in wires.everything}
    rows: list[list[_Key]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for key in wires.everything:
        rows[ranks[key]].append(key)
    threaded = _threaded(wires, ranks)
    for source in wires.order:
        for edge in wires.outgoing[source]:
            if edge.id not in threaded:
                continue
            previous: _Key = source
            for rank in range(ranks[source] + 1, ranks[edge.target]):
                point = (edge.id, rank)
                rows[rank].append(point)
                above[point], below[point] = [previous], []
                below[previous].append(point)
                previous = point
            if ranks[edge.target] > ranks[source]:
                below[previous].append(edge.target)
                above[edge.target].append(previous)
    return above, below, rows


def _threaded(wires: Wiring, ranks: Mapping[str, int]) -> set[str]:
    """The wires that others bend around: short ones first, until there are `POINTS` points.

    Thousands of wires across thousands of ranks would cost more than any picture is worth.
    """
    spans = sorted(
        (ranks[edge.target] - ranks[source], edge.id)
        for source in wires.order
        for edge in wires.outgoing[source]
    )
    points = accumulate(max(0, span - 1) for span, _ in spans)
    return {id for (_, id), total in zip(spans, points, strict=True) if total <= POINTS}


def _keep_inputs(rows: list[list[_Key]], ordered: tuple[str, ...]) -> None:
    """Let the inputs of a row stand in their order, in the places that inputs have there."""
    place = {key: index for index, key in enumerate(ordered)}
    for row in rows:
        found = [key for key in row if isinstance(key, str) and key in place]
        slots = [index for index, key in enumerate(row) if isinstance(key, str) and key in place]
        for slot, key in zip(slots, sorted(found, key=place.__getitem__), strict=True):
            row[slot] = key


def _order(
    rows: list[list[_Key]],
    above: Mapping[_Key, list[_Key]],
    below: Mapping[_Key, list[_Key]],
) -> None:
    """Sort each row by the medians of its neighbours, going down and up in turn."""
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        neighbours = above if downward else below
        for fixed, row in pairwise(rows if downward else rows[::-1]):
            place = {key: index for index, key in enumerate(fixed)}
            rank = {
                key: median([place[other] for other in neighbours[key]])
                if neighbours[key]
                else float(index)
                for index, key in enumerate(row)
            }
            row.sort(key=rank.__getitem__)


def _columns(
    rows: list[list[_Key]],
    above: Mapping[_Key, list[_Key]],
    below: Mapping[_Key, list[_Key]],
) -> dict[_Key, float]:
    """Let each node settle over the middle of its neighbours, kept apart from those beside it."""
    columns: dict[_Key, float] = {}
    for row in rows:
        for index, key in enumerate(row):
            columns[key] = (index - (len(row) - 1) / 2) * COLUMN
    for sweep in range(SWEEPS):
        neighbours = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [
                median([columns[other] for other in neighbours[key]])
                if neighbours[key]
                else columns[key]
                for key in row
            ]
            for key, column in zip(row, _apart(wanted), strict=True):
                columns[key] = column
    left = min(columns.values(), default=0.0)
    return {key: column - left for key, column in columns.items()}


def _apart(wanted: Iterable[float]) -> list[float]:
    """The nearest places (least squares) to those wanted, in order, `COLUMN` apart at least.

    Neighbours that would overlap become one block that stands at the mean of what they want
    (pool adjacent violators).
    """
    blocks: list[tuple[float, int]] = []  # sum of what its members want for their first, count
    for index, place in enumerate(wanted):
        blocks.append((place - index * COLUMN, 1))
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            total, count = blocks.pop()
            blocks[-1] = (blocks[-1][0] + total, blocks[-1][1] + count)
    starts = [_mean(block) for block in blocks for _ in range(block[1])]
    return [start + index * COLUMN for index, start in enumerate(starts)]


def _mean(block: tuple[float, int]) -> float:
    return block[0] / block[1]
