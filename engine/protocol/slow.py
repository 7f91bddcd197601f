"""Slow motion: the steps of a training, one at a time."""

from engine.protocol.layers import LayerState
from engine.values import Frozen

MOST_STEPS = 5_000
"""Steps that can be taken in slow motion."""


class SlowStep(Frozen):
    """The next step, which has been computed and not taken; `taken` steps were taken before it.

    `epoch` and `batch` count from 1, `batches` are those of an epoch. `loss` is that of the `rows`
    of the batch. `layers` are those with trainable weights, before the step.
    """

    taken: int
    epoch: int
    batch: int
    batches: int
    rows: int
    loss: float | None
    layers: tuple[LayerState, ...]
