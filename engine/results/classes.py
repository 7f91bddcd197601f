"""Results of classes: one for each row, one for each place of a row, or any number of labels."""

from collections.abc import Sequence

import numpy as np

from engine.results.curves import calibration, precision_recall, ranks, roc
from engine.results.description import (
    Calibration,
    ClassesResult,
    ClassScore,
    LabelsResult,
    PlacesResult,
)
from engine.results.facts import Facts

MOST_CURVES = 20
"""Classes that have curves: the most frequent ones."""
MOST_TOP = 5


def classes_result(
    facts: Facts, names: Sequence[str], actual: np.ndarray, scores: np.ndarray
) -> ClassesResult:
    """Return the results of one class for each row; `scores` are (rows, classes).

    Rows whose scores are not finite are left out.
    """
    valid = np.isfinite(scores).all(axis=1)
    actual, scores = actual[valid], scores[valid]
    predicted = scores.argmax(axis=1)
    count = scores.shape[1]
    rows = len(actual)
    before = ranks(scores, actual)
    tops = [k for k in range(1, MOST_TOP + 1) if k < count] if rows else []
    return ClassesResult(
        **facts.common(invalid=int((~valid).sum())),
        accuracy=float((predicted == actual).mean()) if rows else None,
        classes=_scored(names, _confusion(actual, predicted, count), actual, scores),
        top=tuple((k, float((before < k).mean())) for k in tops),
        calibration=_calibration(actual, scores),
    )


def labels_result(
    facts: Facts, names: Sequence[str], actual: np.ndarray, scores: np.ndarray
) -> LabelsResult:
    """Return the results of labels; `actual` and `scores` are (rows, labels)."""
    valid = np.isfinite(scores).all(axis=1)
    actual, scores = actual[valid] > 0.5, scores[valid]  # noqa: PLR2004
    predicted = scores > 0.5  # noqa: PLR2004
    labels = tuple(
        _score(
            name,
            hits=int((actual[:, at] & predicted[:, at]).sum()),
            support=int(actual[:, at].sum()),
            predicted=int(predicted[:, at].sum()),
            truths=actual[:, at] if at < MOST_CURVES else None,
            scores=scores[:, at],
        )
        for at, name in enumerate(names)
    )
    exact = float((actual == predicted).all(axis=1).mean()) if len(actual) else None
    return LabelsResult(**facts.common(invalid=int((~valid).sum())), exact=exact, labels=labels)


def places_result(
    facts: Facts, names: Sequence[str], actual: np.ndarray, predicted: np.ndarray, invalid: int
) -> PlacesResult:
    """Return the results of a class for each place; both are (rows, …) of class numbers.

    A place with the number -1 has no prediction: its scores were not finite.
    """
    valid = predicted >= 0
    truths, guesses = actual[valid], predicted[valid]
    count = max(len(names), int(guesses.max(initial=-1)) + 1)
    return PlacesResult(
        **facts.common(invalid=invalid),
        accuracy=float((truths == guesses).mean()) if truths.size else None,
        classes=_scored(names, _confusion(truths, guesses, count)),
        names=tuple(names),
        shape=actual.shape[1:],
    )


def _confusion(actual: np.ndarray, predicted: np.ndarray, count: int) -> np.ndarray:
    pairs = actual.astype("int64") * count + predicted
    return np.bincount(pairs, minlength=count * count).reshape(count, count)


def _scored(
    names: Sequence[str],
    confusion: np.ndarray,
    actual: np.ndarray | None = None,
    scores: np.ndarray | None = None,
) -> tuple[ClassScore, ...]:
    """The score of each class; scores beyond the names of the classes have their number."""
    support, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    frequent = set(np.argsort(-support, kind="stable")[:MOST_CURVES].tolist())
    return tuple(
        _score(
            names[at] if at < len(names) else str(at),
            hits=int(confusion[at, at]),
            support=int(support[at]),
            predicted=int(predicted[at]),
            truths=actual == at if actual is not None and at in frequent else None,
            scores=None if scores is None else scores[:, at],
        )
        for at in range(len(confusion))
    )


def _score(  # noqa: PLR0913
    name: str,
    *,
    hits: int,
    support: int,
    predicted: int,
    truths: np.ndarray | None = None,
    scores: np.ndarray | None = None,
) -> ClassScore:
    has_curves = truths is not None and scores is not None and len(truths) > 0
    return ClassScore(
        name=name,
        support=support,
        predicted=predicted,
        precision=hits / predicted if predicted else None,
        recall=hits / support if support else None,
        f1=2 * hits / (support + predicted) if support + predicted else None,
        roc=roc(truths, scores) if has_curves else None,  # type: ignore[arg-type]
        precision_recall=precision_recall(truths, scores) if has_curves else None,  # type: ignore[arg-type]
    )


def are_distributions(scores: np.ndarray) -> bool:
    """Whether each row holds the probabilities of all classes, and not scores of another kind."""
    near = np.abs(scores.sum(axis=1) - 1) < 1e-3  # noqa: PLR2004
    return bool(near.all() and (scores >= 0).all())


def _calibration(actual: np.ndarray, scores: np.ndarray) -> Calibration | None:
    """Of the predicted class; None unless each row of scores is a distribution."""
    if not len(scores) or not are_distributions(scores):
        return None
    return calibration(scores.max(axis=1), scores.argmax(axis=1) == actual)
