"""Which values an activation gives, found by calling it on numbers of many sizes."""

from collections.abc import Callable
from inspect import signature
from math import inf
from typing import Any

import keras
import numpy as np

from engine.catalogue.entries import Traits, Values

SIZES = (1e4, 1e6)
"""A bound is one that larger numbers don't move."""
ROWS, COLUMNS = 5000, 4
SMALLEST, MODEST, NEAR = 1e-3, 10.0, 1e-3


def traits_of_activation(function: Callable[[Any], Any]) -> Traits:
    """Return the bounds of a function's values, and whether a row of them adds up to 1."""
    _, *others = signature(function).parameters.values()
    if any(each.default is each.empty for each in others):
        return Traits()
    smaller, larger = (_called(function, size) for size in SIZES)
    if smaller.shape != (ROWS, COLUMNS):
        return Traits()
    low, high = _bound(smaller.min(), larger.min()), _bound(smaller.max(), larger.max())
    # Sums of large numbers are rounded too much.
    if np.allclose(_called(function, MODEST).sum(axis=1), 1, atol=NEAR):
        return Traits(gives=Values(low=0, high=1, adds_up=True))
    return Traits(gives=Values(low=low, high=high))


def _called(function: Callable[[Any], Any], size: float) -> np.ndarray:
    """Call it with numbers of both signs, many of each size, in any order."""
    sizes = np.geomspace(SMALLEST, size, ROWS * COLUMNS // 2, dtype="float32")
    numbers = np.random.default_rng(0).permutation(np.concatenate([-sizes, sizes]))
    called = function(keras.ops.convert_to_tensor(numbers.reshape(ROWS, COLUMNS)))
    return np.asarray(keras.ops.convert_to_numpy(called), dtype="float64")


def _bound(smaller: float, larger: float) -> float | None:
    if abs(larger) == inf or abs(larger - smaller) > NEAR * max(1, abs(smaller)):
        return None
    return round(float(larger), 3) + 0.0
