"""Which workers have outlived their web process, as far as the executor can tell."""

import time
from collections.abc import Callable

from engine.processes.executors.base import Executor

PATIENCE = 60.0
"""Seconds without an answer after which no worker is taken to live."""


class Living:
    """Asks the executor; remembers since when it has had no answer."""

    def __init__(self, executor: Executor, clock: Callable[[], float] = time.monotonic) -> None:
        self._executor, self._clock = executor, clock
        self._silent_since: float | None = None

    async def ask(self) -> frozenset[str] | None:
        """Return the names of the workers that live; None if it is too early to tell."""
        living = await self._executor.living()
        if living is not None:
            self._silent_since = None
            return living
        if self._silent_since is None:
            self._silent_since = self._clock()
        return frozenset() if self._clock() - self._silent_since > PATIENCE else None
