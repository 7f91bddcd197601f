"""Evaluates the trained model on rows that it was not trained on."""

import math
from collections.abc import Iterator, Sequence

import keras
import numpy as np

from engine.data.defaults import Chosen
from engine.data.division import Part
from engine.protocol import EvaluationEvent
from engine.training.adapters import adapter, bare
from engine.training.progress import numbers
from engine.training.rows import Data, Rows, bytes_of
from engine.training.scores import Score


def evaluate(
    model: keras.Model, data: Data, on: Part, chosen: Sequence[Chosen], batch_size: int
) -> tuple[EvaluationEvent, list[str]]:
    """Evaluate on the rows of a part, which has rows.

    Returns the event and the names of metrics that were left out because they are not finite.
    Regression outputs get a root mean squared error and R² in addition to the document's metrics.
    """
    rows = data.part(on)
    assert rows is not None
    values = numbers(model.evaluate(adapter(rows, batch_size), verbose=0, return_dict=True))
    scores = [
        Score(node, column, from_logits(choice))
        for node, column, choice in zip(data.outputs, data.columns, chosen, strict=True)
    ]
    for actual, predicted in _predictions(model, rows, batch_size):
        for score, *both in zip(scores, actual, predicted, strict=True):
            score.add(*both)
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
    return event, sorted(values.keys() - event.metrics.keys())


def _predictions(
    model: keras.Model, rows: Rows, batch_size: int
) -> Iterator[tuple[list[np.ndarray], list[np.ndarray]]]:
    """Yield the targets and the outputs of the model for all rows, in blocks that fit in memory.

    The last batch is filled up with repeated rows, because JAX compiles for each batch size.
    """
    size = min(batch_size, len(rows))
    for positions in rows.blocks(size, sum(map(bytes_of, model.outputs))):
        filled = np.resize(positions, math.ceil(len(positions) / size) * size)
        inputs, targets = rows.read(filled)
        outputs = model.predict(bare(inputs), batch_size=size, verbose=0)
        yield (
            [target[: len(positions)] for target in targets],
            [np.asarray(output)[: len(positions)] for output in keras.tree.flatten(outputs)],
        )


def from_logits(chosen: Chosen) -> bool:
    """Whether the loss takes logits instead of probabilities."""
    return chosen.loss.params.get("from_logits") is True
