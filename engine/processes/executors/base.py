"""What every place that runs workers offers. asyncio only; no machine-learning library."""

from collections.abc import AsyncIterator
from typing import Protocol

from engine.protocol import RunEvent, Train, When


class Handle(Protocol):
    """One run in progress; its events are read once, by one reader."""

    def events(self) -> AsyncIterator[RunEvent]:
        """Yield the run's events; the last is an EndedEvent, exactly one, whatever happens."""
        ...

    async def stop(self, when: When) -> None:
        """Ask the run to end and return at once; asking for "now" twice ends it by force."""
        ...


class Executor(Protocol):
    """Starts runs. Whoever calls `start` has made the command's output folder."""

    async def start(self, command: Train) -> Handle:
        """Start a run. What goes wrong with it comes as its EndedEvent, never as an exception."""
        ...

    async def close(self) -> None:
        """End everything that was started; unfinished runs end as "lost"."""
        ...
