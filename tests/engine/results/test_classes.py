"""Scores, curves and calibration of classes, compared with scikit-learn."""

import warnings

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from engine.results.classes import classes_result, labels_result, places_result
from engine.results.curves import POINTS, precision_recall, ranks, roc
from engine.results.facts import Facts

FACTS = Facts("n", "kind", 9, 9)
NAMES = ("a", "b", "c")


def distributions(rows: int, classes: int, seed: int = 0, digits: int = 9) -> np.ndarray:
    scores = np.random.default_rng(seed).dirichlet(np.ones(classes), rows)
    return np.round(scores, digits)


def truths(rows: int, classes: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, classes, rows)


CASES = {
    "three classes": (truths(200, 3), distributions(200, 3)),
    "two classes": (truths(100, 2), distributions(100, 2)),
    "ties": (truths(60, 3), distributions(60, 3, digits=1)),
    "constant": (truths(40, 3), np.tile([0.2, 0.5, 0.3], (40, 1))),
    "one class missing": (truths(50, 2), distributions(50, 3)),
    "one class alone": (np.zeros(7, int), distributions(7, 3)),
    "one row": (np.array([1]), distributions(1, 3)),
}


@pytest.mark.parametrize(("actual", "scores"), CASES.values(), ids=CASES)
def test_scores_of_classes_are_those_of_scikit_learn(
    actual: np.ndarray, scores: np.ndarray
) -> None:
    classes = scores.shape[1]
    result = classes_result(FACTS, NAMES[:classes], actual, scores)
    predicted = scores.argmax(axis=1)
    expected = metrics.precision_recall_fscore_support(
        actual, predicted, labels=range(classes), zero_division=np.nan
    )
    for one, *values in zip(result.classes, *expected, strict=True):
        for value, wanted in zip((one.precision, one.recall, one.f1), values, strict=False):
            assert value == pytest.approx(wanted) if not np.isnan(wanted) else value is None
        assert one.support == values[-1]
    assert result.accuracy == pytest.approx(metrics.accuracy_score(actual, predicted))
    assert result.top[0] == (1, result.accuracy)
    for at, one in enumerate(result.classes):
        _compare_areas(one.roc, one.precision_recall, actual == at, scores[:, at])


def _compare_areas(curve, precisions, hits: np.ndarray, scores: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    if hits.all() or not hits.any():
        assert curve is None
    else:
        assert curve.area == pytest.approx(metrics.roc_auc_score(hits, scores))
    if hits.any():
        assert precisions.area == pytest.approx(metrics.average_precision_score(hits, scores))
    else:
        assert precisions is None


def test_points_of_curves_are_those_of_scikit_learn() -> None:
    hits, scores = truths(40, 2), distributions(40, 2, digits=1)[:, 1]
    alarms, right, _ = metrics.roc_curve(hits, scores, drop_intermediate=False)
    curve = roc(hits, scores)
    assert curve
    assert np.array(curve.points) == pytest.approx(np.column_stack([alarms, right]), abs=1e-4)
    precision, recall, _ = metrics.precision_recall_curve(hits, scores)
    other = precision_recall(hits, scores)
    assert other
    expected = np.column_stack([recall, precision])[::-1]
    assert np.array(other.points) == pytest.approx(expected, abs=1e-4)


def test_long_curves_have_few_points_and_the_same_area() -> None:
    hits, scores = truths(20_000, 2), distributions(20_000, 2)[:, 1]
    curve = roc(hits, scores)
    assert curve
    assert len(curve.points) <= POINTS + 2
    assert (curve.points[0], curve.points[-1]) == ((0, 0), (1, 1))
    assert curve.area == pytest.approx(metrics.roc_auc_score(hits, scores))


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_top_k(k: int) -> None:
    actual, scores = truths(300, 7), distributions(300, 7)
    result = classes_result(FACTS, [*"abcdefg"], actual, scores)
    expected = metrics.top_k_accuracy_score(actual, scores, k=k, labels=range(7))
    assert dict(result.top)[k] == pytest.approx(expected)


def test_equal_scores_rank_by_the_number_of_their_class() -> None:
    scores = np.array([[0.5, 0.5, 0.0]] * 3)
    assert ranks(scores, np.array([0, 1, 2])).tolist() == [0, 1, 2]


def test_calibration_is_that_of_scikit_learn() -> None:
    actual, scores = truths(500, 2), distributions(500, 2)
    result = classes_result(FACTS, NAMES[:2], actual, scores)
    assert result.calibration
    confidence, right = scores.max(axis=1), scores.argmax(axis=1) == actual
    shares, means = calibration_curve(right, confidence, n_bins=10)
    bins = result.calibration.bins
    assert [one.right for one in bins] == pytest.approx(shares)
    assert [one.confidence for one in bins] == pytest.approx(means)
    gaps = [abs(one.right - one.confidence) * one.rows for one in bins]
    assert result.calibration.error == pytest.approx(sum(gaps) / 500)


def test_scores_that_are_no_probabilities_have_no_calibration() -> None:
    result = classes_result(FACTS, NAMES, truths(30, 3), distributions(30, 3) * 5)
    assert result.calibration is None
    assert result.accuracy is not None


def test_rows_without_finite_scores_are_left_out_and_counted() -> None:
    actual, scores = truths(30, 3), distributions(30, 3)
    scores[4, 1], scores[9, 0] = np.nan, np.inf
    result = classes_result(FACTS, NAMES, actual, scores)
    valid = np.isfinite(scores).all(axis=1)
    assert result.invalid == 2
    assert result.accuracy == np.mean(actual[valid] == scores[valid].argmax(axis=1))
    nothing = classes_result(FACTS, NAMES, actual, np.full_like(scores, np.nan))
    assert (nothing.invalid, nothing.accuracy, nothing.top) == (30, None, ())
    assert nothing.calibration is None


def test_labels_are_scored_one_by_one() -> None:
    rng = np.random.default_rng(3)
    actual, scores = rng.integers(0, 2, (80, 3)), rng.random((80, 3))
    result = labels_result(FACTS, NAMES, actual, scores)
    predicted = scores > 0.5
    assert result.exact == pytest.approx(metrics.accuracy_score(actual, predicted))
    with warnings.catch_warnings():
        expected = metrics.precision_recall_fscore_support(actual, predicted)
    assert [one.precision for one in result.labels] == pytest.approx(expected[0])
    assert [one.recall for one in result.labels] == pytest.approx(expected[1])
    areas = [one.roc.area for one in result.labels if one.roc]
    assert areas == pytest.approx(metrics.roc_auc_score(actual, scores, average=None))


def test_places_without_a_prediction_are_left_out() -> None:
    actual = np.array([[0, 1, 1], [2, 2, 0]])
    predicted = np.array([[0, 1, -1], [2, 0, 0]])
    result = places_result(FACTS, NAMES, actual, predicted, 1)
    assert result.accuracy == pytest.approx(4 / 5)
    assert [one.support for one in result.classes] == [2, 1, 2]
    assert [one.predicted for one in result.classes] == [3, 1, 1]
    assert result.shape == (3,)
