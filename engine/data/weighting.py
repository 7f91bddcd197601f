"""How much rows of a class count in the loss; copied into generated training scripts unchanged."""

import numpy as np


def balanced_weights(classes: np.ndarray) -> dict[int, float]:
    """Return the weight of each class: the rarer it is, the more its rows count; 1 on average."""
    numbers, counts = np.unique(classes, return_counts=True)
    weights = classes.size / (len(numbers) * counts)
    return {int(number): float(weight) for number, weight in zip(numbers, weights, strict=True)}


def row_weights(classes: np.ndarray, weights: dict[int, float]) -> np.ndarray:
    """Return the weight of each row by its class; classes without a weight count 1."""
    return np.array([weights.get(int(number), 1.0) for number in classes.ravel()])
