"""Runs: the queue, the log of events, exactly one last event, and the files they leave."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import AsyncClient

from builder import database
from builder import services as services_module
from builder.log.log import Log
from builder.models import Event
from builder.runs import actions as runs
from builder.runs.actions import OverError
from builder.runs.owners import Owner
from builder.services import Services
from builder.wire.schemas import ProjectOut, RunOut
from engine.document import Document, Training
from engine.protocol import (
    ArtefactEvent,
    BatchEvent,
    EndedEvent,
    EpochEvent,
    LogEvent,
    PhaseEvent,
)
from tests.builder.conftest import FakeExecutor, FakeHandle, Tab

Opener = Callable[..., Tab]
FINISHED = EndedEvent(outcome="finished", seconds=1.5)


def batch(epoch: int, step: int) -> BatchEvent:
    return BatchEvent(epoch=epoch, step=step, steps=10, metrics={"loss": 1.0}, seconds=0.1)


def epoch(number: int) -> EpochEvent:
    return EpochEvent(epoch=number, metrics={"loss": 1 / number}, seconds=float(number))


async def start(parts: Services, project: ProjectOut) -> RunOut:
    state = await parts.rooms.open(project.id).state()
    return await parts.runner.start(project.id, state)


async def ended(parts: Services, run: str) -> RunOut:
    """Return the run once its last event is recorded."""
    done = asyncio.Event()
    topic = runs.EVENTS.topic(run)

    def heard(_: str, message: dict[str, Any]) -> None:
        if '"ended"' in (message["text"] or ""):
            done.set()

    await parts.hub.subscribe(topic, heard)
    found = await database.read(runs.get, run)
    if found.outcome is None:
        await asyncio.wait_for(done.wait(), 30)
    return await database.read(runs.get, run)


async def types(run: str) -> list[str]:
    return [one.event.type for one in await database.read(runs.events, run, 0, 1_000)]


async def test_a_run_is_seen_through_to_its_end(
    tab: Opener, project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    one = tab()
    await one.join()
    run = await start(parts, project)
    assert (run.number, run.phase, run.outcome) == (1, "queued", None)
    assert (await one.hear("run"))["run"]["id"] == run.id
    await one.say(type="watch", run=run.id, after=0)
    worker = await executor.next()
    assert worker.command.document == project.document
    folder = Path(worker.command.output)
    assert list(folder.iterdir()) == []
    (folder / "model.keras").write_bytes(b"weights")
    worker.say(PhaseEvent(phase="training"), batch(1, 1), epoch(1), batch(2, 1), epoch(2))
    worker.say(ArtefactEvent(name="model.keras", bytes=7), FINISHED)
    last = await one.hear("happened", where=lambda m: m["event"]["type"] == "ended")
    assert last["event"]["outcome"] == "finished"
    heard = [message for message in one.got if message["type"] == "happened"]
    numbers = [message["seq"] for message in heard]
    assert numbers == sorted(set(numbers))
    assert [m["event"]["epoch"] for m in heard if m["event"]["type"] == "epoch"] == [1, 2]
    shown = await one.hear("run", where=lambda message: message["run"]["outcome"])
    assert shown["run"] == (await ended(parts, run.id)).model_dump(mode="json")
    assert shown["run"]["epoch"]["epoch"] == 2
    assert [artefact["name"] for artefact in shown["run"]["artefacts"]] == ["model.keras"]


async def test_batches_of_an_epoch_are_forgotten_when_it_ends(
    project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    run = await start(parts, project)
    (await executor.next()).say(batch(1, 1), batch(1, 2), epoch(1), batch(2, 1), FINISHED)
    await ended(parts, run.id)
    assert await types(run.id) == ["phase", "phase", "epoch", "batch", "ended"]


async def test_who_comes_late_sees_every_epoch_once_in_order(
    tab: Opener, project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    run = await start(parts, project)
    worker = await executor.next()
    worker.say(*(event for n in range(1, 301) for event in (batch(n, 1), epoch(n))))
    one = tab()
    await one.join()
    await one.say(type="watch", run=run.id, after=0)
    worker.say(*(event for n in range(301, 331) for event in (batch(n, 1), epoch(n))), FINISHED)
    await one.hear("happened", where=lambda message: message["event"]["type"] == "ended")
    heard = [message["event"] for message in one.got if message["type"] == "happened"]
    epochs = [event["epoch"] for event in heard if event["type"] == "epoch"]
    assert epochs == list(range(1, 331))


async def test_watching_goes_on_from_the_number_one_has(
    tab: Opener, project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    run = await start(parts, project)
    (await executor.next()).say(epoch(1), epoch(2), epoch(3), FINISHED)
    last = await ended(parts, run.id)
    one = tab()
    await one.join()
    await one.say(type="watch", run=run.id, after=last.seq - 2)
    first = await one.hear("happened")
    assert (first["event"]["type"], first["event"]["epoch"]) == ("epoch", 3)


async def test_a_run_that_is_not_watched_any_more_is_silent(
    tab: Opener, project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    run = await start(parts, project)
    worker = await executor.next()
    one = tab()
    await one.join()
    await one.say(type="watch", run=run.id, after=0)
    await one.hear("happened")
    await one.say(type="unwatch", run=run.id)
    await one.say(type="nonsense")
    await one.hear("failed")
    before = len([message for message in one.got if message["type"] == "happened"])
    worker.say(epoch(1), FINISHED)
    await one.hear("run", where=lambda message: message["run"]["outcome"])
    assert len([message for message in one.got if message["type"] == "happened"]) == before


async def test_a_run_of_another_project_cannot_be_watched(
    tab: Opener, make: Callable[..., Awaitable[ProjectOut]], parts: Services
) -> None:
    run = await start(parts, await make())
    one = tab()
    await one.join()
    for id in (run.id, "nothere"):
        await one.say(type="watch", run=id, after=0)
        assert (await one.hear("failed"))["problem"]["code"] == "no_run"


async def test_a_run_that_cannot_be_watched_leaves_no_listener(
    tab: Opener, make: Callable[..., Awaitable[ProjectOut]], parts: Services
) -> None:
    run = await start(parts, await make())
    one = tab()
    await one.join()
    before = parts.hub.topics()
    for id in (run.id, "nothere"):
        await one.say(type="watch", run=id, after=0)
        await one.hear("failed")
    assert parts.hub.topics() == before


async def test_what_happens_while_watching_begins_is_not_missed(
    tab: Opener,
    project: ProjectOut,
    parts: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An event is announced after the number of the last one was read, and no sweep helps."""
    run = await start(parts, project)
    worker = await executor.next()
    one = tab()
    await one.join()
    real, loop, announced = Log.heads, asyncio.get_running_loop(), threading.Event()

    def heads(log: Log[Any], owners: list[str]) -> dict[str, int]:
        numbers = real(log, owners)
        if owners == [run.id]:
            loop.call_soon_threadsafe(worker.say, epoch(1))
            assert announced.wait(30)
        return numbers

    await parts.hub.subscribe(runs.EVENTS.topic(run.id), lambda *_: announced.set())
    monkeypatch.setattr(Log, "heads", heads)
    monkeypatch.setattr(services_module, "sweep", lambda _: asyncio.sleep(0))
    await one.say(type="watch", run=run.id, after=2)
    assert (await one.hear("happened"))["event"]["type"] == "epoch"


