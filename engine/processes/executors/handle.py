"""One run in a local process: its events, its end, and how it is stopped."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from pydantic import ValidationError

from engine.machine import memory
from engine.problems import Problem, problem
from engine.processes.executors import process
from engine.processes.executors.streams import Log, Outbox, lines
from engine.protocol import (
    EVENT,
    BatchEvent,
    EndedEvent,
    EpochEvent,
    Outcome,
    PhaseEvent,
    RunEvent,
    Stop,
    Train,
    When,
)

LONGEST_LINE = 4_000_000
Reason = Literal["stop", "time", "close"]
Callback = Callable[[], None]


@dataclass(frozen=True)
class Limits:
    """What runs may take.

    `seconds` is their wall-clock limit (None: no limit) and `memory` their memory in bytes;
    `answer` is how long a run may take to notice that it shall stop now, and `leave` how long it
    may then take to obey SIGTERM; `drain` bounds how long the last output of a process that has
    ended is waited for.
    """

    seconds: float | None = None
    memory: int = field(default_factory=memory.share)
    answer: float = 10.0
    leave: float = process.KILL_AFTER
    drain: float = process.DRAIN


class LocalHandle:
    """Follows one worker process from its command to its end.

    Owns the process, the events not yet read, and why the process was ended by force, if it was.
    """

    def __init__(self, worker: process.Worker, limits: Limits) -> None:
        self._worker, self._limits = worker, limits
        self._outbox, self._log = Outbox(), Log()
        self._began, self._kills = time.monotonic(), memory.kills()
        self._forced: Reason | None = None
        self._answered = asyncio.Event()
        self._stopping: asyncio.Task[None] | None = None
        self._following: asyncio.Task[None] | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self._under_way: Callback | None = None
        self._done: Callback | None = None

    @property
    def pid(self) -> int:
        """The worker's process id, which is its group's and session's too."""
        return self._worker.pid

    def when_under_way(self, callback: Callback) -> None:
        """Call back once, when the first step is done or the run has ended."""
        self._under_way = callback

    def when_done(self, callback: Callback) -> None:
        """Call back once the process is gone."""
        self._done = callback

    async def begin(self, command: Train) -> None:
        """Hand the command to the worker and follow it from now on."""
        self._following = asyncio.create_task(self._follow())
        await self._worker.send(command)

    async def events(self) -> AsyncIterator[RunEvent]:
        """Yield the events; see Handle."""
        while True:
            event = await self._outbox.get()
            yield event
            if isinstance(event, EndedEvent):
                return

    async def stop(self, when: When) -> None:
        """Ask the worker; see Handle. Force follows when "now" goes unanswered."""
        await self._worker.send(Stop(when=when))
        if when == "epoch":
            return
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._insist())
        else:
            self._force("stop")

    async def abandon(self) -> None:
        """End the run because whoever started it ends."""
        self._force("close")
        if self._following:
            await self._following

    async def _insist(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._answered.wait(), self._limits.answer)
        if not self._answered.is_set():
            self._force("stop")

    def _force(self, reason: Reason) -> None:
        """SIGTERM now; `_follow` sees the process leave, or kills it."""
        if self._forced is None and self._worker.alive:
            self._forced = reason
            self._worker.signal(signal.SIGTERM)
            self._later(self._limits.leave, self._worker.signal, signal.SIGKILL)

    async def _follow(self) -> None:
        """Pass events on until the worker's end, see it off, and say how the run ended."""
        printed = asyncio.create_task(self._listen_to_prints())
        clearing = asyncio.create_task(self._worker.clear_up(self._limits.drain))
        if self._limits.seconds is not None:
            self._later(self._limits.seconds, self._force, "time")
        ended = await self._pass_events_on()
        await self._see_off()
        await printed
        clearing.cancel()
        self._put_away()
        self._outbox.put(ended or self._sudden_end())
        if self._done:
            self._done()

    async def _pass_events_on(self) -> EndedEvent | None:
        """Return the worker's own end, or None when its descriptor closed without one."""
        assert self._worker.stdout is not None
        async for line in lines(self._worker.stdout, LONGEST_LINE):
            try:
                event = EVENT.validate_json(line)
            except ValidationError:
                self._tell(line)
                continue
            if isinstance(event, EndedEvent):
                return event
            if isinstance(event, BatchEvent | EpochEvent):
                self._is_under_way()
            if isinstance(event, PhaseEvent) and event.phase in ("evaluating", "saving"):
                self._answered.set()
            if event == PhaseEvent(phase="queued"):  # a spare was ready, long ago
                continue
            self._outbox.put(event)
        return None

    async def _listen_to_prints(self) -> None:
        assert self._worker.stderr is not None
        async for line in lines(self._worker.stderr, LONGEST_LINE):
            self._tell(line)

    def _tell(self, line: bytes) -> None:
        if event := self._log.event(line):
            self._outbox.put(event)

    async def _see_off(self) -> None:
        """Wait for the process to leave by itself after its last event, then make it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._worker.exited.wait(), self._limits.leave)
        await self._worker.end(self._limits.leave)

    def _put_away(self) -> None:
        self._is_under_way()
        for timer in self._timers:
            timer.cancel()
        if self._stopping:
            self._stopping.cancel()

    def _later(self, seconds: float, call: Callable[..., object], *arguments: object) -> None:
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(seconds, call, *arguments))

    def _is_under_way(self) -> None:
        callback, self._under_way = self._under_way, None
        if callback:
            callback()

    def _sudden_end(self) -> EndedEvent:
        outcome, problem = self._verdict()
        seconds = time.monotonic() - self._began
        return EndedEvent(outcome=outcome, problem=problem, seconds=seconds)

    def _verdict(self) -> tuple[Outcome, Problem]:
        """Why the process is gone although it never said that the run had ended."""
        words = "\n".join(self._log.tail)
        match self._forced:
            case "stop":
                return "stopped", problem("unanswered_stop")
            case "time":
                return "timed out", problem("timed_out", seconds=self._limits.seconds or 0.0)
            case "close":
                return "lost", problem("server_closed")
        if self._killed_for_memory() or memory.EXHAUSTED.search(words):
            return "over memory", problem("over_memory", limit=self._limits.memory, detail=words)
        return "killed", _killed(self._worker.code, words)

    def _killed_for_memory(self) -> bool:
        """Whether the kernel seems to have killed the worker because memory ran out.

        Its signal is SIGKILL, and the count of such kills rose during the run; the count alone
        may speak of another process.
        """
        return self._worker.code == -signal.SIGKILL and memory.kills() > self._kills


def _killed(code: int | None, words: str) -> Problem:
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        return problem("killed.signal", signal=name, detail=words)
    return problem("killed", exit=code, detail=words)


class FailedStart:
    """A run that could not even begin: one event, its end."""

    def __init__(self, ended: EndedEvent) -> None:
        self._ended = ended

    async def events(self) -> AsyncIterator[RunEvent]:
        """Yield the end; see Handle."""
        yield self._ended

    async def stop(self, when: When) -> None:
        """Do nothing: it has ended."""


def failed_start(detail: str) -> FailedStart:
    """Return the handle of a run for which no process could be started."""
    return FailedStart(EndedEvent(outcome="lost", problem=problem("cannot_start", detail=detail)))
