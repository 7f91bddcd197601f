"""Fixes for shape problems: a layer to insert, or a parameter to set."""

from collections import Counter
from collections.abc import Sequence
from math import ceil, gcd
from typing import Any

from engine.catalogue import load
from engine.check.refusal import CallSite, Wire
from engine.check.tensor_shapes import Shape, product
from engine.document import Node
from engine.graph.fixes import fresh, insert, set_param
from engine.graph.index import GraphIndex
from engine.graph.kinds import INPUT
from engine.problems import Fix, make_fix, phrase

LIST, SEQUENCE, IMAGE, VOLUME = 2, 3, 4, 5


def rank(index: GraphIndex, wire: Wire, needed: int) -> Fix | None:
    """Change a tensor to `needed` axes, including the batch axis."""
    axes = len(wire.shape)
    source = index.owners[wire.edge.source]
    if source and needed == axes + 1 and (fix := _return_sequences(index, source, wire)):
        return fix
    if needed == LIST and axes > LIST:
        return to_list(index, wire)
    shape = _reshaped(wire.shape[1:], needed - 1)
    return _reshape(index, wire, shape) if shape else None


def _return_sequences(index: GraphIndex, source: Node, wire: Wire) -> Fix | None:
    """Let a recurrent layer, possibly inside Bidirectional, return all steps, not only the last."""
    inner = source.params.get("layer") if source.layer == "Bidirectional" else None
    params = inner.get("params", {}) if isinstance(inner, dict) else source.params
    layer = inner.get("class") if isinstance(inner, dict) else source.layer
    entry = load().layer(str(layer))
    if entry is None or not entry.recurrent or params.get("return_sequences") is True:
        return None
    place = (index.graph.id, source.id)
    label = phrase("Let “{name}” return sequences", name=wire.source)
    if not inner:
        return set_param(*place, "return_sequences", True, label)
    changed = {**inner, "params": {**params, "return_sequences": True}}
    return set_param(*place, "layer", changed, label)


def to_list(index: GraphIndex, wire: Wire) -> Fix:
    """Reduce each example to a vector: flatten, or pool if an axis is unknown."""
    if None in wire.shape[1:-1] and len(wire.shape) <= VOLUME:
        layer = f"GlobalAveragePooling{len(wire.shape) - 2}D"
        return insert(index, wire.edge, layer, {}, phrase("Insert {layer}", layer=layer))
    return insert(index, wire.edge, "Flatten", {}, phrase("Insert {layer}", layer="Flatten"))


def _reshaped(axes: Shape, count: int) -> Shape | None:
    """Reshape `axes` to `count` axes, keeping the last when joining axes (64×32 for 8×8×32)."""
    if not axes and count == 1:
        return (1,)
    if len(axes) == count - 1:
        return (*axes, 1)
    if count > 1 and len(axes) > count:
        joined = len(axes) - count + 1
        size = product(axes[:joined])
        return (size if isinstance(size, int) else -1, *axes[joined:])
    return None


def _reshape(index: GraphIndex, wire: Wire, shape: Shape) -> Fix | None:
    target = [-1 if axis is None else axis for axis in shape]
    if target.count(-1) > 1:
        return None
    label = phrase(
        "Insert Reshape {shape:times}", shape=[None if axis == -1 else axis for axis in target]
    )
    return insert(index, wire.edge, "Reshape", {"target_shape": target}, label)


def flatten_all(index: GraphIndex, site: CallSite) -> Fix | None:
    """Flatten the only tensor that has more axes than the others, which are vectors."""
    large = [wire for wire in site.wires if len(wire.shape) > LIST]
    if len(large) == len(site.wires) or len(large) != 1:
        return None
    label = phrase("Flatten “{name}”", name=large[0].source)
    return insert(index, large[0].edge, "Flatten", {}, label)


def project(index: GraphIndex, site: CallSite) -> Fix | None:
    """Project the tensor with fewer channels of two, as a residual network does.

    Of more than two tensors, project the only one that differs from the others.
    """
    pair = _pair(site.wires)
    if pair is None:
        return None
    small, large = pair
    projection = _projection(small.shape, large.shape)
    return projected(index, small, *projection) if projection else None


def projected(index: GraphIndex, wire: Wire, layer: str, params: dict[str, Any]) -> Fix:
    """Insert a layer into an edge to change the size of its tensor."""
    label = phrase("Project “{name}” with {layer}", name=wire.source, layer=layer)
    return insert(index, wire.edge, layer, params, label)


