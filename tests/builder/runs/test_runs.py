"""The queue, the event log and the end of runs: exactly one `ended` event."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import AsyncClient

from builder import database
from builder import services as services_module
from builder.projects import states
from builder.runs import actions as runs
from builder.runs.actions import OverError
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.document import Document, Training
from engine.document.batches import Batch
from engine.protocol import EndedEvent, PhaseEvent
from tests.builder.conftest import FakeExecutor, new_batch
from tests.builder.runs.helpers import (
    FINISHED,
    another_runner,
    batch,
    ended,
    epoch,
    phase,
    start,
    types,
)
from tests.engine.runs import document


async def test_batch_events_are_deleted_when_their_epoch_ends(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await start(services, project)
    (await executor.next()).emit(batch(1, 1), batch(1, 2), epoch(1), batch(2, 1), FINISHED)
    await ended(services, run.id)
    assert await types(run.id) == ["phase", "phase", "epoch", "batch", "ended"]


async def test_a_run_whose_request_is_cancelled_still_trains(
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The request is cancelled between the row's commit and the answer."""
    real, cancelled = runs.create, threading.Event()

    def create(*values: Any) -> Any:
        recorded = real(*values)
        loop.call_soon_threadsafe(request.cancel)
        assert cancelled.wait(30)
        return recorded

    monkeypatch.setattr(runs, "create", create)
    loop, request = asyncio.get_running_loop(), asyncio.create_task(start(services, project))
    with pytest.raises(asyncio.CancelledError):
        await request
    cancelled.set()
    (await executor.next()).emit(FINISHED)


