"""Colours of nodes: equal for nodes with equal layers, ancestors and descendants.

Colour refinement (Weisfeiler and Leman, 1968) in rounds of two passes, along the edges and back.
Ids and positions have no effect, so the code does not distinguish nodes of one colour.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from functools import lru_cache
from types import MappingProxyType

from engine.catalogue import load
from engine.document import Edge, Graph, Node
from engine.graph.index import GraphIndex, index_graph
from engine.graph.kinds import MODEL
from engine.graph.ports import with_call_arguments
from engine.graph.ranks import last_axes
from engine.values import Json


class Palette:
    """Numbers the colours, consistently across graphs, so that they can be compared."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def colours(
        self,
        graph: Graph,
        nodes: Mapping[str, str] = MappingProxyType({}),
        layers: Mapping[str, str] = MappingProxyType({}),
    ) -> dict[str, int]:
        """The colour of each node; the calls of a shared layer know each other's colours.

        Labels distinguish nodes that are otherwise alike: `nodes` labels single calls, `layers`
        (by the layer's owner) all calls of a layer. It makes no difference which call is the owner.
        """
        index = index_graph(graph)
        calls = calls_by_layer(index)
        owners = {call: owner for owner, group in calls.items() for call in group}
        last = last_axes(index)
        own = {
            key: self._number(
                *signature(with_call_arguments(index.nodes[owner], index.nodes[key]), last),
                index.nodes[key].training,
                nodes.get(key),
                layers.get(owner),
            )
            for key, owner in owners.items()
        }
        colours = self._round(index, calls, own)
        while len(calls) < len(owners):  # the colours of shared calls spread along their edges
            finer = self._round(index, calls, colours)
            if len(set(finer.values())) == len(set(colours.values())):
                break
            colours = finer
        return colours

    def _round(
        self, index: GraphIndex, calls: Mapping[str, list[str]], own: Mapping[str, int]
    ) -> dict[str, int]:
        single = self._with_descendants(index, self._with_ancestors(index, own))
        colours: dict[str, int] = {}
        for group in calls.values():
            all_calls = tuple(sorted(single[call] for call in group))
            colours |= {call: self._number(single[call], all_calls) for call in group}
        return colours

    def _number(self, *features: Hashable) -> int:
        return self._numbers.setdefault(features, len(self._numbers))

    def _with_ancestors(self, index: GraphIndex, own: Mapping[str, int]) -> dict[str, int]:
        """Colours that include the sources of each input port, in order."""
        colours: dict[str, int] = {}
        for key in index.all_ids:
            ports = sorted(
                (
                    _port(index, edges[0]),
                    tuple((e.source_port, colours.get(e.source, -1)) for e in edges),
                )
                for edges in index.incoming[key].values()
            )
            colours[key] = self._number(own[key], tuple(ports))
        return colours

    def _with_descendants(self, index: GraphIndex, own: Mapping[str, int]) -> dict[str, int]:
        """Colours that also include the targets."""
        colours: dict[str, int] = {}
        for key in reversed(index.all_ids):
            ends = sorted(
                (_port(index, edge), colours.get(edge.target, -1)) for edge in index.outgoing[key]
            )
            colours[key] = self._number(own[key], tuple(ends))
        return colours


def signature(owner: Node, last: Collection[str]) -> tuple[str, str, bool]:
    """The class and parameters of the layer that a node owns, and whether it is frozen.

    What code leaves out makes no difference: defaults, and the axis of those in `last` (see
    engine.graph.ranks).
    """
    defaults = _defaults(owner.layer)
    texts = {
        name: json.dumps(_shortened(value), sort_keys=True) for name, value in owner.params.items()
    }
    params = {
        name: text
        for name, text in texts.items()
        if defaults.get(name) != text and (name != "axis" or owner.id not in last)
    }
    return owner.layer, json.dumps(params, sort_keys=True), owner.frozen


@lru_cache(maxsize=1_000)
def _defaults(layer: str) -> Mapping[str, str]:
    """The defaults of a layer's optional parameters, as text."""
    entry = load().layer(layer)
    params = [param for param in entry.params if not param.required] if entry else []
    return {param.name: json.dumps(_shortened(param.default), sort_keys=True) for param in params}


def _shortened(value: Json) -> Json:
    """A value with 3 in place of [3, 3]: code spells sizes and padding either way."""
    if not isinstance(value, list):
        return value
    items = [_shortened(item) for item in value]
    whole = all(isinstance(item, int) and not isinstance(item, bool) for item in items)
    return items[0] if whole and len(items) > 1 and len(set(map(str, items))) == 1 else items


def calls_by_layer(index: GraphIndex) -> dict[str, list[str]]:
    """The calls of each layer, by its owner."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key, owner in index.owners.items():
        groups[owner.id if owner else key].append(key)
    return groups


def _port(index: GraphIndex, edge: Edge) -> str:
    """An input port; empty for sub-models, whose ports are named after ids."""
    owner = index.owners[edge.target]
    return "" if owner and owner.layer == MODEL else edge.target_port
