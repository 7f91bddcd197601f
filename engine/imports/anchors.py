"""Calls of two graphs that certainly match: those with equal names and those with equal colours."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from engine.document import Graph, Node
from engine.graph.index import index_graph
from engine.graph.names import names, valid_name
from engine.graph.ranks import last_axes
from engine.imports.colours import Palette, calls_by_layer, signature

# Among interchangeable nodes, some pairs are chosen one by one; the rest are paired in order. Each
# choice looks at every node again, so that large graphs get fewer.
MIN_CHOICES, MAX_CHOICES = 4, 64
MAX_WORK = 20_000


class Side:
    """The nodes of one graph by index, as calls of layers."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.nodes = graph, graph.nodes
        index = index_graph(graph)
        indices = {node.id: place for place, node in enumerate(graph.nodes)}
        groups = calls_by_layer(index)
        self.calls = {
            owner: sorted(indices[call] for call in group) for owner, group in groups.items()
        }
        self._owner_ids = {call: owner for owner, group in groups.items() for call in group}
        self._owners = {key: index.nodes[key] for key in groups}
        last = last_axes(index)
        self._signatures = {key: signature(owner, last) for key, owner in self._owners.items()}
        self.names = self._chosen_names(names(index))

    def owner_id(self, index: int) -> str:
        """The id of the owner of a call's layer."""
        return self._owner_ids[self.nodes[index].id]

    def owner(self, index: int) -> Node:
        """The owner of a call's layer."""
        return self._owners[self.owner_id(index)]

    def layer(self, index: int) -> tuple[str, str, bool]:
        """The class and parameters of a call's layer, and whether it is frozen."""
        return self._signatures[self.owner_id(index)]

    def _chosen_names(self, written: Mapping[str, str]) -> dict[str, str]:
        """The owners of layers that a person named, by the name in code, if it is unique."""
        owners = [node for node in self.nodes if node.id in self.calls]
        chosen = {node.id: written[node.id] if valid_name(node.name) else "" for node in owners}
        counts = Counter(chosen.values())
        return {name: owner for owner, name in chosen.items() if name and counts[name] == 1}


class Anchors:
    """Pairs the calls of layers with equal names in code, and calls with equal colours."""

    def __init__(self, old: Side, new: Side) -> None:
        self._sides = (old, new)
        self._nodes: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self._layers: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self._palette = Palette()

    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of indices, each call at most once."""
        old, new = self._sides
        shared: list[tuple[list[int], list[int]]] = []
        pairs: dict[int, int] = {}
        for name, owner in old.names.items():
            if name in new.names:
                calls = old.calls[owner], new.calls[new.names[name]]
                self._label_layer(calls[0][0], calls[1][0])
                if len(calls[0]) == len(calls[1]) == 1:
                    pairs[calls[0][0]] = calls[1][0]
                else:
                    shared.append(calls)
        pairs |= self._by_colour(pairs)
        taken = set(pairs.values())
        for first, second in shared:  # calls that an edit around them has changed: pair in order
            left = (a for a in first if a not in pairs)
            right = (b for b in second if b not in taken)
            pairs |= dict(zip(left, right, strict=False))
        return list(pairs.items())

    def _by_colour(self, known: Mapping[int, int]) -> dict[int, int]:
        """Pairs of equal colours. Ambiguous ones are paired one by one, refining the colours."""
        pairs: dict[int, int] = {}
        for _ in range(self._choices()):
            old, new = (
                self._groups(side, done)
                for side, done in ((0, {*known, *pairs}), (1, {*known.values(), *pairs.values()}))
            )
            common = [(old[colour], new[colour]) for colour in old if colour in new]
            pairs |= {a[0]: b[0] for a, b in common if len(a) == len(b) == 1}
            choices = [(a[0], b[0]) for a, b in common if len(a) > 1 or len(b) > 1]
            if not choices:
                return pairs
            a, b = choices[0]
            pairs[a] = b
            self._label(a, b)
        rest = ((left, right) for left, right in common if len(left) > 1 or len(right) > 1)
        return {a: b for left, right in rest for a, b in zip(left, right, strict=False)} | pairs

    def _choices(self) -> int:
        """How many ambiguous pairs are chosen one by one."""
        nodes = max(len(side.nodes) for side in self._sides)
        return max(MIN_CHOICES, min(MAX_CHOICES, MAX_WORK // max(nodes, 1)))

    def _groups(self, side: int, paired: set[int]) -> dict[int, list[int]]:
        """The indices of the unpaired nodes of each colour."""
        graph = self._sides[side].graph
        colours = self._palette.colours(graph, self._nodes[side], self._layers[side])
        groups: dict[int, list[int]] = defaultdict(list)
        for index, node in enumerate(graph.nodes):
            if index not in paired:
                groups[colours[node.id]].append(index)
        return groups

    def _label(self, a: int, b: int) -> None:
        """Give two matching calls and their layers labels of their own."""
        label = str(len(self._nodes[0]))
        for side, index in enumerate((a, b)):
            self._nodes[side][self._sides[side].nodes[index].id] = label
        self._label_layer(a, b)

    def _label_layer(self, a: int, b: int) -> None:
        label = str(len(self._layers[0]))
        owners = self._sides[0].owner_id(a), self._sides[1].owner_id(b)
        if owners[0] not in self._layers[0] and owners[1] not in self._layers[1]:
            for side, owner in enumerate(owners):
                self._layers[side][owner] = label
