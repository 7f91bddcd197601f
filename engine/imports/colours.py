"""What a node is by all that feeds it and all that it feeds, whatever ids and places are.

Two passes of colour refinement (Weisfeiler and Leman, 1968): down the wires, then up again.
Nodes with one colour are alike in every respect that code can tell.
"""

import json
from collections import defaultdict
from collections.abc import Hashable, Mapping
from typing import Any

from engine.document import Edge, Graph, Node
from engine.graph import MODEL, Wiring, wiring


class Palette:
    """Numbers colours, so that those of several graphs can be compared."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def colours(self, graph: Graph, names: Mapping[str, str]) -> dict[str, int]:
        """The colour of each node; `names` (node → name) tells nodes apart that look alike."""
        wires = wiring(graph)
        groups: dict[str, list[str]] = defaultdict(list)
        for key, owner in wires.owners.items():
            groups[owner.id if owner else key].append(key)
        own = {key: self._own(wires, key, names, len(groups.get(key, ()))) for key in wires.nodes}
        down = self._fed(wires, own)
        whole = self._feeding(wires, down)
        calls = {key: tuple(sorted(whole[one] for one in group)) for key, group in groups.items()}
        roots = {one: key for key, group in groups.items() for one in group}
        return {key: self._number(whole[key], calls[roots[key]]) for key in wires.nodes}

    def _number(self, *told: Hashable) -> int:
        return self._numbers.setdefault(told, len(self._numbers))

    def _own(self, wires: Wiring, key: str, names: Mapping[str, str], calls: int) -> int:
        owner = wires.owners[key] or wires.nodes[key]
        return self._number(*signature(owner), names.get(key), names.get(owner.id), calls)

    def _fed(self, wires: Wiring, own: Mapping[str, int]) -> dict[str, int]:
        """With what comes in, port by port and in order."""
        found: dict[str, int] = {}
        for key in wires.everything:
            ports = sorted(
                (
                    _port(wires, edges[0]),
                    tuple((e.source_port, found.get(e.source, -1)) for e in edges),
                )
                for edges in wires.incoming[key].values()
            )
            found[key] = self._number(own[key], tuple(ports))
        return found

    def _feeding(self, wires: Wiring, down: Mapping[str, int]) -> dict[str, int]:
        """And with where it goes."""
        found: dict[str, int] = {}
        for key in reversed(wires.everything):
            ends = sorted(
                (_port(wires, edge), found.get(edge.target, -1)) for edge in wires.outgoing[key]
            )
            found[key] = self._number(down[key], tuple(ends))
        return found


def signature(node: Node) -> tuple[Any, ...]:
    """A node's layer and its parameters, and whether it holds them itself."""
    return node.layer, json.dumps(node.params, sort_keys=True), node.shares is None


def _port(wires: Wiring, edge: Edge) -> str:
    """An input port; those of sub-models are called after ids, which tell nothing."""
    owner = wires.owners[edge.target]
    return "" if owner and owner.layer == MODEL else edge.target_port
