"""Losses and metrics of outputs for which the document sets none.

Pure functions, shared by the checker, code generation and training, so that all three agree.
"""

from engine.data.catalogue import Column, OneHot
from engine.document import ClassWeights, ObjectSpec, OutputTraining, Training
from engine.values import Frozen


class Chosen(Frozen):
    """Loss, weights and metrics of one output: the document's settings, completed by defaults."""

    loss: ObjectSpec
    weight: float
    metrics: tuple[ObjectSpec, ...]
    class_weights: ClassWeights | None = None


def choose(training: Training, node: str, column: Column | None, units: int | None) -> Chosen:
    """Return the loss, weight and metrics of the output `node`.

    `column` is its target and `units` the length of the last axis of its shape, if known. The
    node's entry in `training.outputs` takes precedence, then the model's loss and metrics, then
    the defaults. A model without metrics gets the default ones; an output whose list of metrics is
    empty has none. Class weights are left out where they have no effect.
    """
    own = next(
        (output for output in training.outputs if output.node == node), OutputTraining(node=node)
    )
    loss = own.loss or training.loss or default_loss(column, units)
    metrics = own.metrics
    if metrics is None:
        metrics = training.metrics or default_metrics(column, units, loss)
    weights = own.class_weights if column and column.has_one_class else None
    return Chosen(loss=loss, weight=own.weight, metrics=metrics, class_weights=weights)


def default_loss(column: Column | None, units: int | None = None) -> ObjectSpec:
    """Cross-entropy for classes (binary for labels, and if one unit separates two classes).

    Else squared error.
    """
    if column is not None and column.labels:
        return ObjectSpec(class_="BinaryCrossentropy")
    if column is None or not column.classes:
        return ObjectSpec(class_="MeanSquaredError")
    if isinstance(column, OneHot):
        return ObjectSpec(class_="CategoricalCrossentropy")
    if _one_unit(column, units):
        return ObjectSpec(class_="BinaryCrossentropy")
    return ObjectSpec(class_="SparseCategoricalCrossentropy")


def default_metrics(
    column: Column | None, units: int | None = None, loss: ObjectSpec | None = None
) -> tuple[ObjectSpec, ...]:
    """Accuracy for classes, mean absolute error for numbers.

    Where the classes of the target are not known, `loss` says whether it has some, and their form.
    """
    if column is not None and column.labels:
        return _metrics_of_labels(len(column.labels))
    if column is None or not column.classes:
        accuracy = _ACCURACY_OF.get(loss.class_) if loss else None
        # Class numbers are whole; the rows of other classes hold fractions.
        if accuracy and not (accuracy == _OF_NUMBERS and column and "float" in column.dtype):
            return (ObjectSpec(class_=accuracy, params={"name": "accuracy"}),)
        return (ObjectSpec(class_="MeanAbsoluteError", params={"name": "mae"}),)
    return (ObjectSpec(class_=_accuracy(column, units), params={"name": "accuracy"}),)


def _metrics_of_labels(count: int) -> tuple[ObjectSpec, ...]:
    """The share of right labels, and the area under the ROC curve, which rare labels count in."""
    area = {"name": "auc", "multi_label": True, "num_labels": count}
    return (
        ObjectSpec(class_="BinaryAccuracy", params={"name": "accuracy"}),
        ObjectSpec(class_="AUC", params=area),
    )


_ACCURACY_OF = {
    "SparseCategoricalCrossentropy": "SparseCategoricalAccuracy",
    "CategoricalCrossentropy": "CategoricalAccuracy",
    "CategoricalFocalCrossentropy": "CategoricalAccuracy",
}
"""Losses of which the absolute error of classes would be wrong, or does not fit the targets."""
_OF_NUMBERS = "SparseCategoricalAccuracy"


def _accuracy(column: Column, units: int | None) -> str:
    if isinstance(column, OneHot):
        return "CategoricalAccuracy"
    return "BinaryAccuracy" if _one_unit(column, units) else "SparseCategoricalAccuracy"


def _one_unit(column: Column, units: int | None) -> bool:
    return units == 1 and len(column.classes) == 2  # noqa: PLR2004
