"""The handle of a run that outlives this process, and is kept elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

from engine.problems import Problem, phrase
from engine.processes.executors.base import LetGoError
from engine.processes.executors.streams import Outbox
from engine.processes.keeping.messages import (
    Acknowledge,
    Call,
    Follow,
    Gone,
    News,
    Order,
    Passed,
    Waits,
)
from engine.protocol import REPORT, EndedEvent, Report, When, log_message
from engine.protocol.frames import Look

Send: TypeAlias = Callable[[Order], Awaitable[None]]
Forget: TypeAlias = Callable[[str], Awaitable[None]]


class FarHandle:
    """One run; owns what has come of its events and was not read.

    `send` passes an order on to whoever keeps the run, and `forget` lets them end its process.
    """

    def __init__(self, run: str, after: int, send: Send, forget: Forget) -> None:
        self.run, self.number = run, after
        self._received = after
        self._send, self._forget = send, forget
        self._stops: list[Call] = []
        self._outbox = Outbox()
        self._over, self._released = asyncio.Event(), asyncio.Event()

    @property
    def over(self) -> bool:
        """Whether nothing more comes of the run."""
        return self._over.is_set()

    async def events(self) -> AsyncIterator[Report]:
        """Yield the events; see Handle."""
        while taken := await self._outbox.take(1):
            for event, number in taken:
                self.number = number or self.number
                yield event
                if isinstance(event, EndedEvent):
                    return
        raise LetGoError

    async def acknowledge(self, number: int) -> None:
        """Let the run forget events; see Handle."""
        if number:
            await self._send(Acknowledge(run=self.run, number=number))

    def take(self, news: News) -> None:
        """Take news of this run."""
        if self._over.is_set():
            return
        match news:
            case Passed():
                event = REPORT.validate_json(news.report)
                self._received = news.number or self._received
                self._put(news.number, event)
            case Gone():
                self.end(news.problem)
            case Waits():
                words = phrase("The cluster has no room for this run yet: it waits.")
                self._put(0, log_message(words, "info"))

    def end(self, why: Problem) -> None:
        """End a run of which nothing more will come."""
        self._put(0, EndedEvent(outcome="lost", problem=why))

    def let_go(self) -> None:
        """End the reading of events: the run goes on without this process."""
        self._outbox.close()
        self._over.set()

    async def follow(self) -> None:
        """Ask for the events that have not come yet; stops may have got lost with a broker."""
        await self._send(Follow(run=self.run, after=self._received))
        for stop in self._stops:
            await self._send(stop)

    def _put(self, number: int, event: Report) -> None:
        if self._over.is_set():
            return
        self._outbox.put(event, number)
        if isinstance(event, EndedEvent):
            self._over.set()

    async def look(self, look: Look) -> None:
        """Ask for frames; see Handle."""
        await self._send(Call(run=self.run, what="look", look=look))

    async def stop(self, when: When) -> None:
        """Request a stop; see Handle. Its id is the same whichever web process requests it."""
        again = when == "now" and any(stop.when == "now" for stop in self._stops)
        id = "force" if again else when
        self._stops.append(Call(run=self.run, what="stop", when=when, id=id))
        await self._send(self._stops[-1])

    async def pause(self) -> None:
        """Request a pause; see Handle."""
        await self._send(Call(run=self.run, what="pause"))

    async def resume(self) -> None:
        """Let a paused run go on; see Handle."""
        await self._send(Call(run=self.run, what="resume"))

    async def abandon(self) -> None:
        """End the worker; see Handle."""
        await self._send(Call(run=self.run, what="abandon"))
        await self._over.wait()

    async def release(self) -> None:
        """Let the cluster forget the run; see Handle."""
        await self._forget(self.run)
        self._released.set()

    async def released(self) -> None:
        """Wait until nothing is kept of the run any longer."""
        await self._released.wait()
