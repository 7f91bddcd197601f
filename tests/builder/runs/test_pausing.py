"""Runs are paused, go on in another process, and start from the checkpoints of others."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient

from builder import database
from builder.projects.actions import run_folder
from builder.runs import actions as runs
from builder.services import Services
from builder.wire.schemas import ProjectOut, RunOut
from engine.protocol import PhaseEvent
from tests.builder.conftest import FakeExecutor, FakeHandle
from tests.builder.runs.helpers import (
    FINISHED,
    another_runner,
    ended,
    epoch,
    phase,
    start,
    types,
)
from tests.engine.runs import document


async def paused(services: Services, project: ProjectOut, executor: FakeExecutor) -> RunOut:
    """Return a run that has trained an epoch and was paused; its process waits."""
    run = await start(services, project)
    worker = await executor.next()
    worker.emit(PhaseEvent(phase="training"), epoch(1))
    await phase(services, run.id, "training")
    await services.runner.pause(run.id, "pause")
    await phase(services, run.id, "paused")
    return run


async def test_a_paused_run_goes_on_in_its_process(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await paused(services, project, executor)
    await services.runner.pause(run.id, "resume")
    await phase(services, run.id, "training")
    executor.handles[0].emit(FINISHED)
    assert (await ended(services, run.id)).outcome == "finished"
    assert len(executor.handles) == 1


async def test_a_paused_run_makes_room_and_goes_on_from_its_checkpoint(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await paused(services, project, executor)
    other = await start(services, project)
    worker = await executor.next()
    assert Path(worker.command.output).name == other.id
    assert (await database.read(runs.get, run.id)).outcome is None
    await services.runner.pause(run.id, "resume")
    await phase(services, run.id, "queued")
    worker.emit(FINISHED)
    again = await executor.next()
    assert again.command.start
    assert (again.command.start.how, again.command.start.run) == ("resume", run.number)
    assert Path(again.command.start.file).read_bytes() == b"state"
    again.emit(epoch(2), FINISHED)
    assert (await ended(services, run.id)).outcome == "finished"
    log = await database.read(runs.events, run.id, 0, 100)
    assert [event.seq for event in log] == [*range(1, len(log) + 1)]
    assert [event.event.type for event in log].count("ended") == 1


async def test_a_run_that_was_paused_without_a_process_can_be_stopped(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await paused(services, project, executor)
    other = await start(services, project)
    worker = await executor.next()
    await services.runner.stop(run.id, "epoch")
    await phase(services, run.id, "queued")
    worker.emit(FINISHED)
    await ended(services, other.id)
    again = await executor.next()
    await asyncio.wait_for(again.stopped.wait(), 30)
    assert again.command.start
    assert again.stops == ["epoch"]
    again.emit(FINISHED)
    await ended(services, run.id)


async def test_a_paused_run_stays_paused_when_the_server_starts_again(
    project: ProjectOut, services: Services, executor: FakeExecutor, home: Path
) -> None:
    run = await paused(services, project, executor)
    await services.runner.close()
    state = await database.read(runs.get, run.id)
    assert (state.outcome, state.phase) == (None, "paused")
    fresh = FakeExecutor()
    services.runner = await restarted(services, fresh, home, resume=False)
    await services.runner.pause(run.id, "resume")
    await finishes(services, fresh, run)


@pytest.mark.parametrize("crash", [True, False])
async def test_a_run_goes_on_after_a_restart_when_that_was_asked_for(
    crash: bool,
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    home: Path,
) -> None:
    services.runner._resume_lost = True
    run = await start(services, project)
    worker = await executor.next()
    (Path(worker.command.output) / "checkpoint.npz").write_bytes(b"state")
    worker.emit(PhaseEvent(phase="training"), epoch(1))
    await phase(services, run.id, "training")
    executor.crashes = crash
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builder.runs.runner.GRACE", 0.0 if crash else 5.0)
        await services.runner.close()
    assert (await database.read(runs.get, run.id)).outcome is None
    fresh = FakeExecutor()
    services.runner = await restarted(services, fresh, home, resume=True)
    await finishes(services, fresh, run)


async def restarted(services: Services, executor: FakeExecutor, home: Path, *, resume: bool) -> Any:
    """Return the runner of another process, which takes over."""
    runner = another_runner(services, executor, home, resume=resume)
    await runner.begin()
    return runner


async def finishes(services: Services, executor: FakeExecutor, run: RunOut) -> None:
    """The run goes on from its checkpoint, and ends with one word."""
    worker: FakeHandle = await executor.next()
    assert worker.command.start
    assert worker.command.start.how == "resume"
    worker.emit(epoch(2), FINISHED)
    assert (await ended(services, run.id)).outcome == "finished"
    assert (await types(run.id)).count("ended") == 1


async def test_a_run_continues_another_one(
    make_project: Any, services: Services, executor: FakeExecutor, client: AsyncClient
) -> None:
    project = await make_project(document("iris"))
    run = await start(services, project)
    worker = await executor.next()
    path = f"/api/projects/{project.id}/runs/{run.id}/start"
    body = {"how": "continue", "epochs": 5}

    async def post(**fields: Any) -> Any:
        return await client.post(path, body | fields, content_type="application/json")

    assert (await post()).status_code == 404  # it has not ended
    (run_folder(run.id) / "checkpoint.npz").write_bytes(b"state")
    worker.emit(epoch(1), epoch(2), FINISHED)
    assert (await ended(services, run.id)).checkpoint
    assert (await post(epochs=100_000)).status_code == 422  # with the 2 before, too many
    answer = await post()
    assert answer.status_code == 201, answer.content
    longer = answer.json()
    assert longer["start"] == {"how": "continue", "run": run.id, "number": run.number}
    assert longer["epochs"] == 7
    again = await executor.next()
    assert again.command.document.training.epochs == 7
    assert again.command.start
    assert (again.command.start.how, again.command.start.run) == ("continue", run.number)
    again.emit(FINISHED)
    await ended(services, longer["id"])
    await services.runner.remove(run.id)
    answer = await post()
    assert answer.status_code == 404
