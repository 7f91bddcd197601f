"""What a node is by all that feeds it and all that it feeds, whatever ids and places are.

Colour refinement (Weisfeiler and Leman, 1968) in rounds of two passes: down the wires, up again.
Nodes with one colour are alike in every respect that code can tell.
"""

import json
from collections import defaultdict
from collections.abc import Hashable, Mapping
from types import MappingProxyType

from engine.document import Edge, Graph, Node
from engine.graph.kinds import MODEL
from engine.graph.ports import calling
from engine.graph.wiring import Wiring, wiring


class Palette:
    """Numbers colours, so that those of several graphs can be compared."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def colours(
        self,
        graph: Graph,
        nodes: Mapping[str, str] = MappingProxyType({}),
        layers: Mapping[str, str] = MappingProxyType({}),
    ) -> dict[str, int]:
        """The colour of each node; all calls of one layer are told what the others are.

        Names tell apart what looks alike: those of `nodes` one call, those of `layers` (by the
        node that holds the layer) all its calls. Which of them holds it makes no difference.
        """
        wires = wiring(graph)
        calls = calls_by_layer(wires)
        roots = {one: root for root, group in calls.items() for one in group}
        own = {
            key: self._number(
                *signature(calling(wires.nodes[root], wires.nodes[key])),
                nodes.get(key),
                layers.get(root),
            )
            for key, root in roots.items()
        }
        found = self._round(wires, calls, own)
        while len(calls) < len(roots):  # what a call is told of the others goes on along its wires
            finer = self._round(wires, calls, found)
            if len(set(finer.values())) == len(set(found.values())):
                break
            found = finer
        return found

    def _round(
        self, wires: Wiring, calls: Mapping[str, list[str]], own: Mapping[str, int]
    ) -> dict[str, int]:
        whole = self._feeding(wires, self._fed(wires, own))
        found: dict[str, int] = {}
        for group in calls.values():
            all_calls = tuple(sorted(whole[one] for one in group))
            found |= {one: self._number(whole[one], all_calls) for one in group}
        return found

    def _number(self, *told: Hashable) -> int:
        return self._numbers.setdefault(told, len(self._numbers))

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


def signature(owner: Node) -> tuple[str, str]:
    """A layer's class and parameters, of the node that holds it."""
    return owner.layer, json.dumps(owner.params, sort_keys=True)


def calls_by_layer(wires: Wiring) -> dict[str, list[str]]:
    """The calls of each layer, by the node that holds it."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key, owner in wires.owners.items():
        groups[owner.id if owner else key].append(key)
    return groups


def _port(wires: Wiring, edge: Edge) -> str:
    """An input port; those of sub-models are called after ids, which tell nothing."""
    owner = wires.owners[edge.target]
    return "" if owner and owner.layer == MODEL else edge.target_port
