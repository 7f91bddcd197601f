"""The interface of executors, which start workers. It needs no machine-learning library."""

from collections.abc import AsyncIterator
from typing import Protocol

from engine.protocol import Report, TrainText, When
from engine.protocol.frames import Look


class Handle(Protocol):
    """One run in progress; its events are read once, by one reader."""

    def events(self) -> AsyncIterator[Report]:
        """Yield the run's events and frames.

        The last one, and only it, is an EndedEvent, whatever happens.
        """
        ...

    async def look(self, look: Look) -> None:
        """Ask for frames of what is looked at; without nodes, for none."""
        ...

    async def stop(self, when: When) -> None:
        """Request that the run end, and return at once; a second "now" ends it by force."""
        ...

    async def pause(self) -> None:
        """Request that the run wait, with a checkpoint; it then reports the phase "paused"."""
        ...

    async def resume(self) -> None:
        """Let a paused run go on."""
        ...

    async def abandon(self) -> None:
        """End the process without a word of its own, and wait for it; the run ends as "lost"."""
        ...


class Executor(Protocol):
    """Starts runs. The caller of `start` has created the output folder that the command names."""

    async def start(self, command: TrainText) -> Handle:
        """Start a run. Failures are reported by its EndedEvent, never by an exception."""
        ...

    def expect(self, backend: str, device: str) -> None:
        """Get ready for a run on a backend and a device, which may never come."""
        ...

    async def close(self) -> None:
        """End all processes; unfinished runs end as "lost"."""
        ...
