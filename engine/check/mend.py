"""Which mechanical mend fits a shape that does not: what to insert, or which parameter to set."""

from math import ceil
from typing import Any

from engine.check.fixes import insert, set_param
from engine.document import Node
from engine.graph import Wiring
from engine.problems import Fix
from engine.problems_of_shapes import Shape, Spot, Wire, product

RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
LIST, SEQUENCE, IMAGE, VOLUME = 2, 3, 4, 5


def rank(wires: Wiring, wire: Wire, needed: int) -> Fix | None:
    """Bring a tensor to `needed` axes (with the batch)."""
    came = len(wire.shape)
    source = wires.owners[wire.edge.source]
    if source and source.layer in RECURRENT and needed == came + 1:
        label = f"Let “{wire.source}” return sequences"
        return set_param(wires.graph.id, source.id, "return_sequences", True, label)
    if needed == LIST and came > LIST:
        return _to_list(wires, wire)
    shape = _reshaped(wire.shape[1:], needed - 1)
    return _reshape(wires, wire, shape) if shape else None


def _to_list(wires: Wiring, wire: Wire) -> Fix:
    if None in wire.shape[1:-1] and len(wire.shape) <= VOLUME:
        layer = f"GlobalAveragePooling{len(wire.shape) - 2}D"
        return insert(wires, wire.edge, layer, {}, f"Insert {layer}")
    return insert(wires, wire.edge, "Flatten", {}, "Insert Flatten")


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


def _reshape(wires: Wiring, wire: Wire, shape: Shape) -> Fix | None:
    target = [-1 if axis is None else axis for axis in shape]
    if target.count(-1) > 1:
        return None
    size = "×".join("?" if axis == -1 else str(axis) for axis in target)
    return insert(wires, wire.edge, "Reshape", {"target_shape": target}, f"Insert Reshape {size}")


def flatten_all(wires: Wiring, spot: Spot) -> Fix | None:
    """Flatten the one tensor that has more axes than the others, if those are lists."""
    large = [wire for wire in spot.wires if len(wire.shape) > LIST]
    if len(large) == len(spot.wires) or len(large) != 1:
        return None
    return insert(wires, large[0].edge, "Flatten", {}, f"Flatten “{large[0].source}”")


def project(wires: Wiring, spot: Spot) -> Fix | None:
    """Project the one of two tensors that has fewer channels, as a residual network does."""
    if len(spot.wires) != 2:  # noqa: PLR2004  (with three it is not clear which is meant)
        return None
    small, large = sorted(spot.wires, key=lambda wire: wire.shape[-1] or 0)
    if small.shape[-1] == large.shape[-1]:
        small, large = sorted(spot.wires, key=lambda wire: -(wire.shape[1] or 0))
    made = _projection(small.shape, large.shape)
    if made is None:
        return None
    layer, params = made
    return insert(wires, small.edge, layer, params, f"Project “{small.source}” with {layer}")


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
    if len(small) != IMAGE or stride is None:
        return None
    return "Conv2D", {"filters": channels, "kernel_size": 1, "strides": stride, "padding": "same"}


def _stride(small: Shape, large: Shape) -> int | None:
    """The step that shrinks the one image to the height and width of the other."""
    sides = list(zip(small[1:-1], large[1:-1], strict=True))
    for stride in range(2, 17):
        if all(came and ceil(came / stride) == wanted for came, wanted in sides):
            return stride
    return None


def reshape(owner: Node, wire: Wire, spot: Spot, target: list[int]) -> Fix | None:
    """Let the first axis of the target take what is left, where that comes out even."""
    came, rest = product(wire.shape[1:]), product(target[1:])
    if not isinstance(came, int) or not isinstance(rest, int) or len(target) < LIST:
        return None
    if rest <= 0 or came % rest:
        return None
    new = [came // rest, *target[1:]]
    size = "×".join(str(axis) for axis in new)
    return set_param(spot.graph, owner.id, "target_shape", new, f"Reshape to {size}")


def pad(owner: Node, spot: Spot) -> Fix:
    """Pad the borders, so that any window fits."""
    return set_param(spot.graph, owner.id, "padding", "same", "Set padding to “same”")
