"""Evaluates the trained model on rows that it was not trained on."""

import math
from collections.abc import Mapping, Sequence

import keras
import numpy as np

from engine.data.catalogue import Column, OneHot
from engine.data.defaults import Chosen
from engine.data.division import Part
from engine.protocol import Confusion, EvaluationEvent
from engine.training.progress import numbers
from engine.training.rows import Data, Rows


def evaluate(
    model: keras.Model, data: Data, on: Part, chosen: Sequence[Chosen], batch_size: int
) -> tuple[EvaluationEvent, list[str]]:
    """Evaluate on the rows of a part, which has rows.

    Returns the event and the names of metrics that were left out because they are not finite.
    Regression outputs get a root mean squared error and R² in addition to the document's metrics.
    """
    rows = data.part(on)
    assert rows is not None
    values = numbers(
        model.evaluate(rows.x, rows.y, batch_size=batch_size, verbose=0, return_dict=True)
    )
    predicted = _predict(model, rows, batch_size)
    confusions = []
    for index, (node, column) in enumerate(zip(data.outputs, data.columns, strict=True)):
        actual, output = rows.targets[index], predicted[index]
        if isinstance(column, OneHot):
            actual = np.argmax(actual, axis=-1)
        prefix = "" if len(data.outputs) == 1 else f"{model.output_names[index]}_"
        if column.classes and output.ndim == actual.ndim + 1:
            classes = _classes(output, from_logits(chosen[index]))
            confusions.append(_confusion(node, column, actual, classes))
        elif _is_regression(column, actual, output):
            for name, value in regression(actual, output).items():
                values.setdefault(prefix + name, value)
    event = EvaluationEvent(
        on=on,
        samples=len(rows),
        metrics={name: value for name, value in values.items() if math.isfinite(value)},
        confusions=tuple(confusions),
    )
    return event, sorted(values.keys() - event.metrics.keys())


def _predict(model: keras.Model, rows: Rows, batch_size: int) -> list[np.ndarray]:
    """The outputs of the model for all rows.

    The last batch is filled up with repeated rows, because JAX compiles for each batch size.
    """
    size = min(batch_size, len(rows))
    indices = np.arange(math.ceil(len(rows) / size) * size) % len(rows)
    inputs = [array[indices] for array in rows.inputs]
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], batch_size=size, verbose=0)
    return [np.asarray(output)[: len(rows)] for output in keras.tree.flatten(outputs)]


def from_logits(chosen: Chosen) -> bool:
    """Whether the loss takes logits instead of probabilities."""
    return chosen.loss.params.get("from_logits") is True


def _classes(output: np.ndarray, logits: bool) -> np.ndarray:
    """The predicted class of each row: the largest of several units, or one unit's threshold."""
    if output.shape[-1] > 1:
        return np.asarray(np.argmax(output, axis=-1))
    return (output[..., 0] > (0.0 if logits else 0.5)).astype(np.int64)


def _confusion(node: str, column: Column, actual: np.ndarray, predicted: np.ndarray) -> Confusion:
    """Count rows by actual and predicted class; units beyond the classes get rows of their own."""
    size = max(len(column.classes), int(predicted.max(initial=0)) + 1)
    counts = np.bincount(actual.ravel() * size + predicted.ravel(), minlength=size * size)
    more = tuple(str(number) for number in range(len(column.classes), size))
    return Confusion(
        node=node,
        labels=column.classes + more,
        matrix=tuple(tuple(row) for row in counts.reshape(size, size).tolist()),
    )


def _is_regression(column: Column, actual: np.ndarray, output: np.ndarray) -> bool:
    return not column.classes and len(column.shape) <= 1 and actual.size == output.size


def regression(actual: np.ndarray, predicted: np.ndarray) -> Mapping[str, float]:
    """Root mean squared error and coefficient of determination R² (1 is perfect)."""
    actual, predicted = actual.astype(np.float64).ravel(), predicted.astype(np.float64).ravel()
    squared_error = float(np.mean((actual - predicted) ** 2))
    variance = float(np.var(actual))
    r2 = {"r2": 1.0 - squared_error / variance} if variance > 0 else {}
    return {"rmse": math.sqrt(squared_error)} | r2
