"""The cells of a table become the stored values of columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from engine.data.catalogue import MISSING_CLASS, Column, Role
from engine.data.description import MAX_CLASSES, Type
from engine.data.files.analysis import Facts
from engine.data.files.drafts import DTYPES, Convert, Draft
from engine.data.files.label_lists import MAX_LABELS, label_column, many_hot
from engine.data.files.names import one_line, plain_name
from engine.data.files.packing import Packer, Part, TextPart
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Table
from engine.data.files.values import cleaned, days, numbers
from engine.data.files.written import Written
from engine.problems import problem


@dataclass(frozen=True)
class Planned:
    """A column as it is to be stored."""

    name: str
    type: Type
    role: Role
    draft: Draft

    @property
    def facts(self) -> Facts:
        """What is known about its cells."""
        return self.draft.facts

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


@dataclass(frozen=True)
class _Begun:
    """A column to which nothing has been written yet, and what makes its values, if not text."""

    planned: Planned
    written: Written
    part: Part | TextPart
    convert: Convert | None = None

    def from_draft(self) -> bool:
        """Take the values of the first reading; return whether there are any of this type."""
        draft = self.planned.draft
        if draft.move_to(self.planned.type, self.part):
            return True
        if self.convert is None or isinstance(self.part, TextPart):
            return False
        return draft.convert_to(self.part, self.convert)

    def append(self, cells: pl.Series) -> None:
        """Write a batch of cells, as they are in the file."""
        if isinstance(self.part, TextPart):
            self.part.append(cells.fill_null("").to_list())
        elif self.convert:
            self.part.append(self.convert(cleaned(cells)))


def store(table: Table, plan: Sequence[Planned], packer: Packer) -> list[Written]:
    """Write all columns of a table; read it again only for those that have no values yet.

    Raises RefusedFileError where a type that was asked for does not fit its column.
    """
    begun = [_begin(table, planned, packer) for planned in plan]
    left = [index for index, column in enumerate(begun) if not column.from_draft()]
    for batch in table.batches() if left else ():
        table.limits.check_time(table.file)
        for index in left:
            begun[index].append(batch.to_series(index))
    return [column.written for column in begun]


def _begin(table: Table, planned: Planned, packer: Packer) -> _Begun:
    match planned.type:
        case "number":
            decimal = table.decimal
            return _numeric(planned, packer, lambda cells: numbers(cells, decimal).to_numpy())
        case "date":
            format = planned.facts.date_format
            if format is None:
                raise RefusedFileError(
                    problem("column_without_dates", AT, file=table.file, column=planned.name)
                )
            begun = _numeric(planned, packer, lambda cells: days(cells, format).to_numpy())
            return replace(begun, written=replace(begun.written, format=format))
        case "category":
            return _category(table, planned, packer)
        case "labels":
            return _labels(table, planned, packer)
        case "text":
            return _text(planned, packer)
    raise RefusedFileError(
        problem("column_of_other_type", AT, file=table.file, column=planned.name, type=planned.type)
    )


def _numeric(planned: Planned, packer: Packer, convert: Convert) -> _Begun:
    """A column in whose values null becomes NaN."""
    dtype = DTYPES[planned.type]
    column = Column(name=planned.name, shape=(1,), dtype=dtype, role=planned.role)
    part = packer.add(planned.name, column.shape, dtype)
    return _Begun(planned, planned.written(column, packer), part, convert)


def _category(table: Table, planned: Planned, packer: Packer) -> _Begun:
    """A column of classes; values that differ in spaces only are one, as they are in scripts."""
    name, facts = planned.name, planned.facts
    if facts.values is None:
        raise RefusedFileError(
            problem(
                "column_with_too_many_classes", AT, file=table.file, column=name, limit=MAX_CLASSES
            )
        )
    spelled = sorted({one_line(value) for value in facts.values}, key=_class_order)
    missing = len(spelled)
    classes = tuple(plain_name(value) for value in spelled)
    classes += (MISSING_CLASS,) if facts.missing or not classes else ()
    column = Column(name=name, shape=(), dtype="int64", role=planned.role, classes=classes)
    part = packer.add(name, (), "int64")
    places = {value: index for index, value in enumerate(spelled)}
    values = [*facts.values]
    indices = [places[one_line(value)] for value in values]

    def convert(cells: pl.Series) -> np.ndarray:
        known = cells.replace_strict(values, indices, default=missing, return_dtype=pl.Int64)
        return known.fill_null(missing).to_numpy()

    written = replace(planned.written(column, packer), distinct=missing)
    return _Begun(planned, written, part, convert)


def _labels(table: Table, planned: Planned, packer: Packer) -> _Begun:
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
    written = replace(planned.written(column, packer), separator=separator)
    return _Begun(planned, written, part, lambda cells: many_hot(cells, separator, labels))


def _text(planned: Planned, packer: Packer) -> _Begun:
    column = Column(name=planned.name, shape=(), dtype=DTYPES["text"], role=planned.role)
    part = packer.add_text(planned.name)
    return _Begun(planned, planned.written(column, packer), part)


def _class_order(value: str) -> tuple[bool, float, str]:
    """Numbers in their order, then words in theirs."""
    try:
        return False, float(value), value
    except ValueError:
        return True, 0.0, value
