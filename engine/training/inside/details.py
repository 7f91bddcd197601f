"""The values of arrays in full, as far as they are not too many."""

import base64
from math import prod

import numpy as np

from engine.protocol.tensors import Values

MOST = 1 << 16
"""Numbers of an array that are sent."""


def values_of(name: str, array: np.ndarray) -> Values:
    """Return the numbers of an array; of a large one, those at the beginning of its last axes."""
    kept = array if array.dtype.kind not in "OSU" else np.zeros(0)
    for axis in reversed(range(kept.ndim)):
        rest = prod(kept.shape) // max(1, kept.shape[axis])
        kept = kept.take(range(min(kept.shape[axis], max(1, MOST // max(1, rest)))), axis=axis)
    numbers = np.ascontiguousarray(kept, "<f4")
    return Values(
        name=name,
        shape=array.shape,
        kept=kept.shape,
        numbers=base64.b64encode(numbers.tobytes()).decode(),
    )
