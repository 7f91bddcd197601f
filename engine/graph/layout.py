"""Lay out a graph from top to bottom with aligned blocks and few edge crossings.

The layered method of Sugiyama, Tagawa and Toda (1981): nodes are ranked by their longest path
from an input; edges that span several ranks get a dummy node in each rank between; each rank is
ordered by the medians of its neighbours; x coordinates move to the medians of the neighbours
above and below. The page has a layout of its own (docs/decisions/020-layout.md); this one is for
documents that no page has opened.
"""

from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise
from statistics import median

from engine.document import MAX_COORDINATE, Document, Graph, Position
from engine.graph.index import GraphIndex, index_graph, inputs

CARD_WIDTH, CARD_HEIGHT = 208.0, 56.0
"""The size of a card on the canvas, in pixels (the page's is in document/geometry.ts)."""
# The distances between the corners of neighbouring cards.
COLUMN = CARD_WIDTH + 48
ROW = CARD_HEIGHT + 48
SWEEPS = 8
MAX_DUMMIES = 25_000

_Key = str | tuple[str, int]  # a node id, or a dummy node: the edge's id and the rank


def lay_out(document: Document) -> Document:
    """Return the document with new positions for all nodes, none overlapping within a graph."""
    graphs = tuple(lay_out_graph(graph) for graph in document.graphs)
    return document.model_copy(update={"graphs": graphs})


def lay_out_graph(graph: Graph) -> Graph:
    """Return the graph with new positions; nodes on or behind a cycle get the last rows."""
    index = index_graph(graph)
    ranks = _ranks(index)
    above, below, rows = _with_dummies(index, ranks)
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


def _ranks(index: GraphIndex) -> dict[str, int]:
    """The longest path to each node; nodes without inputs are ranked just above their first use.

    Inputs keep their order, which is the order of the model's inputs: none is ranked above an
    earlier one.
    """
    ranks: dict[str, int] = {}
    for key in index.order:
        sources = [edge.source for edges in index.incoming[key].values() for edge in edges]
        ranks[key] = 1 + max((ranks[source] for source in sources), default=-1)
    for key in index.order:
        if not index.incoming[key] and index.outgoing[key]:
            ranks[key] = min(ranks.get(edge.target, 1) for edge in index.outgoing[key]) - 1
    highest = len(index.nodes)
    for key in reversed(inputs(index.graph)):
        ranks[key] = highest = min(ranks.get(key, highest), highest)
    last = max(ranks.values(), default=-1)
    for offset, key in enumerate(index.all_ids[len(index.order) :]):
        ranks[key] = last + 1 + offset
    return ranks


def _with_dummies(
    index: GraphIndex, ranks: Mapping[str, int]
) -> tuple[dict[_Key, list[_Key]], dict[_Key, list[_Key]], list[list[_Key]]]:
    """The neighbours above and below each node, and the rows; dummy nodes included."""
    above: dict[_Key, list[_Key]] = {key: [] for key in index.all_ids}
    below: dict[_Key, list[_Key]] = {key: [] for key in index.all_ids}
    rows: list[list[_Key]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for key in index.all_ids:
        rows[ranks[key]].append(key)
    routed = _routed(index, ranks)
    for source in index.order:
        for edge in index.outgoing[source]:
            if edge.id not in routed:
                continue
            previous: _Key = source
            for rank in range(ranks[source] + 1, ranks[edge.target]):
                dummy = (edge.id, rank)
                rows[rank].append(dummy)
                above[dummy], below[dummy] = [previous], []
                below[previous].append(dummy)
                previous = dummy
            if ranks[edge.target] > ranks[source]:
                below[previous].append(edge.target)
                above[edge.target].append(previous)
    return above, below, rows


def _routed(index: GraphIndex, ranks: Mapping[str, int]) -> set[str]:
    """The edges to get dummy nodes and count as neighbours: short ones first, up to `MAX_DUMMIES`.

    Thousands of edges across thousands of ranks would take too long to route.
    """
    spans = sorted(
        (ranks[edge.target] - ranks[source], edge.id)
        for source in index.order
        for edge in index.outgoing[source]
    )
    dummies = accumulate(max(0, span - 1) for span, _ in spans)
    return {id for (_, id), total in zip(spans, dummies, strict=True) if total <= MAX_DUMMIES}


def _keep_inputs(rows: list[list[_Key]], ordered: tuple[str, ...]) -> None:
    """Reorder the inputs within each row to match `ordered`; they keep the inputs' indices."""
    order = {key: index for index, key in enumerate(ordered)}
    for row in rows:
        keys = [key for key in row if isinstance(key, str) and key in order]
        slots = [index for index, key in enumerate(row) if isinstance(key, str) and key in order]
        for slot, key in zip(slots, sorted(keys, key=order.__getitem__), strict=True):
            row[slot] = key


def _order(
    rows: list[list[_Key]],
    above: Mapping[_Key, list[_Key]],
    below: Mapping[_Key, list[_Key]],
) -> None:
    """Sort each row by the median index of each node's neighbours, alternately down and up."""
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        neighbours = above if downward else below
        for fixed, row in pairwise(rows if downward else rows[::-1]):
            indices = {key: index for index, key in enumerate(fixed)}
            medians = {
                key: median([indices[other] for other in neighbours[key]])
                if neighbours[key]
                else float(index)
                for index, key in enumerate(row)
            }
            row.sort(key=medians.__getitem__)


def _columns(
    rows: list[list[_Key]],
    above: Mapping[_Key, list[_Key]],
    below: Mapping[_Key, list[_Key]],
) -> dict[_Key, float]:
    """The x coordinates: near the median of each node's neighbours, without overlaps in a row."""
    columns: dict[_Key, float] = {}
    if all(len(row) == 1 for row in rows):  # a chain
        return dict.fromkeys((row[0] for row in rows), 0.0)
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
            for key, column in zip(row, _spaced(wanted), strict=True):
                columns[key] = column
    left = min(columns.values(), default=0.0)
    return {key: column - left for key, column in columns.items()}


def _spaced(wanted: Iterable[float]) -> list[float]:
    """The coordinates nearest to `wanted` (least squares), in order, at least `COLUMN` apart.

    Isotonic regression by pooling adjacent violators: neighbours that would overlap become one
    block at the mean of their wanted starts.
    """
    blocks: list[tuple[float, int]] = []  # sum of the wanted starts, number of members
    for index, column in enumerate(wanted):
        blocks.append((column - index * COLUMN, 1))
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            total, count = blocks.pop()
            blocks[-1] = (blocks[-1][0] + total, blocks[-1][1] + count)
    starts = [_mean(block) for block in blocks for _ in range(block[1])]
    return [start + index * COLUMN for index, start in enumerate(starts)]


def _mean(block: tuple[float, int]) -> float:
    return block[0] / block[1]
