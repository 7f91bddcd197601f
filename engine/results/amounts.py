"""Results of numbers: regression, forecasts, and rows with several axes such as pictures."""

import math
from collections.abc import Sequence

import numpy as np

from engine.results.description import (
    Amount,
    ArraysResult,
    ForecastResult,
    Histogram,
    NumbersResult,
)
from engine.results.facts import Facts

MOST_AMOUNTS = 16
MOST_POINTS = 400
MOST_SERIES = 400
BINS = 20
DIGITS = 6


def numbers_result(
    facts: Facts, names: Sequence[str], actual: np.ndarray, predicted: np.ndarray
) -> NumbersResult:
    """Return the results of numbers; both are (rows, values)."""
    actual, predicted, invalid = _valid(actual, predicted)
    values = actual.shape[1]
    amounts = tuple(
        _amount(names[at] if len(names) == values else "", actual[:, at], predicted[:, at])
        for at in range(min(values, MOST_AMOUNTS))
    )
    return NumbersResult(**facts.common(invalid), values=values, amounts=amounts)


def forecast_result(
    facts: Facts, rows: np.ndarray, actual: np.ndarray, predicted: np.ndarray
) -> ForecastResult:
    """Return the results of forecasts; both are (rows, steps), and `rows` their numbers."""
    valid = _finite(actual, predicted)
    order = np.flatnonzero(valid)[np.argsort(rows[valid], kind="stable")]
    steps = actual.shape[1]
    shown = order[-max(1, MOST_SERIES // steps) :]
    gaps = np.flatnonzero(np.diff(rows[shown]) > 1)
    off = predicted[valid].astype("float64") - actual[valid]
    return ForecastResult(
        **facts.common(int((~valid).sum())),
        rmse=_root(off),
        mae=_mean(np.abs(off)),
        actual=_series(actual[shown], gaps),
        predicted=_series(predicted[shown], gaps),
        steps=tuple(_root(off[:, at]) for at in range(min(steps, MOST_SERIES))),
    )


def arrays_result(facts: Facts, actual: np.ndarray, predicted: np.ndarray) -> ArraysResult:
    """Return the results of rows with several axes."""
    shape = actual.shape[1:]
    actual, predicted, invalid = _valid(
        actual.reshape(len(actual), -1), predicted.reshape(len(predicted), -1)
    )
    off = predicted.astype("float64") - actual
    return ArraysResult(
        **facts.common(invalid),
        shape=shape,
        rmse=_root(off),
        mae=_mean(np.abs(off)),
        errors=_histogram(np.abs(off).mean(axis=1)) if len(off) else None,
    )


def _amount(name: str, actual: np.ndarray, predicted: np.ndarray) -> Amount:
    off = predicted.astype("float64") - actual
    spread = float(actual.astype("float64").var()) if len(actual) else 0.0
    squared = _mean_square(off)
    at = np.unique(np.linspace(0, len(off) - 1, min(MOST_POINTS, len(off))).astype(int))
    return Amount(
        name=name,
        rmse=_root(off),
        mae=_mean(np.abs(off)),
        r2=1 - squared / spread if spread > 0 and squared is not None else None,
        bias=_mean(off),
        points=tuple(zip(_short(actual[at]), _short(predicted[at]), strict=True)),
        residuals=_histogram(off),
    )


def _finite(*arrays: np.ndarray) -> np.ndarray:
    """Which rows have nothing but finite values."""
    return np.asarray(np.all([np.isfinite(array).all(axis=1) for array in arrays], axis=0))


def _valid(actual: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    valid = _finite(actual, predicted)
    return actual[valid], predicted[valid], int((~valid).sum())


def _series(values: np.ndarray, gaps: np.ndarray) -> tuple[float | None, ...]:
    """Rows one after the other, with None after the rows at `gaps`."""
    result: list[float | None] = []
    for at, row in enumerate(values):
        result += _short(row)
        if at in gaps:
            result.append(None)
    return tuple(result)


def _short(values: np.ndarray) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values.tolist()]


def _mean(values: np.ndarray) -> float | None:
    """The mean; None without values, or if it is too large for a number."""
    with np.errstate(over="ignore"):
        mean = float(values.mean()) if values.size else math.inf
    return mean if math.isfinite(mean) else None


def _root(off: np.ndarray) -> float | None:
    squared = _mean_square(off)
    return None if squared is None else math.sqrt(squared)


def _mean_square(off: np.ndarray) -> float | None:
    with np.errstate(over="ignore"):
        return _mean(off**2)


def _histogram(values: np.ndarray) -> Histogram | None:
    """Twenty bins of equal width; None without values, or if their range is not finite."""
    if not values.size or not np.isfinite(values.max() - values.min()):
        return None
    try:
        counts, edges = np.histogram(values, BINS)
    except ValueError:  # the values are too large and too near for so many bins
        return None
    return Histogram(edges=tuple(_short(edges)), counts=tuple(counts.tolist()))
