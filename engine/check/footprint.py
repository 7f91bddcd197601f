"""How much memory a run may need, estimated from the verdict on its document."""

from engine.check.verdict import Totals

LIBRARIES = 800_000_000
"""Bytes of a worker that has trained a tiny model: 400 MB with JAX, 760 MB with TensorFlow."""
COPIES_OF_WEIGHTS = 4
"""The weights, their gradients, and two moments of an optimizer such as Adam."""
COPIES_OF_OUTPUTS = 2
"""The outputs of layers, which training stores, and their gradients."""


def memory(totals: Totals) -> int:
    """Return how many bytes a run may need at most times, without the rows of its data."""
    weights = COPIES_OF_WEIGHTS * totals.weight_bytes
    return LIBRARIES + weights + COPIES_OF_OUTPUTS * totals.activation_bytes
