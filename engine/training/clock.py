"""The time that a fit takes, without its pauses, and an estimate of what remains."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

RECENT = 6
"""Ends of epochs between which the speed is measured."""

Mark = tuple[float, int]
"""A time, and how many steps of the fit were done then."""


class Clock:
    """Owns when the fit began, and the marks between which its speed is measured.

    Compiling counts in no speed: it is over by the first mark of an epoch, and that of validation
    by the end of the first epoch.
    """

    def __init__(self, steps: int, before: float = 0.0) -> None:
        self._in_all, self._before = steps, before
        self._began = time.perf_counter()
        self._ends: deque[Mark] = deque(maxlen=RECENT)
        self._first: Mark | None = None
        """The first mark of the present epoch."""
        self.rate: float | None = None
        """Steps per second, lately."""

    def start(self) -> None:
        """Let the time begin now."""
        self._began = time.perf_counter()

    @property
    def now(self) -> float:
        """The time, on a scale of its own."""
        return time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long training has taken, with what it took in earlier processes."""
        return self.now - self._began + self._before

    def epoch_begins(self) -> None:
        """Measure the steps of another epoch."""
        self._first = None

    def step_done(self, done: int) -> None:
        """Mark a step, where the speed is not measured from whole epochs."""
        if self._first is None:
            self._first = self.now, done
        elif not self._by_epochs:
            self._measure(self._first, done)

    def epoch_done(self, done: int) -> None:
        """Mark the end of an epoch, after its validation."""
        self._ends.append((self.now, done))
        if self._by_epochs:
            self._measure(self._ends[0], done)

    def left(self, done: int) -> float | None:
        """How many seconds remain when so many steps are done, if that is known."""
        return (self._in_all - done) / self.rate if self.rate else None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let no time pass within the block."""
        began = self.now
        try:
            yield
        finally:
            away = self.now - began
            self._began += away
            self._ends = deque(((at + away, done) for at, done in self._ends), RECENT)
            if self._first:
                self._first = self._first[0] + away, self._first[1]

    @property
    def _by_epochs(self) -> bool:
        """Whether whole epochs have been measured."""
        return len(self._ends) > 1

    def _measure(self, since: Mark, done: int) -> None:
        seconds = self.now - since[0]
        if seconds > 0 and done > since[1]:
            self.rate = (done - since[1]) / seconds
