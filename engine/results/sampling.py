"""Finds rows of the data set by what the model makes of them, and shows their values."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.data.catalogue import Column, DataSets
from engine.data.loading import load
from engine.data.preview import ColumnPreview
from engine.data.previewing import shown_rows
from engine.data.refusals import unknown_data
from engine.problems import Problem, problem
from engine.results.description import OutputResult, Results, Sample, Samples, Wanted
from engine.results.keeping import predictions, read
from engine.values import Json

TOP = 3
MOST_COLUMNS = 60
"""Columns of a row that are shown; a table may have thousands."""
DIGITS = 5


def samples(folder: Path, wanted: Wanted, sets: DataSets) -> Samples | Problem:
    """Return the rows that are wanted of a run's results, or why there are none."""
    results = read(folder)
    output = None if results is None else _output(results, wanted)
    if results is None or output is None:
        return problem("no_results")
    kept = predictions(folder, wanted.on, output.node)
    if kept is None:
        return problem("no_results")
    data = sets.find(results.data)
    if data is None:
        return unknown_data(results.data, sets)
    arrays = load(results.data, sets)
    if isinstance(arrays, Problem):
        return arrays
    found = _found(kept, wanted, output)
    chosen = found[wanted.offset : wanted.offset + wanted.limit]
    names = results.inputs[:MOST_COLUMNS]
    rows = np.asarray(kept["rows"][chosen])
    if len(rows) and rows.max() >= len(next(iter(arrays.values()))):
        return problem("no_results")
    return Samples(
        total=len(found),
        samples=tuple(_sample(kept, at, output) for at in chosen.tolist()),
        columns=tuple(
            _column(column, arrays[column.name], rows)
            for column in data.columns
            if column.name in names
        ),
    )


def _output(results: Results, wanted: Wanted) -> OutputResult | None:
    part = next((part for part in results.parts if part.on == wanted.on), None)
    outputs: Sequence[OutputResult] = part.outputs if part else ()
    return next((one for one in outputs if wanted.node in ("", one.node)), None)


def _found(kept: dict[str, np.ndarray], wanted: Wanted, output: OutputResult) -> np.ndarray:
    """The positions of the rows with the classes that are wanted, in the order that is wanted."""
    actual, predicted = np.asarray(kept["actual"]), np.asarray(kept["predicted"])
    chosen = np.ones(len(actual), bool)
    if output.kind == "classes":
        if wanted.actual is not None:
            chosen &= actual == wanted.actual
        if wanted.predicted is not None:
            chosen &= predicted.argmax(axis=1) == wanted.predicted
    found = np.flatnonzero(chosen)
    if wanted.order == "stored":
        return found
    errors = np.asarray(kept["errors"])[found]
    keys = -errors if wanted.order == "worst" else errors
    return np.asarray(found[np.argsort(keys, kind="stable")])


def _sample(kept: dict[str, np.ndarray], at: int, output: OutputResult) -> Sample:
    error = float(kept["errors"][at])
    actual, predicted = kept["actual"][at], kept["predicted"][at]
    scores: tuple[tuple[int, float], ...] = ()
    if output.kind == "classes":
        best = np.argsort(-predicted, kind="stable")[:TOP].tolist()
        scores = tuple(
            (one, float(predicted[one])) for one in best if math.isfinite(predicted[one])
        )
        predicted = np.asarray(np.argmax(predicted))
    return Sample(
        row=int(kept["rows"][at]),
        error=error if math.isfinite(error) else None,
        actual=_plain(actual),
        predicted=_plain(predicted),
        scores=scores,
    )


def _plain(values: np.ndarray) -> Json:
    return _finite(np.asarray(values).tolist())


def _finite(value: Json) -> Json:
    """Nested lists with few digits, without numbers that JSON does not know."""
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


def _column(column: Column, values: np.ndarray, rows: np.ndarray) -> ColumnPreview:
    """The rows of a column, with the range of what is shown: pictures are drawn by it."""
    shown = shown_rows(column, values, rows)
    numbers = values[rows]
    if column.dtype == "string" or column.classes or not numbers.size:
        return ColumnPreview(name=column.name, rows=shown)
    low, high = (0.0, 255.0) if numbers.dtype == np.uint8 else _range(numbers)
    return ColumnPreview(name=column.name, rows=shown, minimum=low, maximum=high)


def _range(numbers: np.ndarray) -> tuple[float | None, float | None]:
    present = numbers[np.isfinite(numbers)]
    return (float(present.min()), float(present.max())) if present.size else (None, None)
