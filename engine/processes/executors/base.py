"""The interface of executors, which start workers. It needs no machine-learning library."""

from collections.abc import AsyncIterator
from typing import Protocol

from engine.protocol import Report, TrainText, When
from engine.protocol.frames import Look


class LetGoError(Exception):
    """This process has let go of a run, which goes on without it."""


class Handle(Protocol):
    """One run in progress; its events are read once, by one reader."""

    number: int
    """The number of the last event that was read, to continue after it; 0 if none has one."""

    def events(self) -> AsyncIterator[Report]:
        """Yield the run's events and frames.

        The last one, and only it, is an EndedEvent, whatever happens. Raises LetGoError.
        """
        ...

    async def acknowledge(self, number: int) -> None:
        """Say that the events up to this number are recorded, and need not be kept any longer."""
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

    async def release(self) -> None:
        """Let go of what is kept of the run: its last event is recorded, or nobody wants it."""
        ...


class Executor(Protocol):
    """Starts runs. The caller of `start` has created the output folder that the command names.

    Where runs outlive the process that started them, another one finds them by the names that
    `start` was given.
    """

    outlived: bool
    """Whether runs outlive this process."""

    async def start(self, command: TrainText, run: str) -> Handle:
        """Start a run. Failures are reported by its EndedEvent, never by an exception.

        `run` is a name that no other start was given.
        """
        ...

    async def living(self) -> frozenset[str] | None:
        """Return the names of the runs that outlive a process; None if that can't be told now."""
        ...

    async def take_up(self, run: str, after: int) -> Handle:
        """Follow a run that another process has started; its events after this number come."""
        ...

    async def forget(self, run: str) -> None:
        """End the process of a run that nobody wants any more, with all that is kept of it."""
        ...

    def expect(self, backend: str, device: str) -> None:
        """Get ready for a run on a backend and a device, which may never come."""
        ...

    async def close(self) -> None:
        """End all processes that don't outlive this one; unfinished runs end as "lost".

        Whoever follows one of the others gets a LetGoError.
        """
        ...
