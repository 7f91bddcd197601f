"""A layer with its numbers, and the terms of which one value of its output may be made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.protocol.arithmetic import Kind

OF_NUMBERS: Mapping[Kind, Callable[[np.ndarray], Any]] = {
    "max": np.max,
    "min": np.min,
    "mean": np.mean,
    "total": np.sum,
    "difference": lambda numbers: numbers[0] - numbers[1:].sum(),
    "product": np.prod,
}
"""What becomes of numbers, by the kind of arithmetic."""

Held = Mapping[int, np.ndarray]
"""The values of a layer's variables, by the id of the variable."""


@dataclass(frozen=True)
class Computed:
    """A layer, its inputs and its output for one sample, without the batch axis."""

    layer: Any
    inputs: Sequence[np.ndarray]
    output: np.ndarray
    held: Held
    scores: np.ndarray | None = None
    """Of an attention: queries, keys, heads."""


@dataclass(frozen=True)
class Terms:
    """The factors of a sum of products, or the numbers of any other kind in `left` alone."""

    kind: Kind
    left: np.ndarray
    right: np.ndarray | None = None
    bias: float | None = None
    activated: Callable[[], float] | None = None
    """The output, if an activation follows."""

    @property
    def result(self) -> float:
        if self.right is None:
            return float(OF_NUMBERS[self.kind](self.left))
        return float((self.left * self.right).sum() + (self.bias or 0))
