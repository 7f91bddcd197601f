"""Shared by tests of runs: events, and helpers that start runs and wait for their end."""

import asyncio
from collections.abc import Callable
from typing import Any

from builder import database
from builder.runs import actions as runs
from builder.services import Services
from builder.wire.schemas import ProjectOut, RunOut
from engine.protocol import (
    BatchEvent,
    EndedEvent,
    EpochEvent,
)
from tests.builder.conftest import Tab

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


async def types(run: str) -> list[str]:
    return [entry.event.type for entry in await database.read(runs.events, run, 0, 1_000)]
