"""What the layers of a model show while it trains."""

from typing import Literal

from engine.protocol.tensors import NodePath
from engine.values import Frozen


class LayerState(Frozen):
    """A node with trainable weights, or with an activation whose units can be dead or saturated.

    `counts` is the histogram of its trainable weights, in equal parts from `low` to `high`.
    `norm` is the norm of the weights, `gradient` that of the gradient of the loss on a batch of
    training rows, `update` that of the step that the optimizer would take with it, relative to
    `norm`. Of the `units`, `dead` are 0 for all rows that were looked at; `saturated` is the share
    of outputs at the ends of the activation. None is unknown, or not a finite number.
    """

    node: NodePath
    low: float | None = None
    high: float | None = None
    counts: tuple[int, ...] = ()
    norm: float | None = None
    gradient: float | None = None
    update: float | None = None
    units: int | None = None
    dead: int | None = None
    saturated: float | None = None


class LayersEvent(Frozen):
    """The layers after an epoch; a later event about the same epoch replaces it."""

    type: Literal["layers"] = "layers"
    epoch: int
    layers: tuple[LayerState, ...]
