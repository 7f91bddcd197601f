"""The training rows and the validation rows of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.data.bindings import bind, columns
from engine.data.catalogue import Column, DataSets
from engine.data.feeding import Wanted, fed_shape, target_shape
from engine.data.loading import load
from engine.data.splitting import split_rows
from engine.document import Document
from engine.graph.index import inputs as model_inputs
from engine.graph.index import outputs as model_outputs
from engine.problems import Problem
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
    the output nodes `outputs`. `validation` is None if there are no validation rows.
    """

    outputs: Sequence[str]
    sources: Sequence[Column]
    columns: Sequence[Column]
    training: Rows
    validation: Rows | None

    @property
    def evaluated(self) -> Rows:
        """The rows on which the trained model is evaluated."""
        return self.validation or self.training


def gather(document: Document, sets: DataSets) -> Data:
    """Load the document's data, assign columns to inputs and outputs, and split the rows.

    The rows have the shapes of the columns; `fitted` gives them those of the model.

    Raises RefusedError if the data can't be loaded, or an input or output has no column.
    """
    inputs, outputs = model_inputs(document.main), model_outputs(document.main)
    fed, targets, problems = bind(document, inputs, outputs, sets)
    refuse(problems)
    arrays = load(document.training.data, sets)
    if isinstance(arrays, Problem):
        raise RefusedError(arrays)
    input_columns, target_columns = (columns(document, part, sets) for part in (fed, targets))
    names = [fed[node] for node in inputs], [targets[node] for node in outputs]
    rows = len(next(iter(arrays.values())))
    training, validation = split_rows(rows, document.training.split, document.training.seed)
    return Data(
        outputs=outputs,
        sources=[input_columns[node] for node in inputs],
        columns=[target_columns[node] for node in outputs],
        training=_pick(arrays, *names, training),
        validation=_pick(arrays, *names, validation) if len(validation) else None,
    )


def _pick(
    arrays: Mapping[str, np.ndarray],
    inputs: Sequence[str],
    targets: Sequence[str],
    rows: np.ndarray,
) -> Rows:
    picked = {name: arrays[name][rows] for name in {*inputs, *targets}}
    return Rows([picked[name] for name in inputs], [picked[name] for name in targets])


def fitted(data: Data, model: Any) -> Data:
    """Return the data with the rows in the shapes that the model takes and returns.

    Rows that fit no such shape stay as they are, and Keras explains what is wrong.
    """
    inputs: list[Wanted] = [tensor.shape[1:] for tensor in model.inputs]
    outputs: list[Wanted] = [tensor.shape[1:] for tensor in model.outputs]
    shapes = (
        [fed_shape(*pair) for pair in zip(data.sources, inputs, strict=True)],
        [target_shape(*pair) for pair in zip(data.columns, outputs, strict=True)],
    )
    return replace(
        data,
        training=_reshaped(data.training, *shapes),
        validation=_reshaped(data.validation, *shapes) if data.validation else None,
    )


Shapes = Sequence[tuple[int, ...] | None]


def _reshaped(rows: Rows, inputs: Shapes, targets: Shapes) -> Rows:
    return Rows(_each_reshaped(rows.inputs, inputs), _each_reshaped(rows.targets, targets))


def _each_reshaped(arrays: Sequence[np.ndarray], shapes: Shapes) -> list[np.ndarray]:
    return [
        array if shape is None else array.reshape(len(array), *shape)
        for array, shape in zip(arrays, shapes, strict=True)
    ]
