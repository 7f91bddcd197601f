"""What is measured besides Keras's metrics: which classes are confused, and regression errors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.data.catalogue import Column, OneHot
from engine.protocol import Confusion
from engine.training.moments import Moments


@dataclass
class Score:
    """The predictions of one output against its targets, which arrive in blocks of rows."""

    node: str
    column: Column
    from_logits: bool
    _counts: np.ndarray | None = None
    _errors: "Errors | None" = None

    def add(self, actual: np.ndarray, output: np.ndarray) -> None:
        """Count the rows of a block; columns of another kind are not measured."""
        if isinstance(self.column, OneHot):
            actual = np.argmax(actual, axis=-1)
        if self.column.classes and output.ndim == actual.ndim + 1:
            self._count(actual, _classes(output, self.from_logits))
        elif _is_regression(self.column, actual, output):
            self._errors = self._errors or Errors()
            self._errors.add(actual, output)

    @property
    def confusion(self) -> Confusion | None:
        """The rows by actual and predicted class, if the column has classes."""
        if self._counts is None:
            return None
        classes = self.column.classes
        more = tuple(str(number) for number in range(len(classes), len(self._counts)))
        matrix = tuple(tuple(row) for row in self._counts.tolist())
        return Confusion(node=self.node, labels=classes + more, matrix=matrix)

    @property
    def regression(self) -> Mapping[str, float]:
        """Root mean squared error and R², if the column is one of amounts."""
        return self._errors.metrics if self._errors else {}

    def _count(self, actual: np.ndarray, predicted: np.ndarray) -> None:
        """Count by actual and predicted class; units beyond the classes get rows of their own."""
        before = np.zeros((0, 0), "int64") if self._counts is None else self._counts
        size = max(len(before), len(self.column.classes), int(predicted.max(initial=0)) + 1)
        counts = np.bincount(actual.ravel() * size + predicted.ravel(), minlength=size * size)
        self._counts = counts.reshape(size, size)
        self._counts[: len(before), : len(before)] += before


@dataclass
class Errors:
    """Sums over all values of a regression output."""

    _squares: float = 0.0
    _actual: Moments = field(default_factory=Moments)

    def add(self, actual: np.ndarray, predicted: np.ndarray) -> None:
        """Add the values of a block."""
        actual, predicted = actual.astype("float64").ravel(), predicted.astype("float64").ravel()
        self._squares += float(np.sum((actual - predicted) ** 2))
        self._actual.add(actual)

    @property
    def metrics(self) -> Mapping[str, float]:
        """Root mean squared error and coefficient of determination R² (1 is perfect)."""
        squared_error = self._squares / self._actual.count
        variance = float(self._actual.variance)
        r2 = {"r2": 1.0 - squared_error / variance} if variance > 0 else {}
        return {"rmse": math.sqrt(squared_error)} | r2


def _classes(output: np.ndarray, logits: bool) -> np.ndarray:
    """The predicted class of each row: the largest of several units, or one unit's threshold."""
    if output.shape[-1] > 1:
        return np.asarray(np.argmax(output, axis=-1))
    return (output[..., 0] > (0.0 if logits else 0.5)).astype(np.int64)


def _is_regression(column: Column, actual: np.ndarray, output: np.ndarray) -> bool:
    return (
        not (column.classes or column.labels)
        and len(column.shape) <= 1
        and actual.size == output.size
    )
