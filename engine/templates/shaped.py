"""Standard architectures for targets that are not one class or a row of numbers.

A class for each pixel of an image takes a small U-Net [1]; a class for each step of a sequence
takes a bidirectional LSTM where input and target have the same length, else an encoder whose last
state a decoder unrolls [2].

1. O. Ronneberger et al., U-Net, 2015, https://arxiv.org/abs/1505.04597
2. I. Sutskever et al., Sequence to Sequence Learning, 2014, https://arxiv.org/abs/1409.3215
"""

from collections.abc import Sequence
from itertools import compress

from engine.data.catalogue import TEXT, Column
from engine.document import Node
from engine.templates.building import Builder, layer_name
from engine.values import Json

UNITS = 64
FILTERS = 16
"""Filters of the first level of a U-Net; each level below has twice as many."""
LEVELS = 2
"""How often a U-Net halves the image, if the size can be halved so often."""


def shaped_target(inputs: Sequence[Column], targets: Sequence[Column]) -> Column | None:
    """Return the target that `add` can predict from these inputs; None if there is none.

    There has to be one input, so that it is clear which pixels or steps belong together.
    """
    if len(inputs) != 1:
        return None
    (column,) = inputs
    fits = (_is_mask(column, target) or _is_sequence(column, target) for target in targets)
    return next(compress(targets, fits), None)


def add(builder: Builder, column: Column, target: Column) -> None:
    """Add the layers from an input to a target that `shaped_target` returned."""
    start = builder.start(column)
    read = _segment if _is_mask(column, target) else _transcribe
    scores: dict[str, Json] = {"units": len(target.classes), "activation": "softmax"}
    body = read(builder, start, column, target)
    builder.end(builder.add("Dense", scores, layer_name(target.name), body), target)


def _is_mask(column: Column, target: Column) -> bool:
    image = len(column.shape) in (2, 3) and not column.classes and column.dtype != TEXT
    return image and bool(target.classes) and target.shape == column.shape[:2]


def _is_sequence(column: Column, target: Column) -> bool:
    axes = 1 if column.classes else 2
    read = len(column.shape) == axes and column.dtype != TEXT
    return read and bool(target.classes) and len(target.shape) == 1


def _segment(builder: Builder, start: Node, column: Column, target: Column) -> Node:
    """Halve the image and double it again, with the image of each size beside it."""
    end, name = start, start.name
    if column.dtype == "uint8":
        end = builder.add("Rescaling", {"scale": 1 / 255}, f"{name}_scaled", end)
    if len(column.shape) == 2:  # noqa: PLR2004
        params: dict[str, Json] = {"target_shape": [*column.shape, 1]}
        end = builder.add("Reshape", params, f"{name}_channel", end)
    levels = _halvings(target.shape)
    passed: list[Node] = []
    for level in range(levels):
        end = _convolution(builder, level, f"down_{level + 1}", end)
        passed.append(end)
        end = builder.add("MaxPooling2D", {}, f"halved_{level + 1}", end)
    end = _convolution(builder, levels, "bottom", end)
    for level in reversed(range(levels)):
        end = builder.add("UpSampling2D", {}, f"doubled_{level + 1}", end)
        end = builder.add("Concatenate", {}, f"joined_{level + 1}", end, passed[level])
        end = _convolution(builder, level, f"up_{level + 1}", end)
    return end


def _halvings(shape: tuple[int, ...]) -> int:
    """How often both sides of an image can be halved, up to `LEVELS`."""
    possible = range(LEVELS, 0, -1)
    return next((level for level in possible if all(side % 2**level == 0 for side in shape)), 0)


def _convolution(builder: Builder, level: int, name: str, end: Node) -> Node:
    params: dict[str, Json] = {"filters": FILTERS << level, "kernel_size": 3}
    params |= {"padding": "same", "activation": "relu"}
    return builder.add("Conv2D", params, name, end)


def _transcribe(builder: Builder, start: Node, column: Column, target: Column) -> Node:
    """Read a sequence, and return a state for each step of the target."""
    if column.classes:
        end = builder.embedded(start, column)
    else:
        end = builder.add("Normalization", {}, "", start)
    every: dict[str, Json] = {"units": UNITS, "return_sequences": True}
    if column.shape[0] == target.shape[0]:
        inner: dict[str, Json] = {"layer": {"class": "LSTM", "params": every}}
        return builder.add("Bidirectional", inner, "both_directions", end)
    state = builder.add("LSTM", {"units": UNITS}, "encoder", end)
    repeated = builder.add("RepeatVector", {"n": target.shape[0]}, "repeated", state)
    return builder.add("LSTM", every, "decoder", repeated)
