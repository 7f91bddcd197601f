"""Which mechanical fix suits a shape that does not: what to insert, or which parameter to set."""

from collections import Counter
from collections.abc import Sequence
from math import ceil, gcd
from typing import Any

from engine.catalogue import load
from engine.check.refusal import CallSite, Shape, Wire, product
from engine.document import Node
from engine.graph.fixes import fresh, insert, set_param
from engine.graph.index import GraphIndex
from engine.graph.kinds import INPUT
from engine.problems import Fix, make_fix, phrase

LIST, SEQUENCE, IMAGE, VOLUME = 2, 3, 4, 5


def rank(wires: GraphIndex, wire: Wire, needed: int) -> Fix | None:
    """Bring a tensor to `needed` axes (with the batch)."""
    came = len(wire.shape)
    source = wires.owners[wire.edge.source]
    if source and needed == came + 1 and (fix := _sequences(wires, source, wire)):
        return fix
    if needed == LIST and came > LIST:
        return to_list(wires, wire)
    shape = _reshaped(wire.shape[1:], needed - 1)
    return _reshape(wires, wire, shape) if shape else None


def _sequences(wires: GraphIndex, source: Node, wire: Wire) -> Fix | None:
    """Let a recurrent layer, be it inside Bidirectional, hand on each step and not the last."""
    inner = source.params.get("layer") if source.layer == "Bidirectional" else None
    params = inner.get("params", {}) if isinstance(inner, dict) else source.params
    layer = inner.get("class") if isinstance(inner, dict) else source.layer
    entry = load().layer(str(layer))
    if entry is None or not entry.recurrent or params.get("return_sequences") is True:
        return None
    place, label = (
        (wires.graph.id, source.id),
        phrase("Let “{name}” return sequences", name=wire.source),
    )
    if not inner:
        return set_param(*place, "return_sequences", True, label)
    changed = {**inner, "params": {**params, "return_sequences": True}}
    return set_param(*place, "layer", changed, label)


def to_list(wires: GraphIndex, wire: Wire) -> Fix:
    """Make one list of values for each example: flatten, or pool where an axis is open."""
    if None in wire.shape[1:-1] and len(wire.shape) <= VOLUME:
        layer = f"GlobalAveragePooling{len(wire.shape) - 2}D"
        return insert(wires, wire.edge, layer, {}, phrase("Insert {layer}", layer=layer))
    return insert(wires, wire.edge, "Flatten", {}, phrase("Insert {layer}", layer="Flatten"))


def _reshaped(axes: Shape, count: int) -> Shape | None:
    """`axes` as `count` axes, the last one kept where the tensor shrinks (64×32 for 8×8×32)."""
    if not axes and count == 1:
        return (1,)
    if len(axes) == count - 1:
        return (*axes, 1)
    if count > 1 and len(axes) > count:
        joined = len(axes) - count + 1
        size = product(axes[:joined])
        return (size if isinstance(size, int) else -1, *axes[joined:])
    return None


def _reshape(wires: GraphIndex, wire: Wire, shape: Shape) -> Fix | None:
    target = [-1 if axis is None else axis for axis in shape]
    if target.count(-1) > 1:
        return None
    label = phrase(
        "Insert Reshape {shape:times}", shape=[None if axis == -1 else axis for axis in target]
    )
    return insert(wires, wire.edge, "Reshape", {"target_shape": target}, label)


def flatten_all(wires: GraphIndex, site: CallSite) -> Fix | None:
    """Flatten the one tensor that has more axes than the others, if those are lists."""
    large = [wire for wire in site.wires if len(wire.shape) > LIST]
    if len(large) == len(site.wires) or len(large) != 1:
        return None
    label = phrase("Flatten “{name}”", name=large[0].source)
    return insert(wires, large[0].edge, "Flatten", {}, label)


def project(wires: GraphIndex, site: CallSite) -> Fix | None:
    """Project the one of two tensors that has fewer channels, as a residual network does.

    Of more than two, the one that is unlike all others.
    """
    pair = _pair(site.wires)
    if pair is None:
        return None
    small, large = pair
    made = _projection(small.shape, large.shape)
    if made is None:
        return None
    return projected(wires, small, *made)


def projected(wires: GraphIndex, wire: Wire, layer: str, params: dict[str, Any]) -> Fix:
    """Put a layer into a wire that gives its tensor another size."""
    label = phrase("Project “{name}” with {layer}", name=wire.source, layer=layer)
    return insert(wires, wire.edge, layer, params, label)


def _pair(wires: Sequence[Wire]) -> tuple[Wire, Wire] | None:
    """The tensor to project, and one with the shape that it should get."""
    if any(len(wire.shape) < LIST for wire in wires):
        return None
    if len(wires) == 2:  # noqa: PLR2004
        small, large = sorted(wires, key=lambda wire: wire.shape[-1] or 0)
        if small.shape[-1] == large.shape[-1]:
            small, large = sorted(wires, key=lambda wire: -(wire.shape[1] or 0))
        return small, large
    shapes = Counter(wire.shape for wire in wires)
    odd = [wire for wire in wires if shapes[wire.shape] == 1]
    if len(shapes) != 2 or len(odd) != 1:  # noqa: PLR2004  (else it is not clear which is meant)
        return None
    return odd[0], next(wire for wire in wires if wire is not odd[0])


