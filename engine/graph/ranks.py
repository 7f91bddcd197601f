"""How many axes tensors have, as far as it follows without Keras, and which axes are the last.

People write `axis=-1`, or nothing, for the last axis; saved models often say 3.
"""

import re

from engine.catalogue import load, traits_of
from engine.document import Node
from engine.graph.index import GraphIndex
from engine.graph.kinds import INPUT, is_op

_IMAGES = re.compile(r"([123])D(Transpose)?$")
LAST = -1


def last_axes(index: GraphIndex) -> frozenset[str]:
    """The layer owners whose parameter `axis` counts up to the last axis, which is the default.

    Only those of which it is certain at each of their calls.
    """
    asked = {
        node.id
        for node in index.nodes.values()
        if "axis" in node.params and not node.shares and _may_count(node)
    }
    if not asked:
        return frozenset()
    ranks = _ranks(index)
    certain: dict[str, bool] = {}
    for key in index.order:
        owner = index.owners[key]
        if owner is not None and owner.id in asked:
            rank = _rank_before(index, key, ranks)
            last = rank is not None and owner.params["axis"] == rank - 1
            certain[owner.id] = certain.get(owner.id, True) and last
    return frozenset(owner for owner, last in certain.items() if last)


def _may_count(node: Node) -> bool:
    """Whether it is a layer with −1 as the default of `axis`, and its axis is another number."""
    entry = None if is_op(node) or traits_of(node.layer).learns else load().layer(node.layer)
    param = entry.param("axis") if entry else None
    axis = node.params["axis"]
    number = isinstance(axis, int) and not isinstance(axis, bool) and axis > 0
    return param is not None and param.default == LAST and number


def _ranks(index: GraphIndex) -> dict[str, int]:
    """The number of axes of each node's first output, the batch included, where it is known."""
    ranks: dict[str, int] = {}
    for key in index.order:
        owner = index.owners[key]
        rank = _rank_after(owner, _rank_before(index, key, ranks)) if owner else None
        if rank is not None:
            ranks[key] = rank
    return ranks


def _rank_before(index: GraphIndex, key: str, ranks: dict[str, int]) -> int | None:
    """The number of axes of all inputs of a node; None if they differ or are unknown."""
    edges = [edge for edges in index.incoming[key].values() for edge in edges]
    before = {ranks.get(e.source) if e.source_port == "output" else None for e in edges}
    return before.pop() if len(before) == 1 else None


def _rank_after(owner: Node, before: int | None) -> int | None:
    layer, params, traits = owner.layer, owner.params, traits_of(owner.layer)
    if layer in (INPUT, "Reshape"):
        shape = params.get("shape" if layer == INPUT else "target_shape")
        return len(shape) + 1 if isinstance(shape, list) else None
    images = _IMAGES.search(layer)
    if is_op(owner) or traits.states:
        return None
    if images:
        flat = layer.startswith("Global") and not params.get("keepdims")
        return 2 if flat else int(images[1]) + 2
    keeps = traits.keeps_mask and not traits.has_layers
    return before if keeps or traits.merges or _has_axis(layer) else None


def _has_axis(layer: str) -> bool:
    """Whether it is a layer such as Concatenate, which takes an axis and keeps all."""
    entry = load().layer(layer)
    param = entry.param("axis") if entry else None
    return param is not None and param.default == LAST
