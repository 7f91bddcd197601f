"""Runs workers on the machines of a cluster, through a broker process (engine.processes.cluster).

The runs outlive the web process: another one takes them up again with the events that the first has
not recorded. Ray itself is never imported here.
"""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeAlias

from engine.machine import devices
from engine.problems import Problem, problem
from engine.processes.executors.base import Handle
from engine.processes.executors.far import FarHandle
from engine.processes.executors.handle import FailedStart
from engine.processes.executors.link import Cluster, Link
from engine.processes.keeping.messages import (
    Begin,
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
from engine.protocol import EndedEvent, TrainText

logger = logging.getLogger(__name__)

Answer: TypeAlias = "asyncio.Future[frozenset[str] | None]"

PATIENCE = 60.0
"""Seconds for a cluster that was lost to come back, before its runs are given up."""
AGAIN = 1.0
"""Seconds between attempts to reach it."""
ANSWER = 20.0
"""Seconds for the cluster to say which runs live."""


class ClusterExecutor:
    """Starts runs on a cluster, and takes up those that another process has started.

    Owns the link to the broker and the handles of the runs that this process follows.
    """

    outlived = True

    def __init__(self, cluster: Cluster, place: Place | None = None) -> None:
        self._place = place or Place()
        self._link = Link(cluster, self._take, self._on_broken)
        self._handles: dict[str, FarHandle] = {}
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
        handle = self._handles[run] = FarHandle(run, 0, self.send, self.forget)
        asked = devices.read(command.device)
        gpus = 0 if asked.kind == "cpu" else asked.count
        begin = Begin(run=run, gpus=gpus, place=self._place, command=asdict(command))
        await self.send(begin)
        return handle

    async def take_up(self, run: str, after: int) -> Handle:
        """Follow a run again; see Executor."""
        if why := await self._link.connect():
            return FailedStart(EndedEvent(outcome="lost", problem=why))
        handle = self._handles[run] = FarHandle(run, after, self.send, self.forget)
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
