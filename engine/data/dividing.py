"""Divides the rows of a data set into training, validation and test rows. Imports NumPy.

The rule is in engine.data.division, the functions that generated scripts have as well in
engine.data.splitting.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.data.division import Rule
from engine.data.splitting import (
    split_by_class,
    split_by_group,
    split_by_name,
    split_by_time,
    split_with_test,
)


@dataclass(frozen=True)
class Parts:
    """The indices of the rows of each part."""

    training: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def divide(rule: Rule, rows: int, arrays: Mapping[str, np.ndarray], seed: int) -> Parts:
    """Divide so many rows by a rule; `arrays` are the columns of the data set by name."""
    return Parts(*_divide(rule, rows, arrays, seed))


def _divide(rule: Rule, rows: int, arrays: Mapping[str, np.ndarray], seed: int) -> list[np.ndarray]:
    shares = (rule.validation, rule.test)
    if rule.column is None:  # at random
        return split_with_test(rows, *shares, seed)
    values = arrays[rule.column.name]
    match rule.by:
        case "stratified":
            return split_by_class(values, *shares, seed)
        case "group":
            return split_by_group(values, *shares, seed)
        case "time":
            return split_by_time(values, *shares)
        case _:
            return split_by_name(values, [*rule.named], *shares, seed)
