"""Which kind of result an output has, and its predictions in the form that this kind compares.

The kind depends on the column and its encoding, never on a layer.
"""

from collections.abc import Sequence
from math import prod
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from engine.data.catalogue import Column, Joined, OneHot, Task

Kind: TypeAlias = Literal["classes", "labels", "places", "numbers", "forecast", "arrays"]

TWO = 2


class Compared(NamedTuple):
    """Rows of one output, comparable by kind.

    classes: numbers (rows,) and scores (rows, classes); labels: truths and scores (rows, labels);
    places: class numbers, -1 without a prediction; else values, flat for numbers and forecasts.
    """

    actual: np.ndarray
    predicted: np.ndarray


def kind_of(column: Column, task: Task) -> Kind:
    """Return the kind of result of an output that is compared with this column."""
    if column.labels:
        return "labels"
    if column.classes:
        return "classes" if column.has_one_class else "places"
    if task == "forecast":
        return "forecast"
    return "numbers" if len(column.shape) <= 1 else "arrays"


def names_of(column: Column) -> Sequence[str]:
    """Return the names of the classes, the labels or the numbers of a column."""
    if column.labels or column.classes:
        return column.labels or column.classes
    if isinstance(column, Joined) and all(prod(part.shape) == 1 for part in column.parts):
        return [part.name for part in column.parts]
    return [column.name] if prod(column.shape) == 1 else []


def compared(
    kind: Kind, column: Column, actual: np.ndarray, output: np.ndarray, logits: bool
) -> Compared | None:
    """Return rows of targets and outputs as they are compared; None if they can't be."""
    output = output.astype("float32", copy=False)
    if kind in ("classes", "places"):
        if isinstance(column, OneHot):
            actual = actual.argmax(axis=-1)
        if kind == "classes":
            return _classes(column, actual.reshape(len(actual), -1), output, logits)
        return _places(actual, output, logits)
    if actual.size != output.size:
        return None
    rows = len(actual)
    if kind == "arrays":
        shape = (rows, *column.shape)
        return Compared(_floats(actual).reshape(shape), output.reshape(shape))
    flat, scores = _floats(actual).reshape(rows, -1), output.reshape(rows, -1)
    return Compared(flat, _sigmoid(scores) if kind == "labels" and logits else scores)


def _classes(
    column: Column, actual: np.ndarray, output: np.ndarray, logits: bool
) -> Compared | None:
    scores = output.reshape(len(output), -1)
    units = scores.shape[1]
    if actual.shape[1] != 1 or (units == 1 and len(column.classes) != TWO):
        return None
    if units == 1:
        hits = _sigmoid(scores) if logits else scores
        scores = np.concatenate([1 - hits, hits], axis=1)
    elif logits:
        scores = _softmax(scores)
    numbers = actual[:, 0].astype("int32")
    return Compared(numbers, scores) if numbers.max(initial=0) < scores.shape[1] else None


def _places(actual: np.ndarray, output: np.ndarray, logits: bool) -> Compared | None:
    units = output.shape[-1]
    if output.shape[:-1] != actual.shape and actual.shape[-1:] == (1,):
        actual = actual[..., 0]
    if output.shape[:-1] != actual.shape:
        return None
    threshold = 0.0 if logits else 0.5
    predicted = output[..., 0] > threshold if units == 1 else output.argmax(axis=-1)
    finite = np.isfinite(output).all(axis=-1)
    return Compared(actual.astype("int32"), np.where(finite, predicted, -1).astype("int32"))


def errors_of(kind: Kind, rows: Compared) -> np.ndarray:
    """Return how wrong each row is; infinite where a prediction is not finite.

    Classes: the cross-entropy; labels: the mean one; places: the share that is wrong; numbers: the
    mean absolute error.
    """
    actual, predicted = rows
    count = len(actual)
    if kind == "classes":
        own = np.take_along_axis(predicted, actual[:, None], axis=1)[:, 0]
        return _infinite(-np.log(np.clip(own, 1e-7, 1.0)))
    if kind == "places":
        return np.asarray((actual != predicted).reshape(count, -1).mean(axis=1))
    if kind == "labels":
        right = np.where(actual > 0.5, predicted, 1 - predicted)  # noqa: PLR2004
        return _infinite(-np.log(np.clip(right, 1e-7, 1.0)).mean(axis=1))
    off = np.abs(predicted.astype("float64") - actual).reshape(count, -1)
    return _infinite(off.mean(axis=1))


def _infinite(errors: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(errors), errors, np.inf)


def _floats(values: np.ndarray) -> np.ndarray:
    return values.astype("float32", copy=False)


def _sigmoid(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-values)))


def _softmax(values: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        powers = np.exp(values - values.max(axis=-1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