def _pair(wires: Sequence[Wire]) -> tuple[Wire, Wire] | None:
    """Return the tensor to project, and one with the target shape."""
    if any(len(wire.shape) < LIST for wire in wires):
        return None
    if len(wires) == 2:  # noqa: PLR2004
        small, large = sorted(wires, key=lambda wire: wire.shape[-1] or 0)
        if small.shape[-1] == large.shape[-1]:
            small, large = sorted(wires, key=lambda wire: -(wire.shape[1] or 0))
        return small, large
    shapes = Counter(wire.shape for wire in wires)
    odd = [wire for wire in wires if shapes[wire.shape] == 1]
    if len(shapes) != 2 or len(odd) != 1:  # noqa: PLR2004  (otherwise it is ambiguous)
        return None
    return odd[0], next(wire for wire in wires if wire is not odd[0])


def _projection(small: Shape, large: Shape) -> tuple[str, dict[str, Any]] | None:
    """Return the layer that projects `small` to the shape of `large`."""
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
    """Return the stride that shrinks an image to the height and width of the other."""
    sides = list(zip(small[1:-1], large[1:-1], strict=True))
    for stride in range(2, 17):
        if all(side and ceil(side / stride) == target for side, target in sides):
            return stride
    return None


def reshape(owner: Node, wire: Wire, site: CallSite, target: list[int]) -> Fix | None:
    """Adapt the first axis of the target shape to the number of values, if it is divisible."""
    count, rest = product(wire.shape[1:]), product(target[1:])
    if not isinstance(count, int) or not isinstance(rest, int) or len(target) < LIST:
        return None
    if rest <= 0 or count % rest:
        return None
    shape = [count // rest, *target[1:]]
    label = phrase("Reshape to {shape:times}", shape=shape)
    return set_param(site.graph, owner.id, "target_shape", shape, label)


def pad(owner: Node, site: CallSite) -> Fix:
    """Set the padding so that any window fits."""
    return set_param(site.graph, owner.id, "padding", "same", phrase("Set padding to “same”"))


def pool(index: GraphIndex, wire: Wire) -> Fix | None:
    """Replace a Flatten of unknown length by global pooling, whose output length is known."""
    flatten = index.owners[wire.edge.source]
    axes = (
        _spatial_axes(index, wire.edge.source) if flatten and flatten.layer == "Flatten" else None
    )
    if flatten is None or axes is None:
        return None
    layer, path = f"GlobalAveragePooling{axes}D", ["graphs", index.graph.id, "nodes", flatten.id]
    return make_fix(
        phrase("Use {layer} instead of Flatten", layer=layer),
        {"type": "set", "path": [*path, "layer"], "value": layer},
        {"type": "set", "path": [*path, "params"], "value": {}},
    )


def _spatial_axes(index: GraphIndex, key: str) -> int | None:
    """Return the number of spatial axes of a node's input, according to the preceding layers."""
    seen = {key}
    while True:
        edges = next(iter(index.incoming[key].values()), ())
        owner = index.owners[edges[0].source] if edges else None
        if owner is None or (key := edges[0].source) in seen:
            return None
        seen.add(key)
        if owner.layer == INPUT:
            axes = len(owner.params.get("shape") or ()) - 1
            return axes if axes in (1, 2, 3) else None
        if owner.layer[-2:] in ("1D", "2D", "3D"):
            return int(owner.layer[-2])


def attend_itself(index: GraphIndex, site: CallSite) -> Fix | None:
    """Use the same tensor as query and value: self-attention."""
    if len(site.wires) != 1:
        return None
    edge, graph = site.wires[0].edge, index.graph.id
    copy = {
        **edge.model_dump(),
        "id": fresh(graph, edge.id, "again"),
        "order": edge.order + 1,
    }
    operation = {"type": "add", "path": ["graphs", graph, "edges"], "item": copy}
    return make_fix(phrase("Let “{name}” attend to itself", name=site.wires[0].source), operation)


def last_axis(owner: Node, site: CallSite) -> Fix:
    """Set the axis to the last one, which every tensor has."""
    return set_param(site.graph, owner.id, "axis", -1, phrase("Use the last axis"))


def groups(owner: Node, site: CallSite, default: int) -> Fix | None:
    """Set the largest number of groups, up to the requested one, that divides all channels."""
    axis = 1 if owner.params.get("data_format") == "channels_first" else -1
    channels = site.wires[0].shape[owner.params.get("axis", axis)]
    filters = owner.params.get("filters", 0)
    if channels is None:
        return None
    count = gcd(channels, filters, owner.params.get("groups", default))
    return set_param(
        site.graph, owner.id, "groups", count, phrase("Set groups to {count}", count=count)
    )


def own_layer(index: GraphIndex, node: Node, owner: Node) -> Fix | None:
    """Stop sharing: give the node its own layer with the parameters of the layer owner."""
    if owner is node:
        return None
    path = ["graphs", index.graph.id, "nodes", node.id]
    return make_fix(
        phrase("Give it its own layer"),
        {"type": "set", "path": [*path, "shares"], "value": None},
        {"type": "set", "path": [*path, "params"], "value": {**owner.params, **node.params}},
    )