async def test_a_large_document_is_passed_on_as_text(
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(states, "LARGE", 10)
    monkeypatch.setattr(states, "read_stored", lambda _: 1 / 0)
    target = {"backend": "tensorflow", "device": "gpu:1"}
    operations = [
        {"type": "set", "path": ["target"], "value": target},
        {"type": "set", "path": ["training", "epochs"], "value": 7},
    ]
    edit = Batch.model_validate({"id": new_batch(), "base": 0, "operations": operations})
    await services.rooms.open(project.id).edit("c", edit)
    run = await start(services, project)
    assert (run.backend, run.device, run.epochs) == ("tensorflow", "gpu:1", 7)
    worker = await executor.next()
    assert worker.command.document.training.epochs == 7
    worker.emit(FINISHED)
    await ended(services, run.id)


async def test_runs_wait_in_a_queue(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    first, second, third = [await start(services, project) for _ in range(3)]
    worker = await executor.next()
    assert Path(worker.command.output).name == first.id
    assert executor.started.empty()
    worker.emit(FINISHED)
    worker = await executor.next()
    assert Path(worker.command.output).name == second.id
    assert (await database.read(runs.get, third.id)).phase == "queued"
    assert [first.number, second.number, third.number] == [1, 2, 3]


async def test_a_queued_run_can_be_stopped(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    first, second = [await start(services, project) for _ in range(2)]
    worker = await executor.next()
    await services.runner.stop(second.id, "now")
    assert (await ended(services, second.id)).outcome == "stopped"
    worker.emit(FINISHED)
    await ended(services, first.id)
    assert executor.started.empty()


@pytest.mark.parametrize("when", ["now", "epoch"])
async def test_a_stop_is_sent_to_the_worker(
    project: ProjectOut, services: Services, executor: FakeExecutor, when: Any
) -> None:
    run = await start(services, project)
    worker = await executor.next()
    worker.emit(epoch(1))
    await services.runner.stop(run.id, when)
    await asyncio.wait_for(worker.stopped.wait(), 30)
    assert worker.stops == [when]
    worker.emit(EndedEvent(outcome="stopped"))
    assert (await ended(services, run.id)).outcome == "stopped"
    with pytest.raises(OverError):
        await services.runner.stop(run.id, "now")


async def test_a_stop_that_the_channel_layer_repeats_is_one_stop(
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second “now” would end the run by force, without its evaluation."""
    run = await start(services, project)
    worker = await executor.next()
    publish = services.hub.publish

    async def twice(topic: str, message: dict[str, Any]) -> None:
        await publish(topic, message)
        await publish(topic, message)

    monkeypatch.setattr(services.hub, "publish", twice)
    await services.runner.stop(run.id, "epoch")
    await services.runner.stop(run.id, "now")
    assert (await ended(services, run.id)).outcome == "stopped"
    assert worker.stops == ["epoch", "now"]


BAD_ENDS = {
    "the worker breaks": RuntimeError("no such worker"),
    "the pipe breaks": BrokenPipeError(),
}


@pytest.mark.parametrize("error", BAD_ENDS.values(), ids=BAD_ENDS.keys())
async def test_a_broken_worker_ends_the_run_with_a_problem(
    project: ProjectOut, services: Services, executor: FakeExecutor, error: Exception
) -> None:
    run = await start(services, project)
    (await executor.next()).emit(epoch(1), error)
    last = await ended(services, run.id)
    assert last.outcome == "killed"
    assert last.problem
    assert last.problem.code == "run_broken"
    assert (await types(run.id)).count("ended") == 1


async def test_a_worker_that_fails_to_start_ends_the_run_and_frees_the_queue(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    executor.failure = OSError("no memory for a process")
    run = await start(services, project)
    assert (await ended(services, run.id)).outcome == "killed"
    executor.failure = None
    await start(services, project)
    await executor.next()


async def test_no_event_follows_ended(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await start(services, project)
    (await executor.next()).emit(FINISHED, EndedEvent(outcome="killed"), epoch(7))
    assert (await ended(services, run.id)).outcome == "finished"
    with pytest.raises(OverError):
        await database.write(runs.record, run.id, 1, EndedEvent(outcome="killed"))
    assert (await types(run.id)).count("ended") == 1


async def test_a_run_ends_once_a_full_disk_has_space_again(
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("builder.runs.recording.RETRIES", (0.0,))
    monkeypatch.setattr("builder.runs.recording.PERSISTENCE", 0.0)
    real, attempts = runs.record, asyncio.Queue[str]()
    loop = asyncio.get_running_loop()
    full = True

    def record(id: str, generation: int, *events: Any, number: int) -> Any:
        loop.call_soon_threadsafe(attempts.put_nowait, events[-1].type)
        if full:
            raise OperationalError("database or disk is full")
        return real(id, generation, *events, number=number)

    run = await start(services, project)
    worker = await executor.next()
    monkeypatch.setattr("builder.runs.recording.runs.record", record)
    worker.emit(epoch(1), epoch(2))
    while await asyncio.wait_for(attempts.get(), 30) != "ended":
        pass
    assert worker.stops == ["now"]
    assert (await database.read(runs.get, run.id)).outcome is None
    full = False
    last = await ended(services, run.id)
    assert last.outcome == "killed"
    assert last.problem
    assert "the disk is full" in last.problem.message


async def test_active_runs_of_a_crashed_server_are_lost(
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    active, queued = [await start(services, project) for _ in range(2)]
    (await executor.next()).emit(PhaseEvent(phase="training"), epoch(1))
    await phase(services, active.id, "training")
    executor.crashes = True
    monkeypatch.setattr("builder.runs.runner.GRACE", 0.0)
    await services.runner.close()  # as after a crash: the lock is free, and no event follows
    fresh = FakeExecutor()
    restarted = another_runner(services, fresh, home)
    await restarted.begin()
    last = await ended(services, active.id)
    assert last.outcome == "lost"
    assert last.problem
    assert last.problem.code == "run_lost"
    assert (await types(active.id)).count("ended") == 1
    worker = await fresh.next()  # queued runs stay queued
    assert Path(worker.command.output).name == queued.id
    worker.emit(FINISHED)
    assert (await ended(services, queued.id)).outcome == "finished"
    await restarted.recover()
    assert (await types(active.id)).count("ended") == 1
    services.runner = restarted


async def test_runs_of_a_running_process_are_not_recovered(
    project: ProjectOut, services: Services, executor: FakeExecutor, home: Path
) -> None:
    run = await start(services, project)
    worker = await executor.next()
    other = another_runner(services, FakeExecutor(), home)
    await other.begin()
    assert (await database.read(runs.get, run.id)).outcome is None
    await other.stop(run.id, "epoch")  # the command reaches the process owner
    await asyncio.wait_for(worker.stopped.wait(), 30)
    await other.close()
    worker.emit(FINISHED)
    assert (await ended(services, run.id)).outcome == "finished"


async def test_a_run_over_http(
    make_project: Any, services: Services, executor: FakeExecutor, client: AsyncClient
) -> None:
    project = await make_project(document("iris"))
    answer = await client.post(f"/api/projects/{project.id}/runs")
    assert answer.status_code == 201
    run = answer.json()
    worker = await executor.next()
    worker.emit(epoch(1), epoch(2))
    stop = await client.post(
        f"/api/projects/{project.id}/runs/{run['id']}/stop",
        {"when": "epoch"},
        content_type="application/json",
    )
    assert stop.status_code == 202
    await asyncio.wait_for(worker.stopped.wait(), 30)
    worker.emit(EndedEvent(outcome="stopped"))
    last = await ended(services, run["id"])
    assert (await client.get(f"/api/runs/{run['id']}")).json() == last.model_dump(mode="json")
    assert (await client.get(f"/api/projects/{project.id}/runs")).json() == [
        last.model_dump(mode="json")
    ]
    events = (await client.get(f"/api/runs/{run['id']}/events?after=2&limit=2")).json()
    assert [entry["event"]["type"] for entry in events] == ["epoch", "epoch"]
    again = await client.post(
        f"/api/projects/{project.id}/runs/{run['id']}/stop",
        {"when": "now"},
        content_type="application/json",
    )
    assert (again.status_code, again.json()["problems"][0]["code"]) == (409, "run_over")


async def test_a_document_with_errors_is_not_trained(
    make_project: Callable[..., Awaitable[ProjectOut]], client: AsyncClient, executor: FakeExecutor
) -> None:
    project = await make_project(Document(name="broken", training=Training(epochs=3)))
    answer = await client.post(f"/api/projects/{project.id}/runs")
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["problems"]] == ["broken"]
    assert executor.started.empty()


async def test_closing_the_server_ends_the_workers(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    active, queued = [await start(services, project) for _ in range(2)]
    (await executor.next()).emit(PhaseEvent(phase="training"))
    await phase(services, active.id, "training")
    await services_module.end()
    assert executor.closed
    assert (await database.read(runs.get, active.id)).outcome == "lost"
    assert (await types(active.id)).count("ended") == 1
    assert (await database.read(runs.get, queued.id)).phase == "queued"
