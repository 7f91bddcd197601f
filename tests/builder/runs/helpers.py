"""Shared by tests of runs: events, and helpers that start runs and wait for their end."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from builder import database
from builder.runs import actions as runs
from builder.runs.owners import Owner
from builder.runs.queue import Queue
from builder.runs.runner import Runner
from builder.services import Services
from builder.wire.schemas import ProjectOut, RunOut
from engine.protocol import (
    BatchEvent,
    EndedEvent,
    EpochEvent,
)
from tests.builder.conftest import FakeExecutor, Tab

Opener = Callable[..., Tab]

FINISHED = EndedEvent(outcome="finished", seconds=1.5)


def batch(epoch: int, step: int) -> BatchEvent:
    return BatchEvent(epoch=epoch, step=step, steps=10, metrics={"loss": 1.0}, seconds=0.1)


def epoch(number: int) -> EpochEvent:
    return EpochEvent(epoch=number, metrics={"loss": 1 / number}, seconds=float(number))


async def start(services: Services, project: ProjectOut) -> RunOut:
    state = await services.rooms.open(project.id).state()
    return await services.runner.start(project.id, state)


async def ended(services: Services, run: str) -> RunOut:
    """Return the run once its last event is recorded."""
    done = asyncio.Event()
    topic = runs.EVENTS.topic(run)

    def note(_: str, message: dict[str, Any]) -> None:
        if '"ended"' in (message["text"] or ""):
            done.set()

    await services.hub.subscribe(topic, note)
    state = await database.read(runs.get, run)
    if state.outcome is None:
        await asyncio.wait_for(done.wait(), 30)
    return await database.read(runs.get, run)


async def phase(services: Services, run: str, wanted: str) -> None:
    """Wait until a run has entered a phase."""
    there = asyncio.Event()
    topic = runs.EVENTS.topic(run)

    def note(_: str, message: dict[str, Any]) -> None:
        if f'"phase":"{wanted}"' in (message["text"] or ""):
            there.set()

    await services.hub.subscribe(topic, note)
    if (await database.read(runs.get, run)).phase != wanted:
        await asyncio.wait_for(there.wait(), 30)
    await services.hub.unsubscribe(topic, note)


def another_runner(
    services: Services, executor: FakeExecutor, home: Path, *, resume: bool = False, runs: int = 1
) -> Runner:
    """Return the runner of another web process, which has not begun."""
    owner = Owner(home)
    queue = Queue(services.hub, owner.id, runs, 2**40)
    return Runner(services.hub, services.reader, executor, owner, queue, resume=resume)


async def types(run: str) -> list[str]:
    return [entry.event.type for entry in await database.read(runs.events, run, 0, 1_000)]
