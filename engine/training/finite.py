"""The metrics of a fit as JSON can hold them: finite numbers, and not too many."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

from engine.problems import phrase
from engine.protocol import LogEvent, Reading, log_message

MOST_READINGS = 24
"""Readings of an epoch that are kept with it."""


class Finite:
    """Leaves out metrics that are not finite; owns which ones it has logged."""

    def __init__(self, emit: Callable[[LogEvent], None]) -> None:
        self._emit = emit
        self._left_out: set[str] = set()

    def __call__(self, values: Mapping[str, float], epoch: int) -> dict[str, float]:
        """Return the finite values; log each metric that is left out, once."""
        finite = {name: value for name, value in values.items() if isfinite(value)}
        for name in sorted(values.keys() - finite.keys() - self._left_out):
            self._left_out.add(name)
            words = phrase(
                "{name} is not a finite number in epoch {epoch}: left out.",
                name=name,
                epoch=epoch,
            )
            self._emit(log_message(words))
        return finite


def kept(readings: Sequence[Reading], reading: Reading) -> list[Reading]:
    """Return the readings with one more; of too many, every second one stays."""
    more = [*readings, reading]
    return more if len(more) <= MOST_READINGS else more[1::2]
