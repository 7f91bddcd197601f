"""Runs whose workers outlive the web process: the next one takes them up where they were."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from builder import database
from builder.models import Run
from builder.runs import actions as runs
from builder.runs.living import PATIENCE, Living
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.processes.executors.base import LetGoError
from engine.processes.keeping.kept import Kept
from engine.protocol import EndedEvent, PhaseEvent, Report, TrainText
from engine.protocol.frames import Look
from tests.builder.conftest import LONG, FakeExecutor, FakeHandle
from tests.builder.runs.helpers import (
    FINISHED,
    another_runner,
    ended,
    epoch,
    phase,
    start,
    types,
)

Workers = dict[str, Kept]
"""The workers on a pretended cluster, by name."""


class FarHandle(FakeHandle):
    """Follows a worker that goes on without it."""

    def __init__(self, workers: Workers, name: str, after: int) -> None:
        self.workers, self.name, self.number = workers, name, after
        self.let_go, self.released = asyncio.Event(), asyncio.Event()

    async def events(self) -> AsyncIterator[Report]:
        """Yield the events up to the last one, or until this process lets go."""
        kept = self.workers[self.name]
        coming, letting_go = kept.after(self.number), asyncio.ensure_future(self.let_go.wait())
        while True:
            event = asyncio.ensure_future(anext(coming))
            await asyncio.wait({event, letting_go}, return_when=asyncio.FIRST_COMPLETED)
            if self.let_go.is_set():
                event.cancel()
                raise LetGoError
            self.number, report = event.result()
            yield report
            if isinstance(report, EndedEvent):
                letting_go.cancel()
                return

    async def acknowledge(self, number: int) -> None:
        """Let the worker forget events, if it is still there."""
        if worker := self.workers.get(self.name):
            worker.acknowledge(number)

    async def look(self, look: Look) -> None:
        """Show nothing."""

    async def release(self) -> None:
        """End the worker."""
        self.workers.pop(self.name, None)
        self.released.set()


class FarExecutor(FakeExecutor):
    """Starts workers that outlive it."""

    outlived = True

    def __init__(self, workers: Workers) -> None:
        super().__init__()
        self.workers = workers
        self.silent = False
        self.following: list[FarHandle] = []

    async def start(self, command: TrainText, run: str) -> FarHandle:
        """Start a worker."""
        self.workers[run] = Kept()
        return await self.take_up(run, 0)

    async def worker(self) -> Kept:
        """Wait until a worker is followed, and return it."""
        handle = await asyncio.wait_for(self.started.get(), LONG)
        return self.workers[handle.name]  # type: ignore[attr-defined]

    async def take_up(self, run: str, after: int) -> FarHandle:
        """Follow a worker."""
        handle = FarHandle(self.workers, run, after)
        self.following.append(handle)
        self.started.put_nowait(handle)
        return handle

    async def living(self) -> frozenset[str] | None:
        """Return the workers' names."""
        return None if self.silent else frozenset(self.workers)

    async def forget(self, run: str) -> None:
        """End a worker."""
        self.workers.pop(run, None)

    async def close(self) -> None:
        """Let go of all."""
        for handle in self.following:
            handle.let_go.set()


@pytest.fixture
def workers() -> Workers:
    """A pretended cluster without runs."""
    return {}


@pytest.fixture
def executor(workers: Workers) -> FarExecutor:
    """The executor of the first web process."""
    return FarExecutor(workers)


async def recorded(services: Services, run: str, seq: int) -> None:
    """Wait until an event of a run is recorded."""
    there = asyncio.Event()
    await services.hub.subscribe(runs.EVENTS.topic(run), lambda *_: there.set())
    while (await database.read(runs.get, run)).seq < seq:
        await asyncio.wait_for(there.wait(), LONG)
        there.clear()


async def after(
    services: Services, workers: Workers, home: Path, *, silent: bool = False
) -> FarExecutor:
    """Close the runs of this process, and begin those of the next one; return its executor."""
    await services.runner.close()
    executor = FarExecutor(workers)
    executor.silent = silent
    services.runner = another_runner(services, executor, home)
    await services.runner.begin()
    return executor


async def test_a_run_that_lives_is_taken_up_with_what_was_not_recorded(
    project: ProjectOut, services: Services, executor: FarExecutor, workers: Workers, home: Path
) -> None:
    run = await start(services, project)
    worker = await executor.worker()
    worker.put(PhaseEvent(phase="training"))
    worker.put(epoch(1))
    await recorded(services, run.id, 4)
    again = await after(services, workers, home)
    assert (await database.read(runs.get, run.id)).outcome is None
    assert await again.worker() is worker
    for event in (epoch(2), epoch(3), FINISHED):
        worker.put(event)
    assert (await ended(services, run.id)).outcome == "finished"
    assert await types(run.id) == ["phase"] * 3 + ["epoch"] * 3 + ["ended"]
    told = await database.read(runs.events, run.id, 0, 99)
    assert [entry.seq for entry in told] == list(range(1, 8))
    await asyncio.wait_for(again.following[0].released.wait(), LONG)
    assert workers == {}


async def test_what_was_recorded_is_not_recorded_again(
    project: ProjectOut, services: Services, executor: FarExecutor, workers: Workers
) -> None:
    """The web process was killed after the commit, before it could acknowledge the event."""
    run = await start(services, project)
    (await executor.worker()).put(epoch(1))
    await recorded(services, run.id, 3)
    assert await database.write(partial(runs.record, run.id, 1, epoch(1), number=1)) is None
    assert await types(run.id) == ["phase", "phase", "epoch"]
    workers.popitem()[1].put(FINISHED)
    await ended(services, run.id)


async def test_a_run_whose_worker_has_ended_meanwhile_is_lost(
    project: ProjectOut, services: Services, executor: FarExecutor, workers: Workers, home: Path
) -> None:
    run = await start(services, project)
    (await executor.worker()).put(PhaseEvent(phase="training"))
    await phase(services, run.id, "training")
    workers.clear()
    await after(services, workers, home)
    last = await ended(services, run.id)
    assert (last.outcome, last.problem and last.problem.code) == ("lost", "run_lost")


async def test_nothing_is_decided_while_the_cluster_is_silent(
    project: ProjectOut, services: Services, executor: FarExecutor, workers: Workers, home: Path
) -> None:
    run = await start(services, project)
    worker = await executor.worker()
    silent = await after(services, workers, home, silent=True)
    await services.runner.recover()
    assert (await database.read(runs.get, run.id)).outcome is None
    silent.silent = False
    await services.runner.recover()
    assert await silent.worker() is worker
    worker.put(FINISHED)
    assert (await ended(services, run.id)).outcome == "finished"


async def test_a_cluster_that_stays_silent_is_given_up(executor: FarExecutor) -> None:
    now = [0.0]
    living = Living(executor, lambda: now[0])
    executor.silent = True
    assert await living.ask() is None
    now[0] += PATIENCE
    assert await living.ask() is None
    now[0] += 1.0
    assert await living.ask() == frozenset()
    executor.silent, executor.workers["a"] = False, Kept()
    assert await living.ask() == {"a"}


async def test_workers_that_nobody_wants_are_ended(
    project: ProjectOut, services: Services, executor: FarExecutor, workers: Workers
) -> None:
    run = await start(services, project)
    worker = await executor.worker()
    workers["of a deleted run"] = Kept()
    await services.runner.recover()
    assert list(workers.values()) == [worker]
    name = (await database.read(Run.objects.get, pk=run.id)).worker
    assert list(workers) == [name]
    worker.put(FINISHED)
    await ended(services, run.id)