async def test_a_run_whose_request_is_given_up_still_trains(
    project: ProjectOut,
    parts: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The request is cancelled between the row's commit and the answer."""
    real, given_up = runs.create, threading.Event()

    def create(*values: Any) -> Any:
        recorded = real(*values)
        loop.call_soon_threadsafe(request.cancel)
        assert given_up.wait(30)
        return recorded

    monkeypatch.setattr(runs, "create", create)
    loop, request = asyncio.get_running_loop(), asyncio.create_task(start(parts, project))
    with pytest.raises(asyncio.CancelledError):
        await request
    given_up.set()
    (await executor.next()).say(FINISHED)


async def test_runs_wait_in_line(
    project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    first, second, third = [await start(parts, project) for _ in range(3)]
    worker = await executor.next()
    assert Path(worker.command.output).name == first.id
    assert executor.started.empty()
    worker.say(FINISHED)
    worker = await executor.next()
    assert Path(worker.command.output).name == second.id
    assert (await database.read(runs.get, third.id)).phase == "queued"
    assert [first.number, second.number, third.number] == [1, 2, 3]


async def test_a_run_that_waits_can_be_stopped(
    project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    first, second = [await start(parts, project) for _ in range(2)]
    worker = await executor.next()
    await parts.runner.stop(second.id, "now")
    assert (await ended(parts, second.id)).outcome == "stopped"
    worker.say(FINISHED)
    await ended(parts, first.id)
    assert executor.started.empty()


@pytest.mark.parametrize("when", ["now", "epoch"])
async def test_a_stop_reaches_the_worker(
    project: ProjectOut, parts: Services, executor: FakeExecutor, when: Any
) -> None:
    run = await start(parts, project)
    worker = await executor.next()
    worker.say(epoch(1))
    await parts.runner.stop(run.id, when)
    await asyncio.wait_for(worker.stopped.wait(), 30)
    assert worker.stops == [when]
    worker.say(EndedEvent(outcome="stopped"))
    assert (await ended(parts, run.id)).outcome == "stopped"
    with pytest.raises(OverError):
        await parts.runner.stop(run.id, "now")


BAD_ENDS = {
    "the worker breaks": RuntimeError("no such worker"),
    "the pipe breaks": BrokenPipeError(),
}


@pytest.mark.parametrize("error", BAD_ENDS.values(), ids=BAD_ENDS.keys())
async def test_a_broken_worker_ends_the_run_with_a_reason(
    project: ProjectOut, parts: Services, executor: FakeExecutor, error: Exception
) -> None:
    run = await start(parts, project)
    (await executor.next()).say(epoch(1), error)
    last = await ended(parts, run.id)
    assert last.outcome == "killed"
    assert last.problem
    assert last.problem.code == "run_broken"
    assert (await types(run.id)).count("ended") == 1


async def test_a_worker_that_does_not_start_ends_the_run_and_frees_the_line(
    project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    executor.failure = OSError("no memory for a process")
    run = await start(parts, project)
    assert (await ended(parts, run.id)).outcome == "killed"
    executor.failure = None
    await start(parts, project)
    await executor.next()


async def test_nothing_follows_the_last_event(
    project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    run = await start(parts, project)
    (await executor.next()).say(FINISHED, EndedEvent(outcome="killed"), epoch(7))
    assert (await ended(parts, run.id)).outcome == "finished"
    with pytest.raises(OverError):
        await database.write(runs.record, run.id, 1, EndedEvent(outcome="killed"))
    assert (await types(run.id)).count("ended") == 1


async def test_a_full_disk_ends_the_run_once_there_is_room(
    project: ProjectOut,
    parts: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("builder.runs.runner.RETRIES", (0.0,))
    monkeypatch.setattr("builder.runs.runner.PERSISTENCE", 0.0)
    real, attempts = runs.record, asyncio.Queue[str]()
    loop = asyncio.get_running_loop()
    full = True

    def record(id: str, generation: int, event: Any) -> Any:
        loop.call_soon_threadsafe(attempts.put_nowait, event.type)
        if full:
            raise OperationalError("database or disk is full")
        return real(id, generation, event)

    run = await start(parts, project)
    worker = await executor.next()
    monkeypatch.setattr("builder.runs.runner.runs.record", record)
    worker.say(epoch(1), epoch(2))
    while await asyncio.wait_for(attempts.get(), 30) != "ended":
        pass
    assert worker.stops == ["now"]
    assert (await database.read(runs.get, run.id)).outcome is None
    full = False
    last = await ended(parts, run.id)
    assert last.outcome == "killed"
    assert last.problem
    assert "the disk is full" in last.problem.message


async def test_what_was_going_when_the_server_died_is_lost(
    project: ProjectOut,
    parts: Services,
    executor: FakeExecutor,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    going, waiting = [await start(parts, project) for _ in range(2)]
    (await executor.next()).say(epoch(1))
    executor.crashes = True
    monkeypatch.setattr("builder.runs.runner.GRACE", 0.0)
    await parts.runner.close()  # the lock is free and nothing more is written, as after a crash
    fresh = FakeExecutor()
    again = type(parts.runner)(parts.hub, fresh, Owner(home), 1)
    await again.begin()
    last = await ended(parts, going.id)
    assert last.outcome == "lost"
    assert last.problem
    assert last.problem.code == "run_lost"
    assert (await types(going.id)).count("ended") == 1
    worker = await fresh.next()  # what waited in line still does
    assert Path(worker.command.output).name == waiting.id
    worker.say(FINISHED)
    assert (await ended(parts, waiting.id)).outcome == "finished"
    await again.recover()
    assert (await types(going.id)).count("ended") == 1
    parts.runner = again


async def test_the_runs_of_a_living_process_are_left_alone(
    project: ProjectOut, parts: Services, executor: FakeExecutor, home: Path
) -> None:
    run = await start(parts, project)
    worker = await executor.next()
    other = type(parts.runner)(parts.hub, FakeExecutor(), Owner(home), 1)
    await other.begin()
    assert (await database.read(runs.get, run.id)).outcome is None
    await other.stop(run.id, "epoch")  # reaches the process that has the run
    await asyncio.wait_for(worker.stopped.wait(), 30)
    await other.close()
    worker.say(FINISHED)
    assert (await ended(parts, run.id)).outcome == "finished"


async def test_a_slow_viewer_gets_every_epoch_but_not_every_batch(
    tab: Opener,
    project: ProjectOut,
    parts: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("builder.log.viewer.MAX_MESSAGES", 4)
    one = tab()
    one.acknowledges = False
    await one.join()
    await one.hear("judged")
    run = await start(parts, project)
    worker = await executor.next()
    await one.say(type="watch", run=run.id, after=0)
    worker.say(*(event for n in range(1, 21) for event in (batch(n, 1), batch(n, 2), epoch(n))))
    worker.say(FINISHED)
    await ended(parts, run.id)
    while not await one.socket.receive_nothing(timeout=0):
        one.got.append(json.loads(await one.socket.receive_from()))
    assert len(one.got) == 4
    one.acknowledges = True
    await one.say(type="acknowledge", messages=len(one.got))
    await one.hear("happened", where=lambda message: message["event"]["type"] == "ended")
    heard = [message["event"] for message in one.got if message["type"] == "happened"]
    assert [event["epoch"] for event in heard if event["type"] == "epoch"] == list(range(1, 21))
    assert len([event for event in heard if event["type"] == "batch"]) < 10


# --- files -------------------------------------------------------------------------------------
async def finished_run(
    parts: Services, project: ProjectOut, executor: FakeExecutor, *names: str
) -> tuple[RunOut, FakeHandle]:
    run = await start(parts, project)
    worker = await executor.next()
    for name in names:
        worker.say(ArtefactEvent(name=name, bytes=1))
    worker.say(FINISHED)
    return await ended(parts, run.id), worker


async def test_only_plain_files_in_the_runs_folder_become_artefacts(
    project: ProjectOut, parts: Services, executor: FakeExecutor, home: Path
) -> None:
    (home / "secret.key").write_text("secret")
    run = await start(parts, project)
    worker = await executor.next()
    folder = Path(worker.command.output)
    (folder / "link").symlink_to(home / "secret.key")
    (folder / "folder").mkdir()
    (folder / ".hidden").write_text("x")
    (folder / "good.txt").write_text("x")
    bad = ["../../secret.key", "/etc/passwd", "link", "folder", ".hidden", "..", "", "a\0b", "no"]
    worker.say(*(ArtefactEvent(name=name, bytes=1) for name in [*bad, "good.txt"]), FINISHED)
    last = await ended(parts, run.id)
    assert [artefact.name for artefact in last.artefacts] == ["good.txt"]
    events = await database.read(runs.events, run.id, 0, 100)
    assert len([one for one in events if isinstance(one.event, LogEvent)]) == len(bad)


async def test_artefacts_are_served_by_recorded_name_alone(
    project: ProjectOut,
    parts: Services,
    executor: FakeExecutor,
    home: Path,
    client: AsyncClient,
) -> None:
    run = await start(parts, project)
    worker = await executor.next()
    folder = Path(worker.command.output)
    (folder / "model 1.keras").write_bytes(b"w" * 600_000)
    (folder / "unnamed.txt").write_text("not recorded")
    worker.say(ArtefactEvent(name="model 1.keras", bytes=600_000), FINISHED)
    await ended(parts, run.id)
    url = f"/api/runs/{run.id}/artefacts"
    assert [one["name"] for one in (await client.get(url)).json()] == ["model 1.keras"]
    answer = await client.get(f"{url}/model%201.keras")
    assert answer.status_code == 200
    assert b"".join([chunk async for chunk in answer.streaming_content]) == b"w" * 600_000
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Length"] == "600000"
    assert answer["X-Content-Type-Options"] == "nosniff"
    tricks = ["unnamed.txt", "..%2F..%2Fsecret.key", "%2e%2e", "..", "%2Fetc%2Fpasswd", "a%00b"]
    for trick in tricks:
        assert (await client.get(f"{url}/{trick}")).status_code == 404, trick
    (folder / "model 1.keras").unlink()
    (folder / "model 1.keras").symlink_to("/etc/passwd")
    assert (await client.get(f"{url}/model%201.keras")).status_code == 404


async def test_removing_a_run_removes_its_files_and_events(
    tab: Opener, project: ProjectOut, parts: Services, executor: FakeExecutor, client: AsyncClient
) -> None:
    one = tab()
    await one.join()
    run = await start(parts, project)
    worker = await executor.next()
    going = await client.delete(f"/api/runs/{run.id}")
    assert (going.status_code, going.json()["problems"][0]["code"]) == (409, "run_going")
    worker.say(FINISHED)
    await ended(parts, run.id)
    assert (await client.delete(f"/api/runs/{run.id}")).status_code == 204
    assert (await one.hear("run_removed"))["run"] == run.id
    assert not Path(worker.command.output).exists()
    assert await database.read(Event.objects.count) == 0
    assert (await client.get(f"/api/runs/{run.id}")).status_code == 404


async def test_deleting_a_project_ends_its_runs(
    project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    await start(parts, project)
    worker = await executor.next()
    await parts.remove_project(project.id)
    await asyncio.wait_for(worker.stopped.wait(), 30)
    assert not Path(worker.command.output).exists()


# --- over HTTP ---------------------------------------------------------------------------------
async def test_a_run_over_http(
    project: ProjectOut, parts: Services, executor: FakeExecutor, client: AsyncClient
) -> None:
    answer = await client.post(f"/api/projects/{project.id}/runs")
    assert answer.status_code == 201
    run = answer.json()
    worker = await executor.next()
    worker.say(epoch(1), epoch(2))
    stop = await client.post(
        f"/api/runs/{run['id']}/stop", {"when": "epoch"}, content_type="application/json"
    )
    assert stop.status_code == 202
    await asyncio.wait_for(worker.stopped.wait(), 30)
    worker.say(EndedEvent(outcome="stopped"))
    last = await ended(parts, run["id"])
    assert (await client.get(f"/api/runs/{run['id']}")).json() == last.model_dump(mode="json")
    assert (await client.get(f"/api/projects/{project.id}/runs")).json() == [
        last.model_dump(mode="json")
    ]
    events = (await client.get(f"/api/runs/{run['id']}/events?after=2&limit=2")).json()
    assert [one["event"]["type"] for one in events] == ["epoch", "epoch"]
    again = await client.post(
        f"/api/runs/{run['id']}/stop", {"when": "now"}, content_type="application/json"
    )
    assert (again.status_code, again.json()["problems"][0]["code"]) == (409, "run_over")


async def test_a_document_with_errors_is_not_trained(
    make: Callable[..., Awaitable[ProjectOut]], client: AsyncClient, executor: FakeExecutor
) -> None:
    project = await make(Document(name="broken", training=Training(epochs=3)))
    answer = await client.post(f"/api/projects/{project.id}/runs")
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["problems"]] == ["broken"]
    assert executor.started.empty()


async def test_closing_the_server_ends_the_workers(
    project: ProjectOut, parts: Services, executor: FakeExecutor
) -> None:
    going, waiting = [await start(parts, project) for _ in range(2)]
    await executor.next()
    await services_module.end()
    assert executor.closed
    assert (await database.read(runs.get, going.id)).outcome == "lost"
    assert (await types(going.id)).count("ended") == 1
    assert (await database.read(runs.get, waiting.id)).phase == "queued"