def _projection(small: Shape, large: Shape) -> tuple[str, dict[str, Any]] | None:
    """The layer that brings `small` to the shape of `large`."""
    channels = large[-1]
    if len(small) != len(large) or None in small[1:] or None in large[1:]:
        return None
    if small[1:-1] == large[1:-1]:
        name = {IMAGE: "Conv2D"}.get(len(small), "Dense")
        size = {"filters": channels, "kernel_size": 1} if name == "Conv2D" else {"units": channels}
        return name, size
    stride = _stride(small, large)
    if len(small) not in (SEQUENCE, IMAGE, VOLUME) or stride is None:
        return None
    return f"Conv{len(small) - 2}D", {
        "filters": channels,
        "kernel_size": 1,
        "strides": stride,
        "padding": "same",
    }


def _stride(small: Shape, large: Shape) -> int | None:
    """The step that shrinks the one image to the height and width of the other."""
    sides = list(zip(small[1:-1], large[1:-1], strict=True))
    for stride in range(2, 17):
        if all(came and ceil(came / stride) == wanted for came, wanted in sides):
            return stride
    return None


def reshape(owner: Node, wire: Wire, site: CallSite, target: list[int]) -> Fix | None:
    """Let the first axis of the target take what is left, where that comes out even."""
    came, rest = product(wire.shape[1:]), product(target[1:])
    if not isinstance(came, int) or not isinstance(rest, int) or len(target) < LIST:
        return None
    if rest <= 0 or came % rest:
        return None
    new = [came // rest, *target[1:]]
    label = phrase("Reshape to {shape:times}", shape=new)
    return set_param(site.graph, owner.id, "target_shape", new, label)


def pad(owner: Node, site: CallSite) -> Fix:
    """Pad the borders, so that any window fits."""
    return set_param(site.graph, owner.id, "padding", "same", phrase("Set padding to “same”"))


def pool(wires: GraphIndex, wire: Wire) -> Fix | None:
    """Pool what a Flatten makes one list of open length of: a pooling knows its length."""
    flatten = wires.owners[wire.edge.source]
    axes = _space(wires, wire.edge.source) if flatten and flatten.layer == "Flatten" else None
    if flatten is None or axes is None:
        return None
    layer, path = f"GlobalAveragePooling{axes}D", ["graphs", wires.graph.id, "nodes", flatten.id]
    return make_fix(
        phrase("Use {layer} instead of Flatten", layer=layer),
        {"type": "set", "path": [*path, "layer"], "value": layer},
        {"type": "set", "path": [*path, "params"], "value": {}},
    )


def _space(wires: GraphIndex, key: str) -> int | None:
    """How many axes of space what comes into a node has: what the layers before it say."""
    seen = {key}
    while True:
        edges = next(iter(wires.incoming[key].values()), ())
        owner = wires.owners[edges[0].source] if edges else None
        if owner is None or (key := edges[0].source) in seen:
            return None
        seen.add(key)
        if owner.layer == INPUT:
            axes = len(owner.params.get("shape") or ()) - 1
            return axes if axes in (1, 2, 3) else None
        if owner.layer[-2:] in ("1D", "2D", "3D"):
            return int(owner.layer[-2])


def attend_itself(wires: GraphIndex, site: CallSite) -> Fix | None:
    """Take one tensor for query and value: self-attention."""
    if len(site.wires) != 1:
        return None
    edge, graph = site.wires[0].edge, wires.graph.id
    again = {
        **edge.model_dump(),
        "id": fresh(graph, edge.id, "again"),
        "order": edge.order + 1,
    }
    operation = {"type": "add", "path": ["graphs", graph, "edges"], "item": again}
    return make_fix(phrase("Let “{name}” attend to itself", name=site.wires[0].source), operation)


def last_axis(owner: Node, site: CallSite) -> Fix:
    """The axis that every tensor has."""
    return set_param(site.graph, owner.id, "axis", -1, phrase("Use the last axis"))


def groups(owner: Node, site: CallSite, usual: int) -> Fix | None:
    """The most groups, up to those that are asked for, that all channels can be split into."""
    axis = 1 if owner.params.get("data_format") == "channels_first" else -1
    channels = site.wires[0].shape[owner.params.get("axis", axis)]
    filters = owner.params.get("filters", 0)
    if channels is None:
        return None
    count = gcd(channels, filters, owner.params.get("groups", usual))
    return set_param(
        site.graph, owner.id, "groups", count, phrase("Set groups to {count}", count=count)
    )


def own_layer(wires: GraphIndex, node: Node, owner: Node) -> Fix | None:
    """Give a call a layer of its own, made like the one that it shares."""
    if owner is node:
        return None
    path = ["graphs", wires.graph.id, "nodes", node.id]
    return make_fix(
        phrase("Give it its own layer"),
        {"type": "set", "path": [*path, "shares"], "value": None},
        {"type": "set", "path": [*path, "params"], "value": {**owner.params, **node.params}},
    )
