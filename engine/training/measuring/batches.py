"""Batches of rows with their weights, as `fit` is given them, in an order of one's own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine.training.adapters import adapter
from engine.training.rows import Rows


def spread(rows: Rows, count: int) -> np.ndarray:
    """Return the positions of rows that are evenly spread."""
    return np.unique(np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int))


def batch_of(rows: Rows, positions: np.ndarray, weights: Mapping[str, Any]) -> Any:
    """Return the rows at these positions as one batch; `weights` are those of all rows."""
    some, own = picked(rows, positions, weights)
    return next(iter(adapter(some, len(positions), **own).get_numpy_iterator()))


def picked(
    rows: Rows, positions: np.ndarray, weights: Mapping[str, Any]
) -> tuple[Rows, Mapping[str, Any]]:
    """Return the rows at these positions, and their weights as `fit` takes them."""
    own = dict(weights)
    if "sample_weight" in own:
        own["sample_weight"] = [array[positions] for array in own["sample_weight"]]
    return replace(rows, index=rows.index[positions]), own
