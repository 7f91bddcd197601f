"""The second reading of a table: its cells become the stored values of columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from engine.data.catalogue import MISSING_CLASS, TEXT, Column, Role
from engine.data.description import MAX_CLASSES, Decimal, Type
from engine.data.files.analysis import Facts
from engine.data.files.label_lists import MAX_LABELS, label_column, many_hot
from engine.data.files.names import plain_name
from engine.data.files.packing import Packer
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Table
from engine.data.files.values import cleaned, days, numbers
from engine.data.files.written import Written
from engine.problems import problem

Append = Callable[[pl.Series, pl.Series], None]
"""Converts cells, and writes them; takes them as they are in the file, and cleaned."""


@dataclass(frozen=True)
class Planned:
    """A column as it is to be stored."""

    name: str
    type: Type
    role: Role
    facts: Facts

    @property
    def missing(self) -> int:
        """The cells without a value of the column's type."""
        strays = 0
        if self.type == "number":
            strays = self.facts.present - self.facts.numbers
        if self.type == "date":
            strays = self.facts.present - max(self.facts.formats.values(), default=0)
        return self.facts.missing + strays

    def written(self, column: Column, packer: Packer) -> Written:
        """Return the column with the part of the packer that was added last."""
        return Written(
            column, self.type, packer.parts[-1], self.missing, distinct=self.facts.distinct
        )


def store(table: Table, plan: Sequence[Planned], packer: Packer) -> list[Written]:
    """Write all columns of a table.

    Raises RefusedFileError where a type that was asked for does not fit its column.
    """
    begun = [_begin(table, planned, packer) for planned in plan]
    for batch in table.batches():
        table.limits.check_time(table.file)
        for (_, append), *cells in zip(begun, batch, cleaned(batch), strict=True):
            append(*cells)
    return [written for written, _ in begun]


def _begin(table: Table, planned: Planned, packer: Packer) -> tuple[Written, Append]:
    match planned.type:
        case "number":
            return _numeric(planned, "float32", packer, _number_reader(table.decimal))
        case "date":
            format = planned.facts.date_format
            if format is None:
                raise RefusedFileError(
                    problem("column_without_dates", AT, file=table.file, column=planned.name)
                )
            return _numeric(planned, "float64", packer, lambda cells: days(cells, format))
        case "category":
            return _category(table, planned, packer)
        case "labels":
            return _labels(table, planned, packer)
        case "text":
            return _text(planned, packer)
    raise RefusedFileError(
        problem("column_of_other_type", AT, file=table.file, column=planned.name, type=planned.type)
    )


def _number_reader(decimal: Decimal) -> Callable[[pl.Series], pl.Series]:
    return lambda cells: numbers(cells, decimal)


def _numeric(
    planned: Planned, dtype: str, packer: Packer, read: Callable[[pl.Series], pl.Series]
) -> tuple[Written, Append]:
    column = Column(name=planned.name, shape=(1,), dtype=dtype, role=planned.role)
    part = packer.add(planned.name, column.shape, dtype)

    def append(_: pl.Series, cells: pl.Series) -> None:
        values = read(cells).to_numpy()  # null becomes NaN
        with np.errstate(over="ignore"):
            part.append(values)

    return planned.written(column, packer), append


def _category(table: Table, planned: Planned, packer: Packer) -> tuple[Written, Append]:
    name, facts = planned.name, planned.facts
    if facts.values is None:
        raise RefusedFileError(
            problem(
                "column_with_too_many_classes", AT, file=table.file, column=name, limit=MAX_CLASSES
            )
        )
    values = sorted(facts.values, key=_class_order)
    missing = len(values)
    classes = tuple(plain_name(value) for value in values)
    classes += (MISSING_CLASS,) if facts.missing or not classes else ()
    column = Column(name=name, shape=(), dtype="int64", role=planned.role, classes=classes)
    part = packer.add(name, (), "int64")
    indices = list(range(missing))

    def append(_: pl.Series, cells: pl.Series) -> None:
        known = cells.replace_strict(values, indices, default=missing, return_dtype=pl.Int64)
        part.append(known.fill_null(missing).to_numpy())

    return planned.written(column, packer), append


def _labels(table: Table, planned: Planned, packer: Packer) -> tuple[Written, Append]:
    separator = planned.facts.separator
    found = planned.facts.lists.labels[separator] if separator else ()
    if separator is None or not found:
        raise RefusedFileError(
            problem(
                "column_without_labels", AT, file=table.file, column=planned.name, limit=MAX_LABELS
            )
        )
    labels = sorted(found, key=_class_order)
    column = label_column(planned.name, labels).model_copy(update={"role": planned.role})
    part = packer.add(planned.name, column.shape, column.dtype)

    def append(_: pl.Series, cells: pl.Series) -> None:
        part.append(many_hot(cells, separator, labels))

    return replace(planned.written(column, packer), separator=separator), append


def _class_order(value: str) -> tuple[bool, float, str]:
    """Numbers in their order, then words in theirs."""
    try:
        return False, float(value), value
    except ValueError:
        return True, 0.0, value


def _text(planned: Planned, packer: Packer) -> tuple[Written, Append]:
    column = Column(name=planned.name, shape=(), dtype=TEXT, role=planned.role)
    part = packer.add_text(planned.name)

    def append(raw: pl.Series, _: pl.Series) -> None:
        part.append(raw.fill_null("").to_list())

    return planned.written(column, packer), append
