"""Check that the metrics of an output suit the target column.

A metric that Keras can't compute is an error; one whose value would say nothing is a warning.
"""

from collections.abc import Iterator
from math import prod

from engine.check.target_fixes import TWO, Output, change_metric, encode
from engine.data.feeding import target_shape
from engine.document import ObjectSpec, Training
from engine.problems import At, Fix, Problem, problem

OF_ROWS = ("F1Score", "FBetaScore", "R2Score")
"""Metrics of one row of values for each example."""
EXACT = (*OF_ROWS, "BinaryCrossentropy", "CategoricalCrossentropy", "TopKCategoricalAccuracy")
"""Metrics that don't take a target with one axis less than the output."""
EXACT_PLACES = (
    *("CategoricalAccuracy", "CategoricalHinge", "Hinge", "SquaredHinge"),
    *("KLDivergence", "Poisson", "OneHotIoU", "OneHotMeanIoU"),
)
"""Metrics that don't take it if there are several places, such as pixels, either."""
OVERLAPS = ("IoU", "MeanIoU")
"""Metrics of class numbers, which may come from scores."""
ONE_HOT_OVERLAPS = {"OneHotIoU": "IoU", "OneHotMeanIoU": "MeanIoU"}
WITH_SPARSE = ("CategoricalAccuracy", "CategoricalCrossentropy", "TopKCategoricalAccuracy")
"""Metrics of one-hot rows of which there is one of class numbers."""
COUNTED = ("Accuracy", "BinaryAccuracy", "CategoricalAccuracy")
"""Metrics that count right answers: of amounts, hardly any is met exactly."""


def metric_problems(training: Training, output: Output) -> Iterator[Problem]:
    """Yield a problem for each metric that does not suit the target, with a better one."""
    for metric in output.chosen.metrics:
        if output.column.has_class_numbers:
            unsuitable = _of_numbers(training, output, metric)
        else:
            unsuitable = _of_values(training, output, metric)
        if unsuitable:
            yield unsuitable


def _of_numbers(training: Training, output: Output, metric: ObjectSpec) -> Problem | None:
    """Return the problem of a metric of class numbers, compared with one value or with scores."""
    name, classes = metric.class_, len(output.column.classes)
    accuracy = "SparseCategoricalAccuracy"
    if _has_scores(output):
        if name.startswith("Sparse") or (name in OVERLAPS and _takes_scores(metric)):
            return None
        if name in OVERLAPS or name in ONE_HOT_OVERLAPS:
            return _overlap_of_scores(training, output, metric)
        return _of_scores(training, output, metric)
    exact = name in EXACT or (len(output.shape) > 1 and name in EXACT_PLACES)
    if exact and output.column.shape != output.shape:
        return _unlike(training, output, metric, "metric_unlike_target.shape", "BinaryAccuracy")
    if name == "BinaryAccuracy" and classes > TWO:
        return _doubtful(training, output, metric, "metric_unlike_target.binary", accuracy)
    if name in ("CategoricalAccuracy", "CategoricalCrossentropy"):
        better = f"Sparse{name}"
        return _doubtful(training, output, metric, "metric_unlike_target.one_hot", better)
    if name in OVERLAPS or name in ONE_HOT_OVERLAPS:
        better = "BinaryIoU"
        return _doubtful(training, output, metric, "metric_unlike_target.one_value", better)
    return None


def _of_scores(training: Training, output: Output, metric: ObjectSpec) -> Problem:
    """The problem of a metric that does not compare class numbers with scores."""
    name, classes = metric.class_, len(output.column.classes)
    better = f"Sparse{name}" if name in WITH_SPARSE else "SparseCategoricalAccuracy"
    if name == "Accuracy":
        return _unlike(training, output, metric, "metric_unlike_target.equal", better)
    if name == "BinaryAccuracy" and classes > TWO:
        return _unlike(training, output, metric, "metric_unlike_target.binary", better)
    one_hot = name.startswith("Categorical")
    code = "metric_unlike_target.one_hot" if one_hot else "metric_unlike_target.shape"
    of_rows = name not in OF_ROWS or len(output.shape) == 1
    encoded = encode(training, output.node, output.column.name, "one_hot") if of_rows else None
    return _unlike(training, output, metric, code, better).or_else(encoded)


def _of_values(training: Training, output: Output, metric: ObjectSpec) -> Problem | None:
    """Return the problem of a metric of numbers, of labels or of one-hot rows."""
    name, one_hot = metric.class_, output.one_hot
    numbers = name.startswith("Sparse") or name in OVERLAPS
    if name in OVERLAPS and one_hot:
        better = f"OneHot{name}"
        return _doubtful(training, output, metric, "metric_unlike_target.encoded", better)
    if numbers and one_hot:
        better = name.removeprefix("Sparse")
        return _unlike(training, output, metric, "metric_unlike_target.encoded", better)
    if numbers and not output.column.classes:
        better = "BinaryAccuracy" if output.column.labels else "MeanAbsoluteError"
        return _unlike(training, output, metric, "metric_unlike_target.classes", better)
    if name in COUNTED and _is_amount(output):
        better = "MeanAbsoluteError"
        return _doubtful(training, output, metric, "metric_unlike_target.amounts", better)
    if one_hot and name == "Accuracy":
        better = "CategoricalAccuracy"
        return _doubtful(training, output, metric, "metric_unlike_target.equal", better)
    if name in OF_ROWS and len(_compared(output)) != 1:
        better = "RootMeanSquaredError" if name == "R2Score" else "CategoricalAccuracy"
        return _unlike(training, output, metric, "metric_unlike_target.rows", better)
    return None


def _is_amount(output: Output) -> bool:
    """Whether the target is a number for each row, and neither a class nor a label."""
    column = output.column
    return not (column.classes or column.labels or output.one_hot) and prod(column.shape) == 1


def _has_scores(output: Output) -> bool:
    """Whether the output gives several values for each class number."""
    return output.shape[-1:] != (1,) and len(output.shape) > len(output.column.shape)


def _takes_scores(metric: ObjectSpec) -> bool:
    return metric.params.get("sparse_y_pred") is False


def _compared(output: Output) -> tuple[int, ...]:
    return target_shape(output.column, output.shape) or output.column.shape


def _overlap_of_scores(training: Training, output: Output, metric: ObjectSpec) -> Problem:
    """The problem of a metric of overlaps that takes scores for class numbers, or the reverse."""
    name = ONE_HOT_OVERLAPS.get(metric.class_, metric.class_)
    fix = change_metric(training, metric, name, sparse_y_pred=False)
    one_hot = metric.class_ in ONE_HOT_OVERLAPS
    code = "metric_unlike_target.one_hot" if one_hot else "metric_unlike_target.scores"
    return _unlike(training, output, metric, code, name).model_copy(update={"fix": fix})


def _unlike(
    training: Training, output: Output, metric: ObjectSpec, code: str, better: str
) -> Problem:
    fix: Fix | None = change_metric(training, metric, better)
    return problem(
        code,
        At(node=output.node, param="metrics"),
        metric=metric.class_,
        name=output.name,
        shape=output.shape,
        count=len(output.column.classes),
        better=better,
        fix=fix,
        severity="error",
    )


def _doubtful(
    training: Training, output: Output, metric: ObjectSpec, code: str, better: str
) -> Problem:
    found = _unlike(training, output, metric, code, better)
    return found.model_copy(update={"severity": "warning"})
