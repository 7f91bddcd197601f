"""The sample that a probe looks at: a row of the data, or a person's own input."""

import base64
import binascii
from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import keras
import numpy as np

from engine.data.catalogue import TEXT, Column
from engine.data.division import Part
from engine.problems import Problem, problem
from engine.protocol.frames import (
    MAX_SHOWN,
    MAX_TEXT,
    Look,
    OwnSample,
    RowSample,
    Sample,
    SampleShown,
)
from engine.training.inside.planes import spread
from engine.training.inside.subject import Subject
from engine.training.rows import Data, Rows

Arrays = list[np.ndarray]

NEAREST: dict[Part, tuple[Part, ...]] = {
    "validation": ("validation", "training"),
    "test": ("test", "validation", "training"),
    "training": ("training",),
}
"""The parts that are looked into if a part has no rows."""


class Read(NamedTuple):
    """The arrays of a sample, one for each input, with a batch axis of 1; what is shown of it."""

    arrays: Arrays
    shown: SampleShown


def read(look: Look, subject: Subject) -> Read | Problem:
    """Return what is looked at as arrays; or a problem if there is no such row, or it does not fit.

    With a plane, the batch axis has all samples on it.
    """
    if look.plane is None:
        return _sample(look.sample, subject)
    if isinstance(subject.data, Problem):
        return subject.data
    found = spread(look.plane, subject.data, subject.network.model)
    if isinstance(found, Problem):
        return found
    return Read([found.array], SampleShown(sample=look.sample, plane=found.shown))


def _sample(sample: Sample, subject: Subject) -> Read | Problem:
    if isinstance(sample, OwnSample):
        arrays = own(sample, subject.network.model.inputs, subject.inputs)
        if isinstance(arrays, Problem):
            return arrays
        bare = sample.model_copy(update={"packed": {}})
        return Read(arrays, SampleShown(sample=bare, features=subject.features))
    if isinstance(subject.data, Problem):
        return subject.data
    arrays, shown = _row(sample, subject.data)
    tensors = subject.network.model.inputs
    known = as_own(arrays, subject.inputs)
    cast = [_cast(*both) for both in zip(arrays, tensors, strict=True)]
    return Read(cast, shown.model_copy(update={"own": known, "features": subject.features}))


def as_own(arrays: Arrays, nodes: Sequence[str]) -> OwnSample:
    """Return the values of a row as a person would give them, to six digits; small inputs only."""
    texts, values = {}, {}
    for node, array in zip(nodes, arrays, strict=True):
        if array.dtype == object:
            texts[node] = str(array.reshape(-1)[0])[:MAX_TEXT]
        elif array.size <= MAX_SHOWN:
            values[node] = tuple(float(f"{value:.6g}") for value in array.reshape(-1).tolist())
    return OwnSample(values=values, texts=texts)


def _cast(array: np.ndarray, tensor: Any) -> np.ndarray:
    """The array in the dtype of an input, as Keras casts it."""
    return array if array.dtype == object else array.astype(_dtype(tensor))


def _dtype(tensor: Any) -> str:
    return str(keras.backend.standardize_dtype(tensor.dtype))


def _row(sample: RowSample, data: Data) -> Read:
    part = next(part for part in NEAREST[sample.part] if data.part(part))
    rows = data.part(part)
    assert rows is not None
    row = _numbered(rows, sample.number)
    row = sample.row % len(rows) if row is None else row
    inputs, targets = rows.read(np.array([row]))
    shown = RowSample(part=part, row=row)
    return Read(inputs, SampleShown(sample=shown, rows=len(rows), truths=_truths(data, targets)))


def _numbered(rows: Rows, number: int | None) -> int | None:
    """The position of the row with this number in the data set, if it is among these rows."""
    if number is None:
        return None
    found = np.flatnonzero(rows.index == number)
    return int(found[0]) if len(found) else None


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


def own(sample: OwnSample, tensors: Sequence[Any], nodes: Sequence[str]) -> Arrays | Problem:
    """Return a person's input as arrays, or a problem that says which input it does not fit."""
    arrays: Arrays = []
    for node, tensor in zip(nodes, tensors, strict=True):
        array = _own_array(sample, node, tensor)
        if isinstance(array, Problem):
            return array
        arrays.append(array)
    return arrays


def _own_array(sample: OwnSample, node: str, tensor: Any) -> np.ndarray | Problem:
    """What a person gave for one input, in the shape that the input takes."""
    if tensor.dtype == TEXT:
        text = np.array([sample.texts.get(node, "")], object)
        return text.reshape([1] * len(tensor.shape))
    values = _numbers(sample, node)
    shape = _shape(tensor.shape[1:], values.size)
    if shape is None:
        wanted = " × ".join("?" if axis is None else str(axis) for axis in tensor.shape[1:])
        return problem("probe_shape", name=tensor.name, wanted=wanted, count=values.size)
    return values.reshape(1, *shape).astype(_dtype(tensor))


def _numbers(sample: OwnSample, node: str) -> np.ndarray:
    """The numbers that were given for an input; none if they can't be unpacked."""
    if node not in sample.packed:
        return np.asarray(sample.values.get(node, ()), "float64")
    try:
        return np.frombuffer(base64.b64decode(sample.packed[node], validate=True), "<f4")
    except (binascii.Error, ValueError):
        return np.zeros(0)


def _shape(axes: Sequence[int | None], values: int) -> tuple[int, ...] | None:
    """The shape with its open axes filled, if it then holds so many values.

    Several open axes are of one length, as those of a square picture.
    """
    known = prod(axis for axis in axes if axis is not None)
    open_axes = sum(axis is None for axis in axes)
    if not known or values == 0:
        return None
    length = round((values / known) ** (1 / max(1, open_axes)))
    filled = tuple(length if axis is None else axis for axis in axes)
    return filled if prod(filled) == values else None
