"""Runs workers on the machines of a cluster, through a broker process (engine.processes.cluster).

The runs outlive the web process: another one takes them up again with the events that the first has
not recorded. Ray itself is never imported here.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

from engine.machine import devices
from engine.problems import Problem, phrase, problem
from engine.processes.cluster.messages import (
    Acknowledge,
    Begin,
    Call,
    Follow,
    Gone,
    Kill,
    List,
    Living,
    News,
    Order,
    Passed,
    Place,
    Waits,
)
from engine.processes.executors.base import Handle, LetGoError
from engine.processes.executors.handle import FailedStart
from engine.processes.executors.link import Cluster, Link
from engine.processes.executors.streams import Outbox
from engine.protocol import REPORT, EndedEvent, Report, TrainText, When, log_message
from engine.protocol.frames import Look

logger = logging.getLogger(__name__)

Answer: TypeAlias = "asyncio.Future[frozenset[str] | None]"

PATIENCE = 60.0
"""Seconds for a cluster that was lost to come back, before its runs are given up."""
AGAIN = 1.0
"""Seconds between attempts to reach it."""
ANSWER = 20.0
"""Seconds for the cluster to say which runs live."""


class ClusterHandle:
    """One run on the cluster; owns what has come of its events and was not read."""

    def __init__(self, run: str, after: int, executor: "ClusterExecutor") -> None:
        self.run, self.number = run, after
        self._received = after
        self._executor = executor
        self._stop: Call | None = None
        self._outbox = Outbox()
        self._over = asyncio.Event()

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
            await self._executor.send(Acknowledge(run=self.run, number=number))

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
        """Ask for the events that have not come yet; a stop may have got lost with a broker."""
        await self._executor.send(Follow(run=self.run, after=self._received))
        if self._stop:
            await self._executor.send(self._stop)

    def _put(self, number: int, event: Report) -> None:
        if self._over.is_set():
            return
        self._outbox.put(event, number)
        if isinstance(event, EndedEvent):
            self._over.set()

    async def look(self, look: Look) -> None:
        """Ask for frames; see Handle."""
        await self._executor.send(Call(run=self.run, what="look", look=look))

    async def stop(self, when: When) -> None:
        """Request a stop; see Handle."""
        self._stop = Call(run=self.run, what="stop", when=when, id=uuid4().hex)
        await self._executor.send(self._stop)

    async def pause(self) -> None:
        """Request a pause; see Handle."""
        await self._executor.send(Call(run=self.run, what="pause"))

    async def resume(self) -> None:
        """Let a paused run go on; see Handle."""
        await self._executor.send(Call(run=self.run, what="resume"))

    async def abandon(self) -> None:
        """End the worker; see Handle."""
        await self._executor.send(Call(run=self.run, what="abandon"))
        await self._over.wait()

    async def release(self) -> None:
        """Let the cluster forget the run; see Handle."""
        await self._executor.forget(self.run)


class ClusterExecutor:
    """Starts runs on a cluster, and takes up those that another process has started.

    Owns the link to the broker and the handles of the runs that this process follows.
    """

    outlived = True

    def __init__(self, cluster: Cluster, place: Place | None = None) -> None:
        self._place = place or Place()
        self._link = Link(cluster, self._take, self._on_broken)
        self._handles: dict[str, ClusterHandle] = {}
        self._asked: list[Answer] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: Problem | None = None
        self._closed = False

    @property
    def broker(self) -> int | None:
        """The process id of the broker, if there is one that has reached the cluster."""
        return self._link.pid

    async def start(self, command: TrainText, run: str) -> Handle:
        """Start a run; see Executor."""
        if why := await self._link.connect():
            return FailedStart(EndedEvent(outcome="lost", problem=why))
        if command.output:
            command = replace(command, output=str(Path(command.output).resolve()))
        handle = self._handles[run] = ClusterHandle(run, 0, self)
        asked = devices.read(command.device)
        gpus = 0 if asked.kind == "cpu" else asked.count
        begin = Begin(run=run, gpus=gpus, place=self._place, command=asdict(command))
        await self.send(begin)
        return handle

    async def take_up(self, run: str, after: int) -> Handle:
        """Follow a run again; see Executor."""
        if why := await self._link.connect():
            return FailedStart(EndedEvent(outcome="lost", problem=why))
        handle = self._handles[run] = ClusterHandle(run, after, self)
        await handle.follow()
        return handle

    async def living(self) -> frozenset[str] | None:
        """Return which runs live; see Executor."""
        if why := await self._link.connect():
            if why != self._told:
                self._told = why
                logger.warning("%s %s", why.message, why.hint or "")
            return None
        self._told = None
        answer: Answer = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        await self.send(List())
        try:
            return await asyncio.wait_for(answer, ANSWER)
        except TimeoutError:
            return None
        finally:
            if answer in self._asked:
                self._asked.remove(answer)

    async def forget(self, run: str) -> None:
        """End a run's process, with all that it keeps; see Executor."""
        self._handles.pop(run, None)
        await self.send(Kill(run=run))

    def expect(self, backend: str, device: str) -> None:
        """Do nothing: a spare would take cores of the cluster from runs."""

    async def close(self) -> None:
        """Let go of all runs, which go on; see Executor."""
        self._closed = True
        for handle in self._handles.values():
            handle.let_go()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._link.close()

    async def send(self, order: Order) -> None:
        """Send an order to the broker."""
        await self._link.send(order)

    def _take(self, news: News) -> None:
        match news:
            case Living():
                self._answer(frozenset(news.runs))
            case Passed() | Gone() | Waits() if handle := self._handles.get(news.run):
                handle.take(news)

    def _answer(self, living: frozenset[str] | None) -> None:
        """Tell those who have asked which runs live; None: the broker has ended."""
        asked, self._asked = self._asked, []
        for answer in asked:
            if not answer.done():
                answer.set_result(living)

    def _on_broken(self) -> None:
        """Start another broker, and go on with the events that have not come."""
        self._answer(None)
        if self._handles and not self._closed:
            self._in_background(self._come_back())

    async def _come_back(self) -> None:
        why: Problem | None = problem("cannot_start")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while why := await self._link.connect():
                    await asyncio.sleep(AGAIN)
        for handle in list(self._handles.values()):
            if why:
                handle.end(why)
            else:
                await handle.follow()

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
