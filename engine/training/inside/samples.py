"""The sample that a probe looks at: a row of the data, or a person's own input."""

from collections.abc import Sequence
from math import prod
from typing import Any

import keras
import numpy as np

from engine.data.catalogue import Column
from engine.data.division import Part
from engine.problems import Problem, problem
from engine.protocol.frames import OwnSample, RowSample, Sample, SampleShown
from engine.training.rows import Data

Arrays = list[np.ndarray]

NEAREST: dict[Part, tuple[Part, ...]] = {
    "validation": ("validation", "training"),
    "test": ("test", "validation", "training"),
    "training": ("training",),
}
"""The parts that are looked into if a part has no rows."""


def read(sample: Sample, data: Data | None, model: keras.Model, nodes: Sequence[str]) -> Any:
    """Return the arrays of a sample, one for each of the model's inputs with a batch axis of 1, and
    what is shown of it; or a problem if the sample does not fit the model.

    `nodes` are the ids of the model's Input nodes.
    """
    if isinstance(sample, OwnSample):
        arrays = own(sample, model.inputs, nodes)
        return arrays if isinstance(arrays, Problem) else (arrays, SampleShown(sample=sample))
    if data is None:
        return problem("probe_no_data")
    return _row(sample, data)


def _row(sample: RowSample, data: Data) -> tuple[Arrays, SampleShown]:
    part = next(part for part in NEAREST[sample.part] if data.part(part))
    rows = data.part(part)
    assert rows is not None
    row = sample.row % len(rows)
    inputs, targets = rows.read(np.array([row]))
    shown = RowSample(part=part, row=row)
    return inputs, SampleShown(sample=shown, rows=len(rows), truths=_truths(data, targets))


def _truths(data: Data, targets: Arrays) -> tuple[str, ...]:
    """The true answer for each output whose column has classes, else an empty text."""
    return tuple(
        _truth(column, array[0]) for column, array in zip(data.columns, targets, strict=True)
    )


def _truth(column: Column, value: np.ndarray) -> str:
    if not column.classes or (value.size != 1 and value.size != len(column.classes)):
        return ""
    number = int(value.reshape(-1)[0]) if value.size == 1 else int(value.argmax())
    return column.classes[number] if 0 <= number < len(column.classes) else ""


def labels_of(column: Column, units: int) -> tuple[str, ...]:
    """Return the names of the values of an output with this column; none if they don't agree."""
    names = column.classes or column.labels
    return names if len(names) == units else ()


def own(sample: OwnSample, tensors: Sequence[Any], nodes: Sequence[str]) -> Arrays | Problem:
    """Return a person's input as arrays, or a problem that says which input it does not fit."""
    arrays = []
    for node, tensor in zip(nodes, tensors, strict=True):
        if tensor.dtype == "string":
            arrays.append(
                np.array([sample.texts.get(node, "")], object).reshape(
                    1, *[1] * (len(tensor.shape) - 1)
                )
            )
            continue
        values = np.asarray(sample.values.get(node, ()), "float64")
        shape = _shape(tensor.shape[1:], values.size)
        if shape is None:
            wanted = " × ".join("?" if axis is None else str(axis) for axis in tensor.shape[1:])
            return problem("probe_shape", name=tensor.name, wanted=wanted, count=values.size)
        arrays.append(
            values.reshape(1, *shape).astype(keras.backend.standardize_dtype(tensor.dtype))
        )
    return arrays


def _shape(axes: Sequence[int | None], values: int) -> tuple[int, ...] | None:
    """The shape with its open axis filled, if it then holds so many values."""
    known = prod(axis for axis in axes if axis is not None)
    open_axes = sum(axis is None for axis in axes)
    if open_axes > 1 or not known or values % known or values == 0:
        return None
    filled = tuple(values // known if axis is None else axis for axis in axes)
    return filled if prod(filled) == values else None
