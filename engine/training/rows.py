"""The training, validation and test rows of a run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import keras
import numpy as np

from engine.data.bindings import bind, columns
from engine.data.catalogue import Column, DataSets, Joined, OneHot, parts_of
from engine.data.dividing import Parts, divide
from engine.data.division import Part, rule_of
from engine.data.feeding import Wanted, fed_shape, target_shape
from engine.data.loading import load
from engine.document import Document
from engine.graph.index import inputs as model_inputs
from engine.graph.index import outputs as model_outputs
from engine.problems import Problem, problem
from engine.training.refusal import RefusedError, refuse


@dataclass(frozen=True)
class Rows:
    """Arrays, rows first: one for each input and one for each output of the model."""

    inputs: Sequence[np.ndarray]
    targets: Sequence[np.ndarray]

    def __len__(self) -> int:
        return len(self.targets[0])

    @property
    def x(self) -> np.ndarray | list[np.ndarray]:
        """The inputs as Keras takes them."""
        return self.inputs[0] if len(self.inputs) == 1 else list(self.inputs)

    @property
    def y(self) -> np.ndarray | list[np.ndarray]:
        """The targets as Keras takes them."""
        return self.targets[0] if len(self.targets) == 1 else list(self.targets)


@dataclass(frozen=True)
class Data:
    """The data that a document trains on.

    `sources` are the columns of the inputs; `columns` are those of the targets, one for each of
    the output nodes `outputs`. `validation` and `test` are None if there are no such rows.
    """

    outputs: Sequence[str]
    sources: Sequence[Column]
    columns: Sequence[Column]
    training: Rows
    validation: Rows | None
    test: Rows | None

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
    fed, targets, problems = bind(document, inputs, outputs, sets)
    refuse(problems)
    arrays = load(document.training.data, sets)
    if isinstance(arrays, Problem):
        raise RefusedError(arrays)
    input_columns, target_columns = (columns(document, part, sets) for part in (fed, targets))
    sources = [input_columns[node] for node in inputs]
    compared = [target_columns[node] for node in outputs]
    parts = _divided(document, arrays, compared, sets)

    def picked(rows: np.ndarray) -> Rows | None:
        return _pick(arrays, sources, compared, rows) if len(rows) else None

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
    )


def _divided(
    document: Document,
    arrays: Mapping[str, np.ndarray],
    targets: Sequence[Column],
    sets: DataSets,
) -> Parts:
    data = sets.find(document.training.data)
    assert data is not None
    rule = rule_of(document.training, data, targets)
    if isinstance(rule, Problem):
        raise RefusedError(rule)
    rows = len(next(iter(arrays.values())))
    return divide(rule, rows, arrays, document.training.seed)


def _pick(
    arrays: Mapping[str, np.ndarray],
    inputs: Sequence[Column],
    targets: Sequence[Column],
    rows: np.ndarray,
) -> Rows:
    names = {part.name for column in (*inputs, *targets) for part in parts_of(column)}
    picked = {name: arrays[name][rows] for name in names}
    return Rows(
        [_joined(picked, column) for column in inputs],
        [_joined(picked, column) for column in targets],
    )


def _joined(arrays: Mapping[str, np.ndarray], column: Column) -> np.ndarray:
    """The rows of a column as they are stored; joined columns side by side."""
    if not isinstance(column, Joined):
        return arrays[column.name]
    return np.column_stack([_encoded(arrays[part.name], part) for part in column.parts])


def _encoded(array: np.ndarray, column: Column) -> np.ndarray:
    if not isinstance(column, OneHot):
        return array
    return np.asarray(keras.utils.to_categorical(array, len(column.classes)))


def fitted(data: Data, model: keras.Model) -> Data:
    """Return the data with classes encoded, and rows in the shapes that the model takes.

    Rows that fit no such shape keep theirs, and Keras explains what is wrong.
    """
    validation, test = data.validation, data.test
    return replace(
        data,
        training=_fitted(data.training, data, model),
        validation=_fitted(validation, data, model) if validation else None,
        test=_fitted(test, data, model) if test else None,
    )


def _fitted(rows: Rows, data: Data, model: keras.Model) -> Rows:
    inputs = zip(rows.inputs, data.sources, model.inputs, strict=True)
    targets = zip(rows.targets, data.columns, model.outputs, strict=True)
    return Rows(
        [_fed(array, column, tensor, fed_shape) for array, column, tensor in inputs],
        [_fed(array, column, tensor, target_shape) for array, column, tensor in targets],
    )


def _fed(
    array: np.ndarray,
    column: Column,
    tensor: keras.KerasTensor,
    fit: Callable[[Column, Wanted], tuple[int, ...] | None],
) -> np.ndarray:
    array = _encoded(array, column)
    shape = fit(column, tensor.shape[1:])
    return array if shape is None else array.reshape(len(array), *shape)
