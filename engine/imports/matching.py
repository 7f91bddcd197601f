"""Match the graphs and nodes of two documents, and give one document the other's ids."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import count

from engine.document import MAIN, Document, Graph
from engine.graph.index import index_graph
from engine.graph.kinds import MODEL
from engine.graph.ranks import last_axes
from engine.imports.anchors import Anchors, Side
from engine.imports.colours import signature
from engine.imports.renaming import Names, renamed

# Sequences with more pairs than this are matched greedily instead of by difflib.
MAX_PAIRS = 250_000


def all_ids(*documents: Document) -> set[str]:
    """The ids of all graphs, nodes and edges."""
    graphs = [graph for document in documents for graph in document.graphs]
    nodes = {node.id for graph in graphs for node in graph.nodes}
    return nodes | {graph.id for graph in graphs} | {e.id for graph in graphs for e in graph.edges}


def in_order(document: Document) -> Document:
    """The document with the nodes of each graph in the order of the code."""
    return document.model_copy(update={"graphs": tuple(map(_ordered, document.graphs))})


def _ordered(graph: Graph) -> Graph:
    index = index_graph(graph)
    nodes = tuple(index.nodes[key] for key in index.all_ids)
    return graph.model_copy(update={"nodes": nodes})


def aligned(before: Document, after: Document, taken: Iterable[str] = ()) -> Document:
    """Return `after` with the ids of the graphs and nodes that match in `before`.

    The nodes of both must be in source order. Graphs and nodes without a match get ids that are
    neither in `before` nor in `taken`. Edges keep their ids.
    """
    matches, duplicates = _matched(before, after)
    after = _without(after, duplicates)
    used = {*taken, *all_ids(before)}
    nodes = (id for number in count(1) if (id := f"n{number}") not in used)
    graphs = (id for number in count(1) if (id := f"g{number}") not in used)
    for graph in after.graphs:
        if graph.id not in matches.graphs:
            matches.graphs[graph.id] = next(graphs)
        for node in graph.nodes:
            if (graph.id, node.id) not in matches.nodes:
                matches.nodes[graph.id, node.id] = next(nodes)
    return renamed(after, matches)


def _without(document: Document, duplicates: Mapping[str, str]) -> Document:
    """The document with duplicate graphs replaced by the graph that they repeat."""
    graphs = []
    for graph in document.graphs:
        nodes = tuple(
            node.model_copy(update={"graph": duplicates.get(node.graph or "", node.graph)})
            for node in graph.nodes
        )
        if graph.id not in duplicates:
            graphs.append(graph.model_copy(update={"nodes": nodes}))
    return document.model_copy(update={"graphs": tuple(graphs)})


# --- matching -----------------------------------------------------------------------------------


def _matched(before: Document, after: Document) -> tuple[Names, dict[str, str]]:
    """Pair the main graphs, then the sub-models of paired nodes.

    Also returns the duplicates among the graphs of `after`: code that builds one sub-model twice
    yields two graphs.
    """
    matches = Names()
    duplicates: dict[str, str] = {}
    first: dict[str, str] = {}  # graph of `before` → the graph of `after` that it was paired with
    known = {graph.id: graph for graph in before.graphs}
    later = {graph.id: graph for graph in after.graphs}
    forms = _Forms(later)
    waiting = deque([(MAIN, MAIN)])
    while waiting:
        old, new = waiting.popleft()
        if new in matches.graphs or new in duplicates or old not in known or new not in later:
            continue
        if old in first:
            if forms.number(new) == forms.number(first[old]):
                duplicates[new] = first[old]
            continue
        matches.graphs[new], first[old] = old, new
        sides = Side(known[old]), Side(later[new])
        for a, b in _matched_nodes(*sides):
            matches.nodes[new, sides[1].nodes[b].id] = sides[0].nodes[a].id
            callees = sides[0].owner(a), sides[1].owner(b)
            if all(owner.layer == MODEL and owner.graph for owner in callees):
                waiting.append((callees[0].graph or "", callees[1].graph or ""))
    return matches, duplicates


class _Forms:
    """Numbers graphs by their content: equal graphs have equal numbers, whatever their ids.

    Importers number the nodes of every graph from 1, so equal graphs have equal node ids.
    """

    def __init__(self, graphs: Mapping[str, Graph]) -> None:
        self._graphs = graphs
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[str | None, int] = {None: -1}

    def number(self, id: str | None) -> int:
        """The number for a graph's content."""
        if id is not None and id not in self._known:
            graph = self._graphs[id]
            last = last_axes(index_graph(graph))
            nodes = tuple(
                (
                    *(node.id, node.name, signature(node, last), node.training),
                    *(node.shares, self.number(node.graph)),
                )
                for node in graph.nodes
            )
            edges = tuple(tuple(dict(edge).values()) for edge in graph.edges)
            ends = tuple(tuple(dict(end).values()) for end in graph.outputs)
            form = (nodes, edges, graph.inputs, ends)
            self._known[id] = self._numbers.setdefault(form, len(self._numbers))
        return self._known[id]


