"""The steps that prepare the rows of a data set: which rows are left out, and what fills gaps."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from engine.values import NO_NUL, Name, Tagged

MAX_COLUMNS = 10_000
MAX_PREPARATION = 100
MAX_FILLER = 1_000

Columns: TypeAlias = Annotated[tuple[Name, ...], Field(max_length=MAX_COLUMNS)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Filler: TypeAlias = (
    Number | Annotated[str, StringConstraints(max_length=MAX_FILLER, pattern=NO_NUL)]
)
FillKind: TypeAlias = Literal["median", "mean", "most_frequent", "constant"]


class LeaveOutRepeats(Tagged):
    """Rows are left out that equal an earlier one in all inputs and targets of the data set."""

    type: Literal["leave_out_repeats"] = "leave_out_repeats"


class LeaveOutMissing(Tagged):
    """Rows are left out that lack a value in one of the columns.

    Without columns, in one of the inputs and targets of the data set.
    """

    type: Literal["leave_out_missing"] = "leave_out_missing"
    columns: Columns = ()


class LeaveOutOutside(Tagged):
    """Rows are left out whose number lies below `minimum` or above `maximum`; gaps are kept."""

    type: Literal["leave_out_outside"] = "leave_out_outside"
    column: Name = ""
    minimum: Number | None = None
    maximum: Number | None = None


class Fill(Tagged):
    """Missing values of columns are filled with what `by` says of the training rows.

    `constant` fills them with `value`: a number, a text, or the name of a class.
    """

    type: Literal["fill"] = "fill"
    columns: Columns = ()
    by: FillKind = "median"
    value: Filler | None = None


Step: TypeAlias = Annotated[
    LeaveOutRepeats | LeaveOutMissing | LeaveOutOutside | Fill, Field(discriminator="type")
]
Preparation: TypeAlias = Annotated[tuple[Step, ...], Field(max_length=MAX_PREPARATION)]
