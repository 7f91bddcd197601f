"""Samples that are spread over a plane of two features, on which the model's decisions are painted.

As in TensorFlow Playground (https://playground.tensorflow.org), for any graph with one input of
features. Further features are at their mean over the training rows.
"""

from typing import NamedTuple

import keras
import numpy as np

from engine.data.catalogue import features_of
from engine.problems import Problem, problem
from engine.protocol.frames import Plane, PlaneShown
from engine.training.inside.pictures import PIXELS
from engine.training.rows import Data

SIZE = PIXELS
"""Samples along each side of the plane."""
ROWS = 2_000
"""Training rows from which ranges and means are taken."""
POINTS = 300
"""Rows that are shown."""
MARGIN = 0.1
"""The part of the range that is added at each side."""


class Spread(NamedTuple):
    """One array of SIZE × SIZE samples, row by row from the top, and what is shown of the plane."""

    array: np.ndarray
    shown: PlaneShown


def spread(plane: Plane, data: Data, model: keras.Model) -> Spread | Problem:
    """Return the samples of a plane; or a problem unless the only input is a row of features."""
    tensors = model.inputs
    features = tensors[0].shape[1] if len(tensors[0].shape) == 2 else None  # noqa: PLR2004
    if len(tensors) != 1 or features is None or features < 2:  # noqa: PLR2004
        return problem("plane_unknown")
    if max(plane.x, plane.y) >= features:
        plane = Plane()
    (rows,), targets = data.training.read(np.arange(min(ROWS, len(data.training))))
    rows = rows.reshape(len(rows), features).astype("float64")
    (left, right), (bottom, top) = (_range(rows[:, at]) for at in (plane.x, plane.y))
    array = np.tile(rows.mean(axis=0), (SIZE * SIZE, 1))
    across, down = np.meshgrid(_middles(left, right), _middles(bottom, top)[::-1])
    array[:, plane.x], array[:, plane.y] = across.reshape(-1), down.reshape(-1)
    shown = PlaneShown(
        plane=plane,
        names=_names(data, features),
        left=left,
        right=right,
        bottom=bottom,
        top=top,
        points=_points(rows[:POINTS, [plane.x, plane.y]], targets[0][:POINTS]),
        classes=data.columns[0].classes,
    )
    dtype = str(keras.backend.standardize_dtype(tensors[0].dtype))
    return Spread(array.astype(dtype), shown)


def as_maps(values: np.ndarray) -> np.ndarray | None:
    """Return the outputs for all samples as maps of the plane, units last; None for other ranks."""
    if values.ndim > 2 or values.shape[:1] != (SIZE * SIZE,):  # noqa: PLR2004
        return None
    return values.reshape(SIZE, SIZE, -1)


def _range(values: np.ndarray) -> tuple[float, float]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    margin = (high - low) * MARGIN or 1.0
    return low - margin, high + margin


def _middles(low: float, high: float) -> np.ndarray:
    """The middles of SIZE equal parts of a range."""
    return low + (np.arange(SIZE) + 0.5) * (high - low) / SIZE


def _names(data: Data, features: int) -> tuple[str, ...]:
    """The names of the features, or their numbers."""
    names = features_of(data.sources[0])
    return names if len(names) == features else tuple(map(str, range(1, features + 1)))


def _points(places: np.ndarray, targets: np.ndarray) -> tuple[tuple[float, float, float], ...]:
    flat = targets.reshape(len(targets), -1).astype("float64")
    values = flat[:, 0] if flat.shape[1] == 1 else flat.argmax(axis=1)
    return tuple(
        (float(x), float(y), float(value))
        for (x, y), value in zip(places, values, strict=True)
        if np.isfinite([x, y, value]).all()
    )
