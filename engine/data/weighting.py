"""How much rows count in the loss; generated training scripts have copies of these functions."""

import numpy as np

from engine.data.row_weights import Unusable


def balanced_weights(classes: np.ndarray) -> dict[int, float]:
    """Return the weight of each class: the rarer it is, the more its rows count; 1 on average."""
    numbers, counts = np.unique(classes, return_counts=True)
    weights = classes.size / (len(numbers) * counts)
    return {int(number): float(weight) for number, weight in zip(numbers, weights, strict=True)}


def unusable(weights: np.ndarray) -> Unusable | None:
    """Return why numbers can't weigh the training rows; None if they can."""
    if not np.isfinite(weights).all():
        return "missing"
    if (weights < 0).any():
        return "negative"
    return None if weights.any() or not len(weights) else "zero"


def row_weights(classes: np.ndarray, weights: dict[int, float]) -> np.ndarray:
    """Return the weight of each row by its class; classes without a weight count 1."""
    return np.array([weights.get(int(number), 1.0) for number in classes.ravel()])
