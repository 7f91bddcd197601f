"""One run that outlives the web process: its worker, and its events until they are acknowledged.

The worker is started as by the local executor, with the same limits and the same last words, and
ends with this process (engine.processes.child).
"""

import asyncio
from collections.abc import AsyncIterator

from engine.problems import Phrase
from engine.processes.executors.base import Executor, Handle
from engine.processes.keeping.kept import Kept
from engine.protocol import EndedEvent, PhaseEvent, TrainText, When, line, log_message
from engine.protocol.frames import Look


class KeptRun:
    """One run; owns its events that are not acknowledged, and the task that follows its worker."""

    def __init__(self, executor: Executor) -> None:
        self._executor, self._kept = executor, Kept()
        self._handle: Handle | None = None
        self._stops: set[str] = set()
        self._following: asyncio.Task[None] | None = None
        self._phase = ""
        self._ended = asyncio.Event()

    @property
    def paused(self) -> bool:
        """Whether the run waits, with a checkpoint."""
        return self._phase == "paused"

    @property
    def over(self) -> bool:
        """Whether the worker has ended; its last events may still be kept."""
        return self._ended.is_set()

    async def begin(self, command: TrainText) -> None:
        """Start the worker."""
        self._handle = await self._executor.start(command, "")
        self._following = asyncio.create_task(self._follow(self._handle))

    async def events(self, after: int) -> AsyncIterator[tuple[int, bytes]]:
        """Yield the events after number `after` as JSON, with their numbers, up to the last one.

        A later call ends this one.
        """
        async for number, event in self._kept.after(after):
            yield number, line(event)
            if isinstance(event, EndedEvent):
                return

    async def acknowledge(self, number: int) -> None:
        """Forget the events up to this number: they are recorded."""
        self._kept.acknowledge(number)

    async def stop(self, when: When, id: str) -> None:
        """Request a stop, once for each `id`; see Handle."""
        if self._handle and id not in self._stops:
            self._stops.add(id)
            await self._handle.stop(when)

    async def give_up(self, why: Phrase) -> None:
        """Stop the run for want of a reader, with the reason in its log."""
        if not self.over:
            self._kept.unbounded()
            self._kept.put(log_message(why))
            await self.stop("now", "nobody")

    async def look(self, look: Look) -> None:
        """Ask for frames; see Handle."""
        if self._handle:
            await self._handle.look(look)

    async def pause(self) -> None:
        """Request a pause; see Handle."""
        if self._handle:
            await self._handle.pause()

    async def resume(self) -> None:
        """Let a paused run go on; see Handle."""
        if self._handle:
            await self._handle.resume()

    async def abandon(self) -> None:
        """End the worker; see Handle."""
        self._kept.unbounded()
        if self._handle:
            await self._handle.abandon()

    async def ended(self) -> None:
        """Wait until the worker has ended, and its last event is kept."""
        await self._ended.wait()

    async def _follow(self, handle: Handle) -> None:
        async for event in handle.events():
            if isinstance(event, PhaseEvent):
                self._phase = event.phase
            self._kept.put(event)
            await self._kept.room()
        self._ended.set()
