"""Which calls of two graphs are surely one: those with one name, and those with one colour."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from engine.document import Graph, Node
from engine.graph.names import names, valid_name
from engine.graph.wiring import wiring
from engine.imports.colours import Palette, calls_by_layer, signature

# So many choices among nodes that nothing tells apart are followed up; then order decides.
MOST_CHOICES = 64


class Side:
    """The nodes of one graph by their places, as calls of layers."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.nodes = graph, graph.nodes
        wires = wiring(graph)
        places = {node.id: place for place, node in enumerate(graph.nodes)}
        groups = calls_by_layer(wires)
        self.calls = {root: sorted(places[one] for one in group) for root, group in groups.items()}
        self._roots = {one: root for root, group in groups.items() for one in group}
        self._owners = {root: wires.nodes[root] for root in groups}
        self._signatures = {root: signature(owner) for root, owner in self._owners.items()}
        self.names = self._own_names(names(wires))

    def root(self, place: int) -> str:
        """The id of the node that holds the layer of a call."""
        return self._roots[self.nodes[place].id]

    def owner(self, place: int) -> Node:
        """The node that holds the layer of a call."""
        return self._owners[self.root(place)]

    def layer(self, place: int) -> tuple[str, str]:
        """The class and the parameters of a call's layer."""
        return self._signatures[self.root(place)]

    def _own_names(self, written: Mapping[str, str]) -> dict[str, str]:
        """Layers with a name of their own, by that name as code writes it."""
        roots = [node for node in self.nodes if node.id in self.calls]
        told = {node.id: written[node.id] if valid_name(node.name) else "" for node in roots}
        often = Counter(told.values())
        return {name: root for root, name in told.items() if name and often[name] == 1}


class Anchors:
    """Pairs the calls of layers with one name in code, and those that nothing tells apart."""

    def __init__(self, old: Side, new: Side) -> None:
        self._sides = (old, new)
        self._nodes: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self._layers: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self._palette = Palette()

    def pairs(self) -> list[tuple[int, int]]:
        """The paired places, each call at most once."""
        old, new = self._sides
        shared: list[tuple[list[int], list[int]]] = []
        pairs: dict[int, int] = {}
        for name, root in old.names.items():
            if name in new.names:
                calls = old.calls[root], new.calls[new.names[name]]
                self._tell_layer(calls[0][0], calls[1][0])
                if len(calls[0]) == len(calls[1]) == 1:
                    pairs[calls[0][0]] = calls[1][0]
                else:
                    shared.append(calls)
        pairs |= self._alike(pairs)
        taken = set(pairs.values())
        for first, second in shared:  # an edit around them hides which is which but for the order
            left = (a for a in first if a not in pairs)
            right = (b for b in second if b not in taken)
            pairs |= dict(zip(left, right, strict=False))
        return list(pairs.items())

    def _alike(self, known: Mapping[int, int]) -> dict[int, int]:
        """Pairs of one colour. Where several have it, one choice is made, and told to the rest."""
        found: dict[int, int] = {}
        for _ in range(MOST_CHOICES):
            old, new = (
                self._groups(side, done)
                for side, done in ((0, {*known, *found}), (1, {*known.values(), *found.values()}))
            )
            common = [(old[colour], new[colour]) for colour in old if colour in new]
            found |= {a[0]: b[0] for a, b in common if len(a) == len(b) == 1}
            choices = [(a[0], b[0]) for a, b in common if len(a) > 1 or len(b) > 1]
            if not choices:
                return found
            a, b = choices[0]
            found[a] = b
            self._tell(a, b)
        rest = ((a, b) for a, b in common if len(a) > 1 or len(b) > 1)
        return {one: other for a, b in rest for one, other in zip(a, b, strict=False)} | found

    def _groups(self, side: int, done: set[int]) -> dict[int, list[int]]:
        """The places of each colour, without those that are paired."""
        one = self._sides[side]
        colours = self._palette.colours(one.graph, self._nodes[side], self._layers[side])
        groups: dict[int, list[int]] = defaultdict(list)
        for place, node in enumerate(one.nodes):
            if place not in done:
                groups[colours[node.id]].append(place)
        return groups

    def _tell(self, a: int, b: int) -> None:
        """Note that two calls are one, and so are their layers."""
        tag = str(len(self._nodes[0]))
        for side, place in enumerate((a, b)):
            self._nodes[side][self._sides[side].nodes[place].id] = tag
        self._tell_layer(a, b)

    def _tell_layer(self, a: int, b: int) -> None:
        tag = str(len(self._layers[0]))
        roots = self._sides[0].root(a), self._sides[1].root(b)
        if roots[0] not in self._layers[0] and roots[1] not in self._layers[1]:
            for side, root in enumerate(roots):
                self._layers[side][root] = tag
