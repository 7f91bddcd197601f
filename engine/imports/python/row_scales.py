"""How the rows that a source passes to fit differ from those of the data set in the document."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.data.catalogue import DataSet
from engine.imports.python.bindings import arrays_in
from engine.imports.python.values import Array
from engine.problems import Phrase, phrase

_TOLERANCE = 0.01
_COMPUTED = phrase("what the source computes from the rows before fit(…)")
_STANDARDIZED = phrase(
    "the scale of the rows and of the target: each column of the data set has a mean of 0 and a "
    "standard deviation of 1"
)
_TARGET = phrase(
    "the scale of the target: the data set has it with a mean of 0 and a standard deviation of 1"
)
_COLUMNS = phrase(
    "standardized rows: the source gives each column a mean of 0 and a standard deviation of 1"
)
STANDARDIZED = ("diabetes", "california_housing")
"""Data sets whose rows the catalogue has standardized, and the libraries have not."""


def differences(fitted: Mapping[str, Any], data: DataSet) -> Iterator[Phrase]:
    """What of the rows that fit takes the document does not have."""
    rows = fitted.get("x")
    if rows is None:
        return
    arrays = [array for array in arrays_in(rows) if array.data == data.id]
    if not arrays:
        yield _COMPUTED
    for array in arrays:
        yield from _scale(array, data)
        if fitted.get("validation_data") is None and _is_part(array, data):
            yield phrase("the choice of rows: fit takes all rows of the data set")


def _scale(array: Array, data: DataSet) -> Iterator[Phrase]:
    if array.standard == "standardized" and data.id in STANDARDIZED:
        yield _TARGET
        return
    if array.scale is None:
        yield _COLUMNS if array.standard == "standardized" else _COMPUTED
        return
    if data.id in STANDARDIZED:
        yield _STANDARDIZED
        return
    factor, summand = array.scale
    if abs(summand) <= _TOLERANCE and abs(factor - 1) <= _TOLERANCE:
        return
    low, high = sorted((summand, factor + summand))
    yield phrase(
        "the scale of the rows: where the source has values from {low} to {high}, those of the "
        "data set are from 0 to 1",
        low=_short(low),
        high=_short(high),
    )


def _is_part(array: Array, data: DataSet) -> bool:
    rows = array.shape[0] if array.shape else None
    return rows is not None and rows < data.rows and array.share == 1


def _short(number: float) -> float:
    """A number without noise, whole if it is."""
    rounded = round(number, 3)
    return int(rounded) if rounded == int(rounded) else rounded
