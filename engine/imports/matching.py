"""Which node of one document is which of another, and the one told in the other's ids."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import count

from engine.document import MAIN, Document, Graph
from engine.graph.kinds import MODEL
from engine.graph.wiring import wiring
from engine.imports.anchors import Anchors, Side
from engine.imports.colours import signature
from engine.imports.renaming import Names, renamed

# Beyond this many pairs, what is alike is paired first come, first served.
MOST_PAIRS = 250_000


def all_ids(*documents: Document) -> set[str]:
    """The ids of all graphs, nodes and edges."""
    graphs = [graph for document in documents for graph in document.graphs]
    nodes = {node.id for graph in graphs for node in graph.nodes}
    return nodes | {graph.id for graph in graphs} | {e.id for graph in graphs for e in graph.edges}


def in_order(document: Document) -> Document:
    """The document with the nodes of each graph in the order in which code names them."""
    return document.model_copy(update={"graphs": tuple(map(_ordered, document.graphs))})


def _ordered(graph: Graph) -> Graph:
    wires = wiring(graph)
    nodes = tuple(wires.nodes[key] for key in wires.everything)
    return graph.model_copy(update={"nodes": nodes})


def aligned(before: Document, after: Document, taken: Iterable[str] = ()) -> Document:
    """Return `after` with the ids of those graphs and nodes of `before` that it has.

    The nodes of both must stand in the order of the source. What `before` does not have gets ids
    that neither it nor `taken` has. Edges keep their ids.
    """
    found, again = _matched(before, after)
    after = _without(after, again)
    used = {*taken, *all_ids(before)}
    nodes = (id for number in count(1) if (id := f"n{number}") not in used)
    graphs = (id for number in count(1) if (id := f"g{number}") not in used)
    for graph in after.graphs:
        if graph.id not in found.graphs:
            found.graphs[graph.id] = next(graphs)
        for node in graph.nodes:
            if (graph.id, node.id) not in found.nodes:
                found.nodes[graph.id, node.id] = next(nodes)
    return renamed(after, found)


def _without(document: Document, again: Mapping[str, str]) -> Document:
    """The document without graphs that repeat another; their callers call that one."""
    graphs = []
    for graph in document.graphs:
        nodes = tuple(
            node.model_copy(update={"graph": again.get(node.graph or "", node.graph)})
            for node in graph.nodes
        )
        if graph.id not in again:
            graphs.append(graph.model_copy(update={"nodes": nodes}))
    return document.model_copy(update={"graphs": tuple(graphs)})


# --- matching -----------------------------------------------------------------------------------


def _matched(before: Document, after: Document) -> tuple[Names, dict[str, str]]:
    """Pair main with main, and then the sub-models of nodes that were paired.

    Also returns which graphs repeat another: code that builds one sub-model twice has two.
    """
    found = Names()
    again: dict[str, str] = {}
    first: dict[str, str] = {}  # graph of `before` → the graph of `after` that it was paired with
    known = {graph.id: graph for graph in before.graphs}
    later = {graph.id: graph for graph in after.graphs}
    forms = _Forms(later)
    waiting = deque([(MAIN, MAIN)])
    while waiting:
        old, new = waiting.popleft()
        if new in found.graphs or new in again or old not in known or new not in later:
            continue
        if old in first:
            if forms.number(new) == forms.number(first[old]):
                again[new] = first[old]
            continue
        found.graphs[new], first[old] = old, new
        sides = Side(known[old]), Side(later[new])
        for a, b in _matched_places(*sides):
            found.nodes[new, sides[1].nodes[b].id] = sides[0].nodes[a].id
            callees = sides[0].owner(a), sides[1].owner(b)
            if all(one.layer == MODEL and one.graph for one in callees):
                waiting.append((callees[0].graph or "", callees[1].graph or ""))
    return found, again


class _Forms:
    """Numbers graphs so that those alike, whatever their ids and places, have one number.

    Importers number the nodes of each graph alike, so that equal graphs are equal node by node.
    """

    def __init__(self, graphs: Mapping[str, Graph]) -> None:
        self._graphs = graphs
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[str | None, int] = {None: -1}

    def number(self, id: str | None) -> int:
        """The number of a graph's form."""
        if id is not None and id not in self._known:
            graph = self._graphs[id]
            nodes = tuple(
                (node.id, node.name, signature(node), node.shares, self.number(node.graph))
                for node in graph.nodes
            )
            wires = tuple(tuple(dict(edge).values()) for edge in graph.edges)
            form = (nodes, wires, tuple(tuple(dict(end).values()) for end in graph.outputs))
            self._known[id] = self._numbers.setdefault(form, len(self._numbers))
        return self._known[id]


def _matched_places(old: Side, new: Side) -> Iterator[tuple[int, int]]:
    """By name; then by layer and parameters, in order; then by layer where only those changed."""
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
        alike = _common([old.layer(a)[0] for a in left], [new.layer(b)[0] for b in right])
        pairs |= {left[a]: right[b] for a, b in alike}
    taken = set(pairs.values())
    moved = _first_come(
        {a: old.layer(a) for a in range(len(old.nodes)) if a not in pairs},
        {b: new.layer(b) for b in range(len(new.nodes)) if b not in taken},
    )
    return iter((*pairs.items(), *moved))


def _tokens(side: Side, named: Mapping[int, int]) -> list[Hashable]:
    return [named.get(place, side.layer(place)) for place in range(len(side.nodes))]


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Places of what both have in one order, rising in both."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    middle = [(head + x, head + y) for x, y in _between(a, b)]
    ends = [(len(old) - left, len(new) - left) for left in range(tail, 0, -1)]
    return [*((place, place) for place in range(head)), *middle, *ends]


def _between(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    if len(a) * len(b) <= MOST_PAIRS:
        blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
        return [(one.a + step, one.b + step) for one in blocks for step in range(one.size)]
    rising: list[tuple[int, int]] = []
    for x, y in _first_come(dict(enumerate(a)), dict(enumerate(b))):
        if not rising or y > rising[-1][1]:
            rising.append((x, y))
    return rising


def _first_come(old: Mapping[int, Hashable], new: Mapping[int, Hashable]) -> list[tuple[int, int]]:
    """Pair what is alike, the first with the first; rising in the old."""
    free: dict[Hashable, deque[int]] = defaultdict(deque)
    for place, token in new.items():
        free[token].append(place)
    return [(place, free[token].popleft()) for place, token in old.items() if free[token]]


def _gaps(chain: Sequence[tuple[int, int]], old: int, new: int) -> Iterator[tuple[range, range]]:
    """What lies between the links of a chain, and before and after it."""
    a = b = 0
    for x, y in (*chain, (old, new)):
        yield range(a, x), range(b, y)
        a, b = x + 1, y + 1
