"""What a model of a data set has to do, from the roles of its columns."""

from collections.abc import Sequence

from engine.data.catalogue import Column, Task


def task_of(columns: Sequence[Column]) -> Task:
    """Return the task of a data set with these columns; that of its first target, if it has some.

    A forecast can't be told from a regression by its columns.
    """
    targets = [column for column in columns if column.role == "target"]
    if not targets:
        return "reconstruction"
    if len(targets) > 1 and all(_has_two_classes(column) for column in targets):
        return "labels"
    (target, *_) = targets
    if target.labels:
        return "labels"
    if not target.classes:
        return "regression"
    if len(target.shape) == 2:  # noqa: PLR2004
        return "segmentation"
    if not target.has_one_class:
        return "sequence"
    return "binary" if _has_two_classes(target) else "classification"


def _has_two_classes(column: Column) -> bool:
    return column.has_one_class and len(column.classes) == 2  # noqa: PLR2004
