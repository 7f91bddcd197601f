"""Class weights, as Keras's `fit` takes them."""

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
    """Return the arguments of `fit` that weigh the training rows by their class.

    `class_weight` for one output; Keras refuses it for several, which take the weight of each row.
    """
    settings = [choice.class_weights for choice in chosen]
    if not any(settings):
        return {}
    rows = data.training
    if len(settings) == 1:
        return {"class_weight": _weights(settings[0], _class_numbers(rows, rows.targets[0]))}
    return {
        "sample_weight": [
            _row_weights(setting, _class_numbers(rows, target)) if setting else _ones(rows, target)
            for setting, target in zip(settings, rows.targets, strict=True)
        ]
    }


def _row_weights(setting: ClassWeights, classes: np.ndarray) -> np.ndarray:
    return row_weights(classes, _weights(setting, classes))


def _ones(rows: Rows, target: Source) -> np.ndarray:
    """A weight of 1 for each row, in a shape that Keras broadcasts with the rows' losses."""
    shape = target.read(rows.index[:1]).shape[1:]
    return np.ones((len(rows), *[1] * loss_axes(target.column, shape)))


def _class_numbers(rows: Rows, target: Source) -> np.ndarray:
    return replace(target, fitted=False, shape=None).read(rows.index)


def _weights(setting: ClassWeights | None, classes: np.ndarray) -> dict[int, float]:
    """The weight of each class by its number."""
    if setting == "balanced":
        return balanced_weights(classes)
    return dict(enumerate(setting or ()))
