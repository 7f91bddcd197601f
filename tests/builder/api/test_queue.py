"""The queue of runs over HTTP and the socket: turns, positions, expected starts, own places."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from builder import database
from builder.access.people import COOKIE, introduce, person_of
from builder.runs import actions as runs
from builder.runs import waiting
from builder.runs.actions import Request
from builder.services import Services
from builder.wire.schemas import ProjectOut, RunOut
from engine.check.footprint import LIBRARIES
from engine.document import Document
from engine.protocol import BatchEvent, PhaseEvent
from engine.templates import find
from tests.builder.conftest import Client, FakeExecutor, Tab
from tests.builder.runs.helpers import FINISHED, Opener, another_runner, ended, epoch, start

ADA, BOB = "ada" * 10, "bob" * 10
Make = Callable[[Document], Awaitable[ProjectOut]]


@pytest.fixture
async def iris(make_project: Make) -> ProjectOut:
    template = find("iris")
    assert template is not None
    return await make_project(template.document)


async def train(client: Client, project: ProjectOut, person: str) -> str:
    """Start a run as somebody; return its id."""
    client.cookies[COOKIE] = person
    answer = await client.post(f"/api/projects/{project.id}/runs")
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


async def queue(client: Client, project: ProjectOut) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/projects/{project.id}/queue")
    assert answer.status_code == 200
    return list(answer.json())


async def move(client: Client, project: ProjectOut, run: str, place: int) -> Any:
    path = f"/api/projects/{project.id}/runs/{run}/place"
    return await client.put(path, {"place": place}, content_type="application/json")


def name(worker: Any) -> str:
    return Path(worker.command.output).name


async def test_people_take_turns_and_order_their_own_runs(
    iris: ProjectOut, client: Client, services: Services, executor: FakeExecutor
) -> None:
    first = await train(client, iris, ADA)
    worker = await executor.next()
    ada = [await train(client, iris, ADA) for _ in range(3)]
    bob = [await train(client, iris, BOB)]
    waits = await queue(client, iris)
    assert [entry["run"] for entry in waits] == [bob[0], *ada]
    assert [entry["position"] for entry in waits] == [1, 2, 3, 4]
    assert [(entry["place"], entry["places"]) for entry in waits] == [
        (1, 1),
        (1, 3),
        (2, 3),
        (3, 3),
    ]
    assert {entry["start"] for entry in waits} == {None}  # nothing has been measured
    assert len({entry["person"] for entry in waits}) == 2
    assert ADA not in str(waits)
    assert (await database.read(runs.find, first)).memory >= LIBRARIES  # as the check estimates

    refused = await move(client, iris, ada[2], 1)  # Bob asks
    assert refused.status_code == 409
    assert refused.json()["problems"][0]["code"] == "run_not_waiting"
    client.cookies[COOKIE] = ADA
    assert (await move(client, iris, first, 1)).status_code == 409  # it is in progress
    answer = await move(client, iris, ada[2], 1)
    assert [entry["run"] for entry in answer.json()] == [bob[0], ada[2], ada[0], ada[1]]

    worker.emit(FINISHED)
    for expected in (bob[0], ada[2], ada[0], ada[1]):
        worker = await executor.next()
        assert name(worker) == expected
        worker.emit(FINISHED)
        await ended(services, expected)
    assert await queue(client, iris) == []


def _starts(told: dict[str, Any]) -> list[datetime]:
    """When the runs of a message are expected to start, where that is known."""
    return [datetime.fromisoformat(entry["start"]) for entry in told["queue"] if entry["start"]]


async def test_pages_are_told_when_runs_are_expected_to_start(
    iris: ProjectOut, client: Client, services: Services, executor: FakeExecutor
) -> None:
    tab = Tab(iris.id)
    await tab.join()
    before = await train(client, iris, ADA)
    worker = await executor.next()
    worker.emit(PhaseEvent(phase="training"), epoch(4), FINISHED)  # 1 s per epoch
    await ended(services, before)
    running = await train(client, iris, ADA)
    worker = await executor.next()
    waits = [await train(client, iris, ADA) for _ in range(2)]
    left = BatchEvent(epoch=1, step=1, steps=9, seconds=0.1, left=1_000.0)
    worker.emit(PhaseEvent(phase="training"), left)
    told_of = (await database.read(runs.get, running)).created + timedelta(seconds=900)
    await tab.receive("queue", where=lambda told: any(start > told_of for start in _starts(told)))
    await tab.leave()
    shown = await services.runner.queue.shown(iris.id)
    assert [entry.run for entry in shown] == waits
    starts = [entry.start for entry in shown]
    assert starts[0]
    assert starts[1]
    epochs = (await database.read(runs.get, running)).epochs
    assert (starts[1] - starts[0]).total_seconds() == pytest.approx(epochs)
    created = (await database.read(runs.get, running)).created
    assert 0 < (starts[0] - created).total_seconds() < 2_000
    worker.emit(FINISHED)


async def test_the_queue_is_live(
    project: ProjectOut, services: Services, executor: FakeExecutor, open_tab: Opener
) -> None:
    tab = open_tab()
    welcome = await tab.join()
    assert welcome["queue"] == []
    assert welcome["person"] == project.id
    await start(services, project)
    worker = await executor.next()
    second = await start(services, project)
    await tab.receive("queue", where=lambda told: second.id in str(told))
    other = open_tab()
    assert (await other.join())["queue"][0]["run"] == second.id
    worker.emit(FINISHED)
    await tab.receive("queue", where=lambda message: message["queue"] == [])


async def test_memory_bounds_what_trains_at_once(
    project: ProjectOut, services: Services, executor: FakeExecutor, home: Path
) -> None:
    services.runner.queue._runs, services.runner.queue._memory = 3, 1_000

    async def new(memory: int) -> RunOut:
        state = await services.rooms.open(project.id).state()
        return await services.runner.start(project.id, state, Request(memory=memory))

    for memory in (400, 400, 400):
        await new(memory)
    workers = [await executor.next(), await executor.next()]
    large = await new(5_000)
    small = await new(1)
    assert executor.started.empty()
    workers[0].emit(FINISHED)
    third = await executor.next()
    for worker in (workers[1], third):
        assert executor.started.empty()
        worker.emit(FINISHED)
    alone = await executor.next()
    assert name(alone) == large.id
    events = await database.read(runs.events, large.id, 0, 100)
    texts = [event.event.text for event in events if event.event.type == "log"]
    assert len(texts) == 1
    assert "trains without others beside it" in texts[0]
    shown = await services.runner.queue.shown(project.id)
    assert [(entry.run, entry.alone) for entry in shown] == [(small.id, False)]
    alone.emit(FINISHED)
    assert name(await executor.next()) == small.id


async def test_web_processes_share_the_queue(
    project: ProjectOut, services: Services, executor: FakeExecutor, home: Path
) -> None:
    """Together they train no more than one of them may, and each starts what is next."""
    first = await start(services, project)
    worker = await executor.next()
    fresh = FakeExecutor()
    other = another_runner(services, fresh, home)
    await other.begin()
    state = await services.rooms.open(project.id).state()
    second = await other.start(project.id, state)
    third = await other.start(project.id, state)
    await other.stop(third.id, "now")  # it waits, so nobody has to be asked
    assert (await database.read(runs.get, third.id)).outcome == "stopped"
    assert fresh.started.empty()
    worker.emit(FINISHED)
    again = await executor.next()  # the process that had room was the first to claim it
    assert name(again) == second.id
    await other.stop(second.id, "epoch")
    await asyncio.wait_for(again.stopped.wait(), 30)
    again.emit(FINISHED)
    assert (await ended(services, second.id)).outcome == "finished"
    assert (await ended(services, first.id)).outcome == "finished"
    await other.close()


async def test_a_claimed_run_of_a_dead_process_waits_again(
    project: ProjectOut, services: Services, executor: FakeExecutor, home: Path
) -> None:
    await start(services, project)
    worker = await executor.next()
    run = await start(services, project)
    dead = another_runner(services, FakeExecutor(), home, runs=2)
    claimed = await dead.queue.claim(())
    assert [*claimed.started] == [run.id]
    await dead.close()
    assert await services.runner.queue.shown(project.id) == ()
    await services.runner.recover()
    assert [entry.run for entry in await services.runner.queue.shown(project.id)] == [run.id]
    worker.emit(FINISHED)
    again = await executor.next()
    assert name(again) == run.id
    again.emit(FINISHED)
    assert (await ended(services, run.id)).outcome == "finished"


def test_a_browser_is_given_a_cookie_once() -> None:
    request, answer = HttpRequest(), HttpResponse()
    introduce(request, answer)
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    request.COOKIES[COOKIE] = cookie.value
    again = HttpResponse()
    introduce(request, again)
    assert COOKIE not in again.cookies
    socket = {"headers": [(b"cookie", f"a=b; {COOKIE}={cookie.value}".encode())]}
    assert person_of(socket) == person_of(request)
    assert cookie.value not in person_of(socket)
    for bad in ("", "short", "x" * 30 + "<"):
        request.COOKIES[COOKIE] = bad
        assert person_of(request) == ""
    assert person_of({"headers": [(b"cookie", b"\xff=;;")]}) == ""


def test_a_move_of_a_deleted_run_is_refused(thread_database: None) -> None:
    with pytest.raises(LookupError):
        waiting.move("nothere", ADA, 1)
