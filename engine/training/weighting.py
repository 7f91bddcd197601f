"""Weights of classes and of rows, as Keras's `fit` takes them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.data.defaults import Chosen
from engine.data.feeding import loss_axes
from engine.data.weighting import balanced_weights, row_weights
from engine.document import ClassWeights
from engine.training.rows import Data, Rows
from engine.training.sources import Source


def fit_weights(data: Data, chosen: Sequence[Chosen]) -> dict[str, Any]:
    """Return the arguments of `fit` that weigh the training rows, by their class or by a column.

    `class_weight` for one output; Keras refuses it for several, and beside the weight of each row.
    These take the weight of each row: the product, where both its class and its column have one.
    """
    settings = [choice.class_weights for choice in chosen]
    if not any(settings) and data.weights is None:
        return {}
    rows = data.training
    weights = None if data.weights is None else data.weights.read(rows.index).ravel()
    if len(settings) == 1 and weights is None:
        return {"class_weight": _weights(settings[0], _class_numbers(rows, rows.targets[0]))}
    return {
        "sample_weight": [
            _of_rows(rows, target, setting, weights)
            for setting, target in zip(settings, rows.targets, strict=True)
        ]
    }


def _of_rows(
    rows: Rows, target: Source, setting: ClassWeights | None, weights: np.ndarray | None
) -> np.ndarray:
    """The weight of each row, in a shape that Keras broadcasts with the rows' losses."""
    own = np.ones(len(rows)) if weights is None else weights
    if setting:
        classes = _class_numbers(rows, target)
        both: np.ndarray = row_weights(classes, _weights(setting, classes)) * own
        return both
    shape = target.read(rows.index[:1]).shape[1:]
    return own.reshape(-1, *[1] * loss_axes(target.column, shape))


def _class_numbers(rows: Rows, target: Source) -> np.ndarray:
    return replace(target, fitted=False, shape=None).read(rows.index)


def _weights(setting: ClassWeights | None, classes: np.ndarray) -> dict[int, float]:
    """The weight of each class by its number."""
    if setting == "balanced":
        return balanced_weights(classes)
    return dict(enumerate(setting or ()))
