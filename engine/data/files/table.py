"""From a table of any format to a description: reading, guesses and notes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from engine.data.catalogue import MISSING_CLASS
from engine.data.description import ColumnOptions, Description, Separator
from engine.data.division import are_parts
from engine.data.files.analysis import Facts
from engine.data.files.columns import Planned, store
from engine.data.files.describing import Contents, describe
from engine.data.files.drafts import Draft
from engine.data.files.first_reading import analyse
from engine.data.files.guessing import divides, guess_roles, guess_type, guess_types
from engine.data.files.names import one_line
from engine.data.files.packing import Packer
from engine.data.files.refusal import AT
from engine.data.files.source import Source, Table
from engine.data.files.values import swapped
from engine.data.files.windows import cut_series
from engine.data.files.written import Written
from engine.document import Division
from engine.problems import Problem, problem

TOTAL = re.compile(
    r"((grand |sub)?totals?|sums?|summe|gesamt(summe)?|insgesamt|total (général|general)):?",
    re.IGNORECASE,
)
"""What the first cell of a row of sums says."""


def read_table(source: Source, table: Table) -> Description:
    """Read a table, write its columns to the source's folder, and describe them.

    Raises RefusedFileError.
    """
    windows = source.options.windows
    packer = Packer(source.scratch)
    columns, notes, division = read_columns(source, table, packer)
    contents = Contents(
        "table",
        table.options,
        columns,
        notes,
        table.first_row,
        division=division,
        table=table.format,
        skip=table.skip,
    )
    if windows:
        contents, packer = cut_series(source, contents, windows)
    return describe(source, contents, packer)


def read_columns(
    source: Source, table: Table, packer: Packer, *, beside_inputs: bool = False
) -> tuple[list[Written], list[Problem], Division]:
    """Read the columns of a table; return them, what to know about them, and how to divide rows.

    `beside_inputs` says that other columns of the same rows are inputs. Raises RefusedFileError.
    """
    drafts = analyse(table, source.scratch)
    planned = _series(table, drafts) if source.options.windows else table
    plan, notes = plan_table(planned, drafts, beside_inputs=beside_inputs)
    columns = store(table, plan, packer)
    division = _division(columns)
    if division.column:
        notes.append(problem("column_of_parts", AT, column=division.column))
    return columns, notes, division


def _division(columns: Sequence[Written]) -> Division:
    """By the column that only says which part a row belongs to; at random if there is none."""
    ignored = (written.column for written in columns if written.column.role == "other")
    named = next((column.name for column in ignored if are_parts(column.classes)), None)
    return Division(by="column", column=named) if named else Division()


def _series(table: Table, drafts: Sequence[Draft]) -> Table:
    """The table with all columns of numbers as inputs: in a series none is an id, or a class."""
    columns = {
        name: ColumnOptions(type="number", role="input")
        for name, draft in zip(table.names, drafts, strict=True)
        if guess_type(draft.facts) == "number"
    }
    return replace(table, options=table.options.model_copy(update={"columns": columns}))


def plan_table(
    table: Table, drafts: Sequence[Draft], *, beside_inputs: bool = False
) -> tuple[list[Planned], list[Problem]]:
    """Return how each column is to be stored, and what a person should know about it."""
    facts = [draft.facts for draft in drafts]
    types = guess_types(table.names, facts, table.options.columns)
    columns = table.options.columns
    roles = guess_roles(table.names, types, facts, columns, beside_inputs=beside_inputs)
    plan = [Planned(*fields) for fields in zip(table.names, types, roles, drafts, strict=True)]
    notes = [note for planned in plan for note in _notes(table, planned)]
    notes += [note for planned in plan for note in _folds(table, planned)]
    return plan, [*table.notes, *notes]


def _folds(table: Table, planned: Planned) -> list[Problem]:
    """A note on a column that is left out of the model because of its name alone."""
    given = table.options.columns.get(planned.name)
    unnamed = planned.role != "other" or (given is not None and given.role is not None)
    if unnamed or are_parts(planned.facts.values or ()):
        return []
    if not divides(planned.name, planned.facts):
        return []
    return [problem("column_of_folds", AT, column=planned.name)]


def _labels(column: str, separator: Separator, facts: Facts) -> Problem:
    count = len(facts.lists.labels[separator])
    if separator == "json":
        return problem("column_of_labels.json", AT, column=column, count=count)
    return problem("column_of_labels", AT, column=column, count=count, separator=separator)


def _order_of_dates(planned: Planned) -> list[Problem]:
    """A note on dates whose days could be months, whichever is taken."""
    format = planned.facts.date_format or ""
    other = swapped(format)
    if other == format or other not in planned.facts.formats:
        return []
    if format.startswith("%m"):
        return [problem("order_of_dates.month", AT, column=planned.name)]
    return [problem("order_of_dates.day", AT, column=planned.name)]


def _alike(column: str, facts: Facts) -> list[Problem]:
    """Notes on classes that differ in capital letters, and values that differ in spaces only."""
    values = sorted(map(one_line, facts.values or ()))
    twice = [one for one, other in pairwise(values) if one == other]
    notes = [problem("classes_joined", AT, column=column, name=twice[0])] if twice else []
    seen: dict[str, str] = {}
    for value in values:
        other = seen.setdefault(value.casefold(), value)
        if other != value:
            return [*notes, problem("classes_alike", AT, column=column, one=other, other=value)]
    return notes


def _of_digits(planned: Planned) -> list[Problem]:
    """Notes on cells that a person may not read as they were read: numbers or not."""
    facts, column = planned.facts, planned.name
    if planned.type == "number":
        notes = [problem("numbers_in_parentheses", AT, column=column)] if facts.parentheses else []
        return (
            [*notes, problem("column_of_codes.number", AT, column=column)] if facts.zeros else notes
        )
    if planned.type not in ("category", "text"):
        return []
    if facts.are_codes:
        return [problem("column_of_codes", AT, column=column)]
    if facts.unit and facts.stray and facts.numbers < facts.present:
        cell = facts.stray[1]
        return [problem("numbers_with_unit", AT, column=column, unit=facts.unit, cell=cell)]
    return []


def _notes(table: Table, planned: Planned) -> list[Problem]:
    """What a person should know about a column."""
    notes, facts, column = [], planned.facts, planned.name
    notes += _of_digits(planned)
    if planned.type == "number" and facts.stray:
        count = facts.present - facts.numbers
        row, cell = facts.stray
        row += table.first_row
        notes.append(
            problem("column_has_strays", AT, column=column, count=count, row=row, cell=cell)
        )
    if planned.type == "labels" and facts.separator:
        notes.append(_labels(column, facts.separator, facts))
    if planned.type in ("number", "date") and planned.missing:
        notes.append(problem("column_has_gaps", AT, column=column, count=planned.missing))
    if planned.type == "date":
        notes.append(problem("column_of_dates", AT, column=column))
        notes += _order_of_dates(planned)
    if planned.type in ("category", "text") and facts.end and TOTAL.fullmatch(facts.end):
        notes.append(problem("row_of_totals", AT, column=column, cell=facts.end))
    if planned.type == "category":
        notes += _alike(column, facts)
    if planned.type == "category" and facts.missing:
        name = MISSING_CLASS
        notes.append(
            problem("column_has_missing_class", AT, column=column, count=facts.missing, name=name)
        )
    return notes
