"""The training rows and the validation rows of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.bindings import bind, columns
from engine.data.catalogue import Column, DataSets
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

    `columns` are the columns of the targets, one for each of the output nodes `outputs`;
    `validation` is None if there are no validation rows.
    """

    outputs: Sequence[str]
    columns: Sequence[Column]
    training: Rows
    validation: Rows | None

    @property
    def evaluated(self) -> Rows:
        """The rows on which the trained model is evaluated."""
        return self.validation or self.training


def gather(document: Document, sets: DataSets) -> Data:
    """Load the document's data, assign columns to inputs and outputs, and split the rows.

    Raises RefusedError if the data can't be loaded, or an input or output has no column.
    """
    inputs, outputs = model_inputs(document.main), model_outputs(document.main)
    fed, targets, problems = bind(document, inputs, outputs, sets)
    refuse(problems)
    arrays = load(document.training.data, sets)
    if isinstance(arrays, Problem):
        raise RefusedError(arrays)
    target_columns = columns(document, targets, sets)
    names = [fed[node] for node in inputs], [targets[node] for node in outputs]
    rows = len(next(iter(arrays.values())))
    training, validation = split_rows(rows, document.training.split, document.training.seed)
    return Data(
        outputs=outputs,
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
