"""Results of numbers, forecasts and pictures."""

import math

import numpy as np
import pytest
from sklearn import metrics

from engine.results.amounts import MOST_POINTS, arrays_result, forecast_result, numbers_result
from engine.results.facts import Facts

FACTS = Facts("n", "price", 9, 9)


def test_errors_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    actual = rng.normal(40, 9, (1000, 2))
    predicted = actual + rng.normal(1, 3, (1000, 2))
    result = numbers_result(FACTS, ["a", "b"], actual, predicted)
    assert [one.name for one in result.amounts] == ["a", "b"]
    for at, one in enumerate(result.amounts):
        pair = actual[:, at], predicted[:, at]
        assert one.rmse == pytest.approx(metrics.root_mean_squared_error(*pair))
        assert one.mae == pytest.approx(metrics.mean_absolute_error(*pair))
        assert one.r2 == pytest.approx(metrics.r2_score(*pair))
        assert one.bias == pytest.approx(np.mean(pair[1] - pair[0]))
        assert len(one.points) == MOST_POINTS
        assert one.residuals
        assert sum(one.residuals.counts) == 1000
        assert len(one.residuals.edges) == len(one.residuals.counts) + 1


ODD = {
    "constant target": (np.ones((4, 1)), np.zeros((4, 1)), 1.0, None, 0),
    "constant prediction": (np.array([[0.0], [2]]), np.ones((2, 1)), 1.0, 0.0, 0),
    "NaN": (np.array([[0.0], [2], [4]]), np.array([[0.0], [np.nan], [4]]), 0.0, 1.0, 1),
    "nothing finite": (np.zeros((2, 1)), np.full((2, 1), np.inf), None, None, 2),
    "one row": (np.array([[3.0]]), np.array([[5.0]]), 2.0, None, 0),
}


@pytest.mark.parametrize(("actual", "predicted", "rmse", "r2", "invalid"), ODD.values(), ids=ODD)
def test_odd_rows(
    actual: np.ndarray, predicted: np.ndarray, rmse: float | None, r2: float | None, invalid: int
) -> None:
    result = numbers_result(FACTS, ["price"], actual, predicted)
    (one,) = result.amounts
    assert (one.rmse, one.r2, result.invalid) == (rmse, r2, invalid)
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in one.points)


def test_values_that_are_too_large_for_bins_have_no_histogram() -> None:
    actual, predicted = np.zeros((2, 1)), np.array([[1e300], [1e300]])
    assert numbers_result(FACTS, ["x"], actual, predicted).amounts[0].residuals is None


def test_forecasts_follow_each_other_with_gaps() -> None:
    rows = np.array([7, 3, 4])
    actual = np.array([[1.0, 2], [3, 4], [5, 6]])
    result = forecast_result(FACTS, rows, actual, actual + np.array([0, 1]))
    assert result.actual == (3, 4, 5, 6, None, 1, 2)
    assert result.predicted == (3, 5, 5, 7, None, 1, 3)
    assert result.steps == (0, 1)
    assert result.mae == 0.5


def test_errors_of_pictures() -> None:
    actual = np.zeros((5, 2, 2, 1))
    predicted = np.ones((5, 2, 2, 1))
    predicted[0, 0, 0] = np.nan
    result = arrays_result(FACTS, actual, predicted)
    assert (result.shape, result.rmse, result.mae, result.invalid) == ((2, 2, 1), 1, 1, 1)
