"""What curves show: a loss that does not fall, a rate that does not fit, overfitting."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from engine.document import Document
from engine.problems import Problem, problem
from engine.protocol import EpochEvent
from engine.training.diagnosis.remedies import DEFAULT_RATE, near, other_rate, stop_early

FEW = 4
"""Epochs below which curves say nothing."""
JUMP = 1.3
"""A loss that rises by this factor from one epoch to the next has jumped."""
SMALL = 0.1
"""The part of the first loss that a jump is larger than: near zero losses vary more."""
LARGE_RATE = 0.05
"""A rate beyond which a loss that does not fall is blamed on it."""
FLAT = 0.02
SLOW = 0.2
"""The share of the first loss that must be gained, else the loss is flat, or falls slowly."""
WORSE = 1.25
"""By which factor the validation loss has risen where a model overfits."""


def curve_findings(document: Document, epochs: Sequence[EpochEvent]) -> list[Problem]:
    """Return what the curves of the completed epochs show."""
    whole = [event for event in epochs if event.complete and "loss" in event.metrics]
    if len(whole) < FEW:
        return []
    found = _rate(document, whole) or _overfitting(document, whole)
    return [found] if found else []


def diverged(document: Document, epochs: Sequence[EpochEvent], epoch: int) -> Problem | None:
    """Return that the rate was too high for a run whose loss was no longer finite."""
    rate = next((event.learning_rate for event in epochs if event.learning_rate), None)
    if rate is None:
        return None
    better = near(rate / 10)
    return problem(
        "rate_too_high.diverged",
        epoch=epoch,
        rate=near(rate),
        better=better,
        fix=other_rate(document, better),
    )


def _rate(document: Document, epochs: Sequence[EpochEvent]) -> Problem | None:
    losses = [event.metrics["loss"] for event in epochs]
    first, last, least = losses[0], losses[-1], min(losses)
    rate = epochs[-1].learning_rate or 0.0
    jumps = [
        (low, high)
        for low, high in pairwise(losses)
        if high > JUMP * low > 0 and high - low > SMALL * first
    ]
    if rate and (len(jumps) >= max(2, len(losses) // 4) or last > 2 * first > 0):
        low, high = max(jumps, key=lambda pair: pair[1] / pair[0], default=(first, last))
        better = near(rate / 10)
        return problem(
            "rate_too_high",
            rate=near(rate),
            low=near(low),
            high=near(high),
            better=better,
            fix=other_rate(document, better),
        )
    falling = sum(after < before for before, after in pairwise(losses)) >= 0.9 * (len(losses) - 1)
    if 0 < rate < DEFAULT_RATE and falling and first - least < SLOW * abs(first):
        better = near(min(DEFAULT_RATE, rate * 100))
        return problem(
            "rate_too_low",
            rate=near(rate),
            first=near(first),
            last=near(last),
            epochs=len(losses),
            better=better,
            fix=other_rate(document, better),
        )
    if rate > LARGE_RATE and last >= first:
        better = near(rate / 10)
        return problem(
            "rate_too_high.stuck",
            rate=near(rate),
            first=near(first),
            last=near(last),
            better=better,
            fix=other_rate(document, better),
        )
    if first - least < FLAT * abs(first):
        epoch = epochs[-1].epoch
        return problem("loss_not_falling", first=near(first), last=near(last), epoch=epoch)
    return None


def _overfitting(document: Document, epochs: Sequence[EpochEvent]) -> Problem | None:
    validated = [event for event in epochs if "val_loss" in event.metrics]
    if len(validated) < FEW:
        return None
    losses = [event.metrics["val_loss"] for event in validated]
    best = min(range(len(losses)), key=losses.__getitem__)
    after = losses[best + 1 :]
    if len(after) < max(3, len(losses) // 5):
        return None
    last = median(after[-3:])
    before, now = (validated[at].metrics["loss"] for at in (best, -1))
    if not (losses[best] > 0 and last > WORSE * losses[best] and now < before):
        return None
    return problem(
        "overfitting",
        epoch=validated[best].epoch,
        best=near(losses[best]),
        last=near(losses[-1]),
        training=near(now),
        fix=stop_early(document),
    )
