"""Time two functions side by side, so that noise affects both equally."""

import gc
import statistics
import time
from collections.abc import Callable


def seconds(action: Callable[[], object]) -> float:
    """The seconds that one call takes; garbage is collected before."""
    gc.collect()
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def side_by_side(
    first: Callable[[], object], second: Callable[[], object], rounds: int
) -> tuple[float, float]:
    """The median seconds of each function, called alternately `rounds` times."""
    pairs = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


Cost = tuple[float, float]
"""Seconds of elapsed time, and of CPU time in all threads."""


def pair(first: Callable[[], object], second: Callable[[], object], turn: int) -> list[Cost]:
    """The costs of both functions; which is called before the other alternates."""
    if turn % 2:
        return [_cost(first), _cost(second)]
    later = _cost(second)
    return [_cost(first), later]


def ratios(
    first: Callable[[], object], second: Callable[[], object], pairs: int
) -> tuple[float, float, float]:
    """The median of second to first in elapsed and in CPU time, and the seconds of the first."""
    costs = [pair(first, second, turn) for turn in range(pairs)]
    elapsed = statistics.median(b[0] / a[0] for a, b in costs)
    work = statistics.median(b[1] / a[1] for a, b in costs)
    return elapsed, work, statistics.median(a[0] for a, _ in costs)


def _cost(action: Callable[[], object]) -> Cost:
    began = time.process_time()
    return seconds(action), time.process_time() - began


def milliseconds(value: float) -> str:
    """Format seconds with three significant digits, below one second as milliseconds."""
    return f"{value:.3g} s" if value >= 1 else f"{value * 1000:.3g} ms"
