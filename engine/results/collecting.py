"""Collects the predictions of one output while they are made, and computes its result."""

from dataclasses import dataclass, field

import numpy as np

from engine.data.catalogue import Column, Task
from engine.results.amounts import arrays_result, forecast_result, numbers_result
from engine.results.classes import classes_result, labels_result, places_result
from engine.results.description import OutputResult
from engine.results.facts import Facts
from engine.results.kinds import Compared, Kind, compared, errors_of, kind_of, names_of

KEPT_BYTES = 1 << 26
"""The predictions of a part that are kept, of all outputs: beyond that, every second row, …"""


@dataclass
class Collector:
    """The predictions of one output, which arrive in blocks of rows; `rows` counts all rows.

    Of more rows than fit into `most_bytes`, evenly spread ones are kept.
    """

    node: str
    name: str
    column: Column
    task: Task
    logits: bool
    rows: int
    most_bytes: int = KEPT_BYTES
    _step: int = 0
    _usable: bool = True
    _numbers: list[np.ndarray] = field(default_factory=list)
    _kept: list[Compared] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """The kind of the output's target."""
        return kind_of(self.column, self.task)

    def add(
        self, positions: np.ndarray, numbers: np.ndarray, actual: np.ndarray, output: np.ndarray
    ) -> Compared | None:
        """Add rows by their positions in the part and their numbers in the data set.

        Returns them as they are compared; None if this output can't be measured.
        """
        rows = compared(self.kind, self.column, actual, output, self.logits)
        self._usable = self._usable and rows is not None
        if rows is None or not self._usable:
            return None
        if not self._step:
            bytes_ = sum(array.nbytes for array in rows) * self.rows
            self._step = max(1, -(-bytes_ // (len(positions) * self.most_bytes)))
        kept = positions % self._step == 0
        self._numbers.append(numbers[kept])
        self._kept.append(Compared(rows.actual[kept], rows.predicted[kept]))
        return rows

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the kept rows: their numbers, targets, predictions and errors, by name."""
        rows = self._whole()
        return {
            "rows": self._rows(),
            "actual": rows.actual,
            "predicted": rows.predicted,
            "errors": errors_of(self.kind, rows).astype("float32"),
        }

    def result(self) -> OutputResult | None:
        """Return the result; None if the output can't be measured."""
        if not self._usable or not self._kept:
            return None
        actual, predicted = self._whole()
        facts = Facts(self.node, self.column.name, self.rows, len(actual))
        names = names_of(self.column)
        match self.kind:
            case "classes":
                return classes_result(facts, names, actual, predicted)
            case "labels":
                return labels_result(facts, names, actual, predicted)
            case "places":
                invalid = int((predicted < 0).reshape(len(predicted), -1).any(axis=1).sum())
                return places_result(facts, names, actual, predicted, invalid)
            case "numbers":
                return numbers_result(facts, names, actual, predicted)
            case "forecast":
                return forecast_result(facts, self._rows(), actual, predicted)
            case "arrays":
                return arrays_result(facts, actual, predicted)

    def _rows(self) -> np.ndarray:
        return np.concatenate(self._numbers)

    def _whole(self) -> Compared:
        """All kept rows; they are joined once."""
        if len(self._kept) > 1:
            self._kept = [Compared(*map(np.concatenate, zip(*self._kept, strict=True)))]
        return self._kept[0]
