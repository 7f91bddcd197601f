"""Curves and scores of a class against all others, from scores and truths. NumPy only.

The definitions are those of scikit-learn; tests compare them with it.
"""

import numpy as np

from engine.results.description import Bin, Calibration, Curve

POINTS = 100
"""The most points of a curve that are kept."""
BINS = 10


def roc(truths: np.ndarray, scores: np.ndarray) -> Curve | None:
    """Return the share of false alarms and the share of hits for every threshold.

    None if all rows have the class, or none: one of the shares is then undefined.
    """
    hits, alarms = _counted(truths, scores)
    if not hits[-1] or not alarms[-1]:
        return None
    x, y = np.append(0, alarms / alarms[-1]), np.append(0, hits / hits[-1])
    area = float(np.trapezoid(y, x))
    return Curve(points=_thinned(x, y), area=area)


def precision_recall(truths: np.ndarray, scores: np.ndarray) -> Curve | None:
    """Return recall and precision for every threshold; the area is the average precision.

    None if no row has the class.
    """
    hits, alarms = _counted(truths, scores)
    if not hits[-1]:
        return None
    recall, precision = hits / hits[-1], hits / (hits + alarms)
    area = float(np.sum(np.diff(recall, prepend=0.0) * precision))
    points = _thinned(np.append(0.0, recall), np.append(1.0, precision))
    return Curve(points=points, area=area)


def calibration(confidence: np.ndarray, right: np.ndarray) -> Calibration | None:
    """Return how often rows are right by their confidence, in ten bins of equal width."""
    if not len(confidence):
        return None
    places = np.clip((confidence * BINS).astype(int), 0, BINS - 1)
    counts = np.bincount(places, minlength=BINS)
    means, shares = (
        np.bincount(places, weights=values, minlength=BINS) / np.maximum(counts, 1)
        for values in (confidence, right.astype(float))
    )
    error = float(np.sum(np.abs(means - shares) * counts) / counts.sum())
    bins = tuple(
        Bin(confidence=float(means[at]), right=float(shares[at]), rows=int(counts[at]))
        for at in np.flatnonzero(counts)
    )
    return Calibration(bins=bins, error=error)


def ranks(scores: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """Return for each row how many classes come before the actual one; equals by their number."""
    own = np.take_along_axis(scores, actual[:, None], axis=1)
    before = np.arange(scores.shape[1])[None] < actual[:, None]
    return np.asarray(((scores > own) | ((scores == own) & before)).sum(axis=1))


def _counted(truths: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The hits and the false alarms above each threshold: rows of equal scores count at once."""
    order = np.argsort(-scores, kind="stable")
    truths, scores = truths[order].astype(bool), scores[order]
    ends = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    hits = np.cumsum(truths)[ends]
    return hits, 1 + ends - hits


def _thinned(x: np.ndarray, y: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Points that are evenly spread along the curve, with both ends and without digits to spare."""
    if len(x) > POINTS:
        way = np.cumsum(np.hypot(np.diff(x, prepend=x[0]), np.diff(y, prepend=y[0])))
        at = np.searchsorted(way, np.linspace(0, way[-1], POINTS))
        at = np.unique(np.concatenate([[0], at, [len(x) - 1]]))
        x, y = x[at], y[at]
    return tuple(zip(np.round(x, 4).tolist(), np.round(y, 4).tolist(), strict=True))