def _matched_nodes(old: Side, new: Side) -> Iterator[tuple[int, int]]:
    """Pairs of indices: by anchors, then by class and parameters, then by class alone.

    The latter two match in order; nodes that have only moved come last.
    """
    named = Anchors(old, new).pairs()
    chain = _common(
        _tokens(old, {a: number for number, (a, _) in enumerate(named)}),
        _tokens(new, {b: number for number, (_, b) in enumerate(named)}),
    )
    pairs = dict([*named, *chain])
    taken = set(pairs.values())
    for first, second in _gaps(chain, len(old.nodes), len(new.nodes)):
        left = [a for a in first if a not in pairs]
        right = [b for b in second if b not in taken]
        same_class = _common([old.layer(a)[0] for a in left], [new.layer(b)[0] for b in right])
        pairs |= {left[a]: right[b] for a, b in same_class}
    taken = set(pairs.values())
    moved = _greedy(
        {a: old.layer(a) for a in range(len(old.nodes)) if a not in pairs},
        {b: new.layer(b) for b in range(len(new.nodes)) if b not in taken},
    )
    return iter((*pairs.items(), *moved))


def _tokens(side: Side, named: Mapping[int, int]) -> list[Hashable]:
    return [named.get(index, side.layer(index)) for index in range(len(side.nodes))]


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Index pairs of a long common subsequence, increasing on both sides."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    middle = [(head + x, head + y) for x, y in _between(a, b)]
    ends = [(len(old) - left, len(new) - left) for left in range(tail, 0, -1)]
    return [*((index, index) for index in range(head)), *middle, *ends]


def _between(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    if len(a) * len(b) <= MAX_PAIRS:
        blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
        return [(block.a + step, block.b + step) for block in blocks for step in range(block.size)]
    increasing: list[tuple[int, int]] = []
    for x, y in _greedy(dict(enumerate(a)), dict(enumerate(b))):
        if not increasing or y > increasing[-1][1]:
            increasing.append((x, y))
    return increasing


def _greedy(old: Mapping[int, Hashable], new: Mapping[int, Hashable]) -> list[tuple[int, int]]:
    """Pair equal tokens in order of appearance; ordered by the old index."""
    free: dict[Hashable, deque[int]] = defaultdict(deque)
    for index, token in new.items():
        free[token].append(index)
    return [(index, free[token].popleft()) for index, token in old.items() if free[token]]


def _gaps(chain: Sequence[tuple[int, int]], old: int, new: int) -> Iterator[tuple[range, range]]:
    """The ranges of indices between the pairs of a chain, and before and after it."""
    a = b = 0
    for x, y in (*chain, (old, new)):
        yield range(a, x), range(b, y)
        a, b = x + 1, y + 1
