"""The column that weighs the rows of a data set: how much each training row counts in the loss.

Pure functions without NumPy, shared by the checker, training and code generation.
"""

from math import prod
from typing import Literal, TypeAlias

from engine.data.catalogue import TEXT, Column, DataSet
from engine.problems import At, Problem, problem

AT = At(param="data")

Unusable: TypeAlias = Literal["missing", "negative", "zero"]
"""Why numbers are no weights: some are missing or negative, or all are zero."""


def weight_column(data: DataSet) -> Column | Problem | None:
    """Return the column with the role “weight”, if there is one, or what is wrong with it."""
    columns = [column for column in data.columns if column.role == "weight"]
    if not columns:
        return None
    if len(columns) > 1:
        return problem("several_weights", AT, columns=[column.name for column in columns])
    (column,) = columns
    if column.dtype == TEXT or column.classes or column.labels or prod(column.shape) != 1:
        return problem("weight_not_a_number", AT, column=column.name)
    return column


def unusable_weights(column: Column, why: Unusable) -> Problem:
    """Return the problem with the weights of the training rows."""
    name = column.name
    if why == "missing":
        return problem("weights_missing", AT, column=name)
    if why == "negative":
        return problem("weights_negative", AT, column=name)
    return problem("weights_zero", AT, column=name)
