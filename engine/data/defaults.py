"""What is trained with when the document leaves it open. Pure; the checker, the page's code
panel and training ask here, so that all three say the same.
"""

from engine.data.catalogue import Column
from engine.document import ObjectSpec, OutputTraining, Training
from engine.values import Frozen


class Chosen(Frozen):
    """Loss, weight and metrics of one output, after the document's wishes and the defaults."""

    loss: ObjectSpec
    weight: float
    metrics: tuple[ObjectSpec, ...]


def choose(training: Training, node: str, column: Column | None, units: int | None) -> Chosen:
    """Return what the output `node` is trained with.

    `column` is its target and `units` the last axis of its shape, where they are known. What
    `training.outputs` says of the node comes first, then the model's own loss and metrics,
    then the defaults. A model without metrics gets the default ones; an output whose metrics
    are given as an empty list has none.
    """
    own = next((one for one in training.outputs if one.node == node), OutputTraining(node=node))
    loss = own.loss or training.loss or default_loss(column, units)
    metrics = own.metrics
    if metrics is None:
        metrics = training.metrics or default_metrics(column, units)
    return Chosen(loss=loss, weight=own.weight, metrics=metrics)


def default_loss(column: Column | None, units: int | None = None) -> ObjectSpec:
    """Cross-entropy for classes (binary when one unit tells two apart), else squared error."""
    if column is None or not column.classes:
        return ObjectSpec(class_="MeanSquaredError")
    if _one_unit(column, units):
        return ObjectSpec(class_="BinaryCrossentropy")
    return ObjectSpec(class_="SparseCategoricalCrossentropy")


def default_metrics(column: Column | None, units: int | None = None) -> tuple[ObjectSpec, ...]:
    """Accuracy for classes, mean absolute error for numbers."""
    if column is None or not column.classes:
        return (ObjectSpec(class_="MeanAbsoluteError", params={"name": "mae"}),)
    kind = "BinaryAccuracy" if _one_unit(column, units) else "SparseCategoricalAccuracy"
    return (ObjectSpec(class_=kind, params={"name": "accuracy"}),)


def _one_unit(column: Column, units: int | None) -> bool:
    return units == 1 and len(column.classes) == 2  # noqa: PLR2004
