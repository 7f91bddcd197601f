"""The handle of a run in a local process: its events, its end, and stopping it."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from pydantic import ValidationError

from engine.machine import memory
from engine.machine.priority import OF_RUNS
from engine.problems import Problem, problem
from engine.processes.executors import process
from engine.processes.executors.streams import Log, Outbox, lines
from engine.protocol import (
    REPORT,
    BatchEvent,
    EndedEvent,
    EpochEvent,
    Outcome,
    Pause,
    PhaseEvent,
    Probe,
    Report,
    Resume,
    Stop,
    TrainText,
    When,
    line,
)
from engine.protocol.frames import Look

LONGEST_LINE = 4_000_000
Reason = Literal["stop", "time", "close"]
Callback = Callable[[], None]


@dataclass(frozen=True)
class Limits:
    """Limits of runs.

    `seconds` is the wall-clock limit (None: no limit), `memory` the limit in bytes, `threads` the
    number that may compute (None: one for each core), `niceness` that of their processes (0 to 19).
    In seconds, `stop` is the time a run may take to respond to a stop request, `exit` the time its
    process may then take to exit after SIGTERM, and `drain` the time to wait for the last output of
    a process that has ended.
    """

    seconds: float | None = None
    memory: int = field(default_factory=memory.share)
    threads: int | None = None
    niceness: int = OF_RUNS
    stop: float = 10.0
    exit: float = process.KILL_AFTER
    drain: float = process.DRAIN


class LocalHandle:
    """Follows one worker process from its command to its end.

    Owns the process, the unread events, and the reason why the process was ended by force, if any.
    Nothing is kept elsewhere: its events have no numbers, and end with this process.
    """

    number = 0

    def __init__(self, worker: process.Worker, limits: Limits) -> None:
        self._worker, self._limits = worker, limits
        self._outbox, self._log = Outbox(), Log()
        self._began, self._kills = time.monotonic(), memory.kills()
        self._forced: Reason | None = None
        self._answered = asyncio.Event()
        self._stopping: asyncio.Task[None] | None = None
        self._following: asyncio.Task[None] | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self._first_step_callback: Callback | None = None
        self._exit_callback: Callback | None = None

    @property
    def pid(self) -> int:
        """The worker's process id, which is its group's and session's too."""
        return self._worker.pid

    def on_first_step(self, callback: Callback) -> None:
        """Call back once, after the first step or at the end of the run."""
        self._first_step_callback = callback

    def on_exit(self, callback: Callback) -> None:
        """Call back when the process has exited."""
        self._exit_callback = callback

    async def begin(self, command: TrainText) -> None:
        """Send the command to the worker and start to read its events."""
        self._following = asyncio.create_task(self._follow())
        await self._worker.send(command.line())

    async def events(self) -> AsyncIterator[Report]:
        """Yield the events; see Handle."""
        while True:
            for event, _ in await self._outbox.take(1):
                yield event
                if isinstance(event, EndedEvent):
                    return

    async def acknowledge(self, number: int) -> None:
        """Do nothing: no events are kept."""

    async def look(self, look: Look) -> None:
        """Ask for frames; see Handle."""
        await self._worker.send(line(Probe(look=look)))

    async def stop(self, when: When) -> None:
        """Request a stop; see Handle. If "now" goes unanswered, the process is ended by force."""
        await self._worker.send(line(Stop(when=when)))
        if when == "epoch":
            return
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._force_unless_answered())
        else:
            self._force("stop")

    async def pause(self) -> None:
        """Request a pause; see Handle."""
        await self._worker.send(line(Pause()))

    async def resume(self) -> None:
        """Let a paused run go on; see Handle."""
        await self._worker.send(line(Resume()))

    async def abandon(self) -> None:
        """End the process; see Handle."""
        self._force("close")
        if self._following:
            await self._following

    async def release(self) -> None:
        """Do nothing: the process has ended."""

    async def _force_unless_answered(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._answered.wait(), self._limits.stop)
        if not self._answered.is_set():
            self._force("stop")

    def _force(self, reason: Reason) -> None:
        """Send SIGTERM now, and SIGKILL later if the process has not exited."""
        if self._forced is None and self._worker.alive:
            self._forced = reason
            self._worker.signal(signal.SIGTERM)
            self._call_later(self._limits.exit, self._worker.signal, signal.SIGKILL)

    async def _follow(self) -> None:
        """Pass events on until the worker's end, wait for its exit, and emit the end of the run."""
        errors = asyncio.create_task(self._read_standard_error())
        clearing = asyncio.create_task(self._worker.clear_up(self._limits.drain))
        if self._limits.seconds is not None:
            self._call_later(self._limits.seconds, self._force, "time")
        ended = await self._read_events()
        await self._wait_for_exit()
        await errors
        clearing.cancel()
        self._clean_up()
        self._outbox.put(ended or self._end_without_event())
        if self._exit_callback:
            self._exit_callback()

    async def _read_events(self) -> EndedEvent | None:
        """Return the worker's EndedEvent, or None if its output closed without one."""
        assert self._worker.stdout is not None
        async for text in lines(self._worker.stdout, LONGEST_LINE):
            try:
                event = REPORT.validate_json(text)
            except ValidationError:
                self._log_line(text)
                continue
            if isinstance(event, EndedEvent):
                return event
            if isinstance(event, BatchEvent | EpochEvent):
                self._call_first_step_callback()
            if isinstance(event, PhaseEvent) and event.phase in ("evaluating", "saving"):
                self._answered.set()
            if event == PhaseEvent(phase="queued"):  # from a spare, before it got the command
                continue
            self._outbox.put(event)
            if self._outbox.full:
                await self._until_room()
        return None

    async def _until_room(self) -> None:
        """Let the worker wait for a slow reader; what an ended one has left is read at once."""
        waiting = {
            asyncio.ensure_future(self._outbox.room()),
            asyncio.ensure_future(self._worker.exited.wait()),
        }
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()

    async def _read_standard_error(self) -> None:
        assert self._worker.stderr is not None
        async for text in lines(self._worker.stderr, LONGEST_LINE):
            self._log_line(text)

    def _log_line(self, line: bytes) -> None:
        if event := self._log.event(line):
            self._outbox.put(event)

    async def _wait_for_exit(self) -> None:
        """Wait for the process to exit after its last event, then end it by force."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._worker.exited.wait(), self._limits.exit)
        await self._worker.end(self._limits.exit)

    def _clean_up(self) -> None:
        self._call_first_step_callback()
        for timer in self._timers:
            timer.cancel()
        if self._stopping:
            self._stopping.cancel()

    def _call_later(self, seconds: float, call: Callable[..., object], *arguments: object) -> None:
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(seconds, call, *arguments))

    def _call_first_step_callback(self) -> None:
        callback, self._first_step_callback = self._first_step_callback, None
        if callback:
            callback()

    def _end_without_event(self) -> EndedEvent:
        outcome, problem = self._outcome()
        seconds = time.monotonic() - self._began
        return EndedEvent(outcome=outcome, problem=problem, seconds=seconds)

    def _outcome(self) -> tuple[Outcome, Problem]:
        """The outcome of a run whose process exited without an EndedEvent."""
        output = "\n".join(self._log.tail)
        match self._forced:
            case "stop":
                return "stopped", problem("unanswered_stop")
            case "time":
                return "timed out", problem("timed_out", seconds=self._limits.seconds or 0.0)
            case "close":
                return "lost", problem("server_closed")
        if self._killed_for_memory() or memory.EXHAUSTED.search(output):
            return "over memory", problem("over_memory", limit=self._limits.memory, detail=output)
        return "killed", _killed(self._worker.code, output)

    def _killed_for_memory(self) -> bool:
        """Whether the kernel seems to have killed the worker because memory ran out.

        True if its signal is SIGKILL and the count of such kills rose during the run; the count
        alone may be that of another process.
        """
        return self._worker.code == -signal.SIGKILL and memory.kills() > self._kills


def _killed(code: int | None, output: str) -> Problem:
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        return problem("killed.signal", signal=name, detail=output)
    return problem("killed", exit=code, detail=output)


class FailedStart:
    """The handle of a run that could not be started: its only event is its end."""

    number = 0

    def __init__(self, ended: EndedEvent) -> None:
        self._ended = ended

    async def events(self) -> AsyncIterator[Report]:
        """Yield the EndedEvent; see Handle."""
        yield self._ended

    async def acknowledge(self, number: int) -> None:
        """Do nothing: no events are kept."""

    async def look(self, look: Look) -> None:
        """Do nothing: the run has ended."""

    async def stop(self, when: When) -> None:
        """Do nothing: the run has ended."""

    async def pause(self) -> None:
        """Do nothing: the run has ended."""

    async def resume(self) -> None:
        """Do nothing: the run has ended."""

    async def abandon(self) -> None:
        """Do nothing: the run has ended."""

    async def release(self) -> None:
        """Do nothing: the run has ended."""


def failed_start(detail: str) -> FailedStart:
    """Return the handle of a run for which no process could be started."""
    return FailedStart(EndedEvent(outcome="lost", problem=problem("cannot_start", detail=detail)))
