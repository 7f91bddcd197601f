"""Evaluates the trained model on rows that it was not trained on."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from engine.data.defaults import Chosen
from engine.data.division import Part
from engine.protocol import EvaluationEvent
from engine.results.collecting import KEPT_BYTES, Collector
from engine.results.description import PartResults
from engine.results.keeping import keep, table_file
from engine.results.table import PredictionsTable
from engine.training.adapters import adapter, bare
from engine.training.progress import numbers
from engine.training.rows import Data, Rows, bytes_of
from engine.training.scores import Score


class Evaluated(NamedTuple):
    """The evaluation on the rows of a part, and the results that were written.

    `left_out` names the metrics that are not finite; `complete` is false if the table of
    predictions was cut.
    """

    event: EvaluationEvent
    left_out: list[str]
    results: PartResults
    complete: bool

    @property
    def finite(self) -> bool:
        """Whether the loss, and so every weight, is finite."""
        return "loss" not in self.left_out


def evaluate(  # noqa: PLR0913
    model: keras.Model,
    data: Data,
    on: Part,
    chosen: Sequence[Chosen],
    *,
    batch_size: int,
    folder: Path,
) -> Evaluated:
    """Evaluate on the rows of a part, which has rows, and write its predictions to a folder.

    Regression outputs get a root mean squared error and R² in addition to the document's metrics.
    """
    rows = data.part(on)
    assert rows is not None
    values = numbers(model.evaluate(adapter(rows, batch_size), verbose=0, return_dict=True))
    scores = [
        Score(node, column, from_logits(choice))
        for node, column, choice in zip(data.outputs, data.columns, chosen, strict=True)
    ]
    collectors = _collectors(model, data, scores, len(rows))
    path = folder / table_file(on)
    with PredictionsTable(path, collectors) as table:
        for positions, actual, predicted in _predictions(model, rows, batch_size):
            indices = rows.index[positions]
            blocks = []
            for score, collector, *both in zip(scores, collectors, actual, predicted, strict=True):
                score.add(*both)
                blocks.append(collector.add(positions, indices, *both))
            table.add(indices, blocks)
    for score, name in zip(scores, model.output_names, strict=True):
        prefix = "" if len(scores) == 1 else f"{name}_"
        for metric, value in score.regression.items():
            values.setdefault(prefix + metric, value)
    event = EvaluationEvent(
        on=on,
        samples=len(rows),
        metrics={name: value for name, value in values.items() if math.isfinite(value)},
        confusions=tuple(score.confusion for score in scores if score.confusion),
    )
    results = keep(folder, on, len(rows), collectors)
    if results.outputs:
        results = results.model_copy(update={"table": path.name})
    else:
        path.unlink()
    left_out = sorted(values.keys() - event.metrics.keys())
    return Evaluated(event, left_out, results, table.complete)


def _collectors(
    model: keras.Model, data: Data, scores: Sequence[Score], rows: int
) -> list[Collector]:
    """What collects the predictions of each output."""
    return [
        Collector(
            score.node,
            name,
            score.column,
            data.task,
            score.from_logits,
            rows,
            KEPT_BYTES // len(scores),
        )
        for score, name in zip(scores, model.output_names, strict=True)
    ]


def _predictions(
    model: keras.Model, rows: Rows, batch_size: int
) -> Iterator[tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]]:
    """Yield positions, targets and outputs of the model for all rows, in blocks that fit in memory.

    The last batch is filled up with repeated rows, because JAX compiles for each batch size.
    """
    size = min(batch_size, len(rows))
    for positions in rows.blocks(size, sum(map(bytes_of, model.outputs))):
        filled = np.resize(positions, math.ceil(len(positions) / size) * size)
        inputs, targets = rows.read(filled)
        outputs = model.predict(bare(inputs), batch_size=size, verbose=0)
        yield (
            positions,
            [target[: len(positions)] for target in targets],
            [np.asarray(output)[: len(positions)] for output in keras.tree.flatten(outputs)],
        )


def from_logits(chosen: Chosen) -> bool:
    """Whether the loss takes logits instead of probabilities."""
    return chosen.loss.params.get("from_logits") is True
