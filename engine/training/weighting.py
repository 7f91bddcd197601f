"""Class weights, as Keras's `fit` takes them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.data.catalogue import Column, OneHot
from engine.data.defaults import Chosen
from engine.data.feeding import loss_axes
from engine.data.weighting import balanced_weights, row_weights
from engine.document import ClassWeights
from engine.training.rows import Data


def fit_weights(data: Data, chosen: Sequence[Chosen]) -> dict[str, Any]:
    """Return the arguments of `fit` that weigh the training rows by their class.

    `class_weight` for one output; Keras refuses it for several, which take the weight of each row.
    """
    settings = [choice.class_weights for choice in chosen]
    if not any(settings):
        return {}
    numbers = map(_class_numbers, data.columns, data.training.targets)
    if len(settings) == 1:
        return {"class_weight": _weights(settings[0], next(numbers))}
    return {
        "sample_weight": [
            row_weights(classes, _weights(setting, classes)) if setting else _ones(column, target)
            for setting, classes, column, target in zip(
                settings, numbers, data.columns, data.training.targets, strict=True
            )
        ]
    }


def _ones(column: Column, target: np.ndarray) -> np.ndarray:
    """A weight of 1 for each row, in a shape that Keras broadcasts with the rows' losses."""
    return np.ones((len(target), *[1] * loss_axes(column, target.shape[1:])))


def _class_numbers(column: Column, target: np.ndarray) -> np.ndarray:
    return target.argmax(axis=-1) if isinstance(column, OneHot) else target


def _weights(setting: ClassWeights | None, classes: np.ndarray) -> dict[int, float]:
    """The weight of each class by its number."""
    if setting == "balanced":
        return balanced_weights(classes)
    return dict(enumerate(setting or ()))
