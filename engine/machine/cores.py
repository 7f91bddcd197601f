"""The cores of this machine, and how runs divide them. No heavy imports."""

import os


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share(runs: int) -> int | None:
    """Return how many threads of each of so many runs may compute; None for one run alone.

    More threads than cores wait for each other.
    """
    return max(1, cores() // runs) if runs > 1 else None
