"""The training, validation and test rows of a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import keras
import numpy as np

from engine.data.bindings import bind, columns
from engine.data.catalogue import Column, DataSets, Task
from engine.data.division import Part
from engine.data.feeding import fed_shape, target_shape
from engine.data.loading import load
from engine.data.preparation import Effect, row_plan
from engine.data.preparing import Prepared, prepare
from engine.data.row_weights import unusable_weights, weight_column
from engine.data.weighting import unusable
from engine.document import Document
from engine.graph.index import inputs as model_inputs
from engine.graph.index import outputs as model_outputs
from engine.machine import memory
from engine.problems import Problem, problem
from engine.training.refusal import RefusedError, refuse
from engine.training.sources import Source

HELD_BYTES = 1 << 26
"""Rows that take no more than this are held in memory, others are read in batches."""
PARTS = 64
"""A block of rows takes at most this part of the memory that the process may use: a backend makes
copies of it."""

Arrays = list[np.ndarray]


@dataclass(frozen=True)
class Rows:
    """Rows of a data set: a source for each input and for each output of the model.

    `index` are the numbers of the rows in the sources, which may be larger than memory; a row is
    found by its position in `index`.
    """

    inputs: Sequence[Source]
    targets: Sequence[Source]
    index: np.ndarray

    def __len__(self) -> int:
        return len(self.index)

    def read(self, positions: np.ndarray) -> tuple[Arrays, Arrays]:
        """Return copies of rows: an array for each input, and one for each target."""
        if self.held is None:
            return self._read(self.index[positions])
        inputs, targets = self.held
        return [array[positions] for array in inputs], [array[positions] for array in targets]

    @cached_property
    def held(self) -> tuple[Arrays, Arrays] | None:
        """All rows, as `read` returns them; None if there are too many to hold."""
        return self._read(self.index) if len(self) * self._row_bytes <= HELD_BYTES else None

    def blocks(self, batch_size: int, more_bytes: int = 0) -> Iterator[np.ndarray]:
        """Yield the positions of all rows, in blocks that fit in memory with `more_bytes` a row.

        All but the last are whole batches.
        """
        most = min(HELD_BYTES, memory.allowed() // PARTS)
        fitting = most // max(1, self._row_bytes + more_bytes)
        size = max(1, fitting // batch_size) * batch_size
        for start in range(0, len(self), size):
            yield np.arange(start, min(start + size, len(self)))

    def _read(self, rows: np.ndarray) -> tuple[Arrays, Arrays]:
        return (
            [source.read(rows) for source in self.inputs],
            [source.read(rows) for source in self.targets],
        )

    @cached_property
    def _row_bytes(self) -> int:
        return sum(source.row_bytes for source in (*self.inputs, *self.targets))


def bytes_of(tensor: keras.KerasTensor) -> int:
    """Return the bytes that one row of a tensor takes; axes of any length count once."""
    item = int(np.dtype(keras.backend.standardize_dtype(tensor.dtype)).itemsize)
    axes: tuple[int | None, ...] = tensor.shape[1:]
    return item * prod(axis or 1 for axis in axes)


@dataclass(frozen=True)
class Data:
    """The data that a document trains on.

    `sources` are the columns of the inputs; `columns` are those of the targets, one for each of
    the output nodes `outputs`. `validation` and `test` are None if there are no such rows.
    `effects` say what the steps of the preparation did. `weights` is the column that weighs the
    training rows. `task` is what the data set is for. `classes` is a column of classes by which
    rows can be told apart where they are shown, whether the model learns it or not.
    """

    outputs: Sequence[str]
    sources: Sequence[Column]
    columns: Sequence[Column]
    training: Rows
    validation: Rows | None
    test: Rows | None
    effects: Sequence[Effect] = ()
    weights: Source | None = None
    task: Task = "regression"
    classes: Source | None = None

    def part(self, name: Part) -> Rows | None:
        """The rows of a part, if it has any."""
        rows = {"training": self.training, "validation": self.validation, "test": self.test}
        return rows[name]


def gather(document: Document, sets: DataSets) -> Data:
    """Load the document's data, assign columns to inputs and outputs, and split the rows.

    The rows are as they are stored; `fitted` gives them the form that the model takes.

    Raises RefusedError if the data can't be loaded, or an input or output has no column.
    """
    inputs, outputs = model_inputs(document.main), model_outputs(document.main)
    bound, targets, problems = bind(document, inputs, outputs, sets)
    refuse(problems)
    arrays = load(document.training.data, sets)
    if isinstance(arrays, Problem):
        raise RefusedError(arrays)
    input_columns, target_columns = (columns(document, part, sets) for part in (bound, targets))
    sources = [input_columns[node] for node in inputs]
    compared = [target_columns[node] for node in outputs]
    prepared = _prepared(document, arrays, compared, sets)
    parts = prepared.parts

    fed = [Source(arrays, column, prepared) for column in sources]
    expected = [Source(arrays, column, prepared) for column in compared]

    def picked(index: np.ndarray) -> Rows | None:
        return Rows(fed, expected, index) if len(index) else None

    training = picked(parts.training)
    if training is None:
        raise RefusedError(problem("part_empty.training"))
    return Data(
        outputs=outputs,
        sources=sources,
        columns=compared,
        training=training,
        validation=picked(parts.validation),
        test=picked(parts.test),
        effects=prepared.effects,
        weights=_weights(document, arrays, prepared, sets),
        task=_task(document, sets),
        classes=_classes(document, arrays, prepared, sets),
    )


def _classes(
    document: Document, arrays: Mapping[str, np.ndarray], prepared: Prepared, sets: DataSets
) -> Source | None:
    """The column of classes of the data set, its target if that is one."""
    data = sets.find(document.training.data)
    assert data is not None
    found = [column for column in data.columns if column.has_one_class]
    found.sort(key=lambda column: column.role != "target")
    return Source(arrays, found[0], prepared) if found else None


def _task(document: Document, sets: DataSets) -> Task:
    data = sets.find(document.training.data)
    assert data is not None
    return data.task


def _weights(
    document: Document, arrays: Mapping[str, np.ndarray], prepared: Prepared, sets: DataSets
) -> Source | None:
    """The column that weighs the training rows, if there is one."""
    data = sets.find(document.training.data)
    assert data is not None
    column = weight_column(data)
    if column is None:
        return None
    if isinstance(column, Problem):
        raise RefusedError(column)
    source = Source(arrays, column, prepared)
    if why := unusable(source.read(prepared.parts.training)):
        raise RefusedError(unusable_weights(column, why))
    return source


def _prepared(
    document: Document,
    arrays: Mapping[str, np.ndarray],
    targets: Sequence[Column],
    sets: DataSets,
) -> Prepared:
    """The rows of each part after the steps of the document's preparation."""
    data = sets.find(document.training.data)
    assert data is not None
    plan, problems = row_plan(document.training, data, targets)
    refuse(problems)
    assert plan is not None
    prepared = prepare(plan, len(next(iter(arrays.values()))), arrays)
    if isinstance(prepared, Problem):
        raise RefusedError(prepared)
    return prepared


def fitted(data: Data, model: keras.Model) -> Data:
    """Return the data with classes encoded, and rows in the shapes that the model takes.

    Rows that fit no such shape keep theirs, and Keras explains what is wrong.
    """
    inputs = [
        replace(source, fitted=True, shape=fed_shape(source.column, tensor.shape[1:]))
        for source, tensor in zip(data.training.inputs, model.inputs, strict=True)
    ]
    targets = [
        replace(source, fitted=True, shape=target_shape(source.column, tensor.shape[1:]))
        for source, tensor in zip(data.training.targets, model.outputs, strict=True)
    ]

    def fit(rows: Rows | None) -> Rows | None:
        return Rows(inputs, targets, rows.index) if rows else None

    training = Rows(inputs, targets, data.training.index)
    return replace(data, training=training, validation=fit(data.validation), test=fit(data.test))
