"""The class weights that fit(…) gets, for each output of a model."""

from collections.abc import Sequence
from typing import Any

from engine.document import MAX_CLASSES, ClassWeights
from engine.imports.python.unknown import (
    Balanced,
    RowWeights,
)
from engine.imports.python.values import (
    Array,
)

ARGUMENTS = ("class_weight", "sample_weight")

Weights = list[ClassWeights | None]


def read_class_weights(fitted: dict[str, Any], outputs: Sequence[str]) -> Weights | None:
    """The class weights of each output, whose layers have these names.

    None if an argument has a value that class weights can't express.
    """
    by_class, by_row = (fitted.get(name) for name in ARGUMENTS)
    if by_row is None:
        values = _by_class(by_class, outputs)
    else:
        values = None if by_class is not None else _by_row(by_row, outputs)
    if values is None:
        return None
    weights = [_weights(value) for value in values]
    unread = any(value is not None and own is None for value, own in zip(values, weights))  # noqa: B905
    return None if unread else weights


def _by_class(value: Any, outputs: Sequence[str]) -> list[Any] | None:
    """A dictionary by class number for one output; Keras 2 had one for each of several."""
    if isinstance(value, dict) and value and all(isinstance(key, str) for key in value):
        return [value.get(name) for name in outputs] if set(value) <= set(outputs) else None
    if value is None or len(outputs) == 1:
        return [value] * len(outputs)
    return None


def _by_row(value: Any, outputs: Sequence[str]) -> list[Any] | None:
    """The weights of rows that `row_weights` computes; an array of ones has no effect."""
    rows = list(value) if isinstance(value, list | tuple) else [value]
    if len(rows) != len(outputs) or not all(isinstance(row, RowWeights | Array) for row in rows):
        return None
    if not any(isinstance(row, RowWeights) for row in rows):
        return None
    return [row.weights if isinstance(row, RowWeights) else None for row in rows]


def _weights(value: Any) -> ClassWeights | None:
    if isinstance(value, Balanced):
        return "balanced"
    if not isinstance(value, dict) or not value:
        return None
    if not all(_is_class(key) and _is_weight(item) for key, item in value.items()):
        return None
    return tuple(float(value.get(number, 1.0)) for number in range(max(value) + 1))


def _is_class(key: Any) -> bool:
    return isinstance(key, int) and 0 <= key < MAX_CLASSES


def _is_weight(value: Any) -> bool:
    return isinstance(value, int | float) and 0 <= value < float("inf")
