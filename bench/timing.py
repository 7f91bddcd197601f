"""Timing two things side by side, so that a noisy machine disturbs both alike."""

import gc
import statistics
import time
from collections.abc import Callable


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes, without the garbage of the last one."""
    gc.collect()
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def side_by_side(
    first: Callable[[], object], second: Callable[[], object], rounds: int
) -> tuple[float, float]:
    """Median seconds of each, measured in turn, `rounds` times."""
    pairs = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def milliseconds(value: float) -> str:
    """Seconds in words: milliseconds with three digits."""
    return f"{value * 1000:.3g} ms"
