"""Watching runs over a socket: replay, live events, and slow viewers."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from builder import services as services_module
from builder.log.log import Log
from builder.runs import actions as runs
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.protocol import (
    ArtefactEvent,
    PhaseEvent,
)
from tests.builder.conftest import FakeExecutor
from tests.builder.runs.helpers import FINISHED, Opener, batch, ended, epoch, start


async def test_a_watched_run_sends_its_events_to_the_end(
    open_tab: Opener, project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    tab = open_tab()
    await tab.join()
    run = await start(services, project)
    assert (run.number, run.phase, run.outcome) == (1, "queued", None)
    assert (await tab.receive("run"))["run"]["id"] == run.id
    await tab.send(type="watch", run=run.id, after=0)
    worker = await executor.next()
    assert worker.command.document == project.document
    folder = Path(worker.command.output)
    assert list(folder.iterdir()) == []
    (folder / "model.keras").write_bytes(b"weights")
    worker.emit(PhaseEvent(phase="training"), batch(1, 1), epoch(1), batch(2, 1), epoch(2))
    worker.emit(ArtefactEvent(name="model.keras", bytes=7), FINISHED)
    last = await tab.receive("happened", where=lambda m: m["event"]["type"] == "ended")
    assert last["event"]["outcome"] == "finished"
    happened = [message for message in tab.received if message["type"] == "happened"]
    numbers = [message["seq"] for message in happened]
    assert numbers == sorted(set(numbers))
    assert [m["event"]["epoch"] for m in happened if m["event"]["type"] == "epoch"] == [1, 2]
    shown = await tab.receive("run", where=lambda message: message["run"]["outcome"])
    assert shown["run"] == (await ended(services, run.id)).model_dump(mode="json")
    assert shown["run"]["epoch"]["epoch"] == 2
    assert [artefact["name"] for artefact in shown["run"]["artefacts"]] == ["model.keras"]


async def test_a_late_viewer_receives_every_epoch_once_in_order(
    open_tab: Opener, project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await start(services, project)
    worker = await executor.next()
    worker.emit(*(event for n in range(1, 301) for event in (batch(n, 1), epoch(n))))
    tab = open_tab()
    await tab.join()
    await tab.send(type="watch", run=run.id, after=0)
    worker.emit(*(event for n in range(301, 331) for event in (batch(n, 1), epoch(n))), FINISHED)
    await tab.receive("happened", where=lambda message: message["event"]["type"] == "ended")
    events = [message["event"] for message in tab.received if message["type"] == "happened"]
    epochs = [event["epoch"] for event in events if event["type"] == "epoch"]
    assert epochs == list(range(1, 331))


async def test_watching_continues_after_a_number(
    open_tab: Opener, project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await start(services, project)
    (await executor.next()).emit(epoch(1), epoch(2), epoch(3), FINISHED)
    last = await ended(services, run.id)
    tab = open_tab()
    await tab.join()
    await tab.send(type="watch", run=run.id, after=last.seq - 2)
    first = await tab.receive("happened")
    assert (first["event"]["type"], first["event"]["epoch"]) == ("epoch", 3)


async def test_an_unwatched_run_sends_no_events(
    open_tab: Opener, project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await start(services, project)
    worker = await executor.next()
    tab = open_tab()
    await tab.join()
    await tab.send(type="watch", run=run.id, after=0)
    await tab.receive("happened")
    await tab.send(type="unwatch", run=run.id)
    await tab.send(type="nonsense")
    await tab.receive("failed")
    before = len([message for message in tab.received if message["type"] == "happened"])
    worker.emit(epoch(1), FINISHED)
    await tab.receive("run", where=lambda message: message["run"]["outcome"])
    assert len([message for message in tab.received if message["type"] == "happened"]) == before


async def test_a_run_of_another_project_cannot_be_watched(
    open_tab: Opener, make_project: Callable[..., Awaitable[ProjectOut]], services: Services
) -> None:
    run = await start(services, await make_project())
    tab = open_tab()
    await tab.join()
    for id in (run.id, "nothere"):
        await tab.send(type="watch", run=id, after=0)
        assert (await tab.receive("failed"))["problem"]["code"] == "no_run"


async def test_watching_an_unknown_run_leaves_no_listener(
    open_tab: Opener, make_project: Callable[..., Awaitable[ProjectOut]], services: Services
) -> None:
    run = await start(services, await make_project())
    tab = open_tab()
    await tab.join()
    before = services.hub.topics()
    for id in (run.id, "nothere"):
        await tab.send(type="watch", run=id, after=0)
        await tab.receive("failed")
    assert services.hub.topics() == before


async def test_events_recorded_while_watching_begins_are_sent(
    open_tab: Opener,
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An event is announced after the last number was read, and no sweep follows."""
    run = await start(services, project)
    worker = await executor.next()
    tab = open_tab()
    await tab.join()
    real, loop, announced = Log.heads, asyncio.get_running_loop(), threading.Event()

    def heads(log: Log[Any], owners: list[str]) -> dict[str, int]:
        numbers = real(log, owners)
        if owners == [run.id]:
            loop.call_soon_threadsafe(worker.emit, epoch(1))
            assert announced.wait(30)
        return numbers

    await services.hub.subscribe(runs.EVENTS.topic(run.id), lambda *_: announced.set())
    monkeypatch.setattr(Log, "heads", heads)
    monkeypatch.setattr(services_module, "sweep", lambda _: asyncio.sleep(0))
    await tab.send(type="watch", run=run.id, after=2)
    assert (await tab.receive("happened"))["event"]["type"] == "epoch"


async def test_a_slow_viewer_receives_every_epoch_but_not_every_batch(
    open_tab: Opener,
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("builder.log.viewer.MAX_MESSAGES", 4)
    monkeypatch.setattr("builder.log.viewer.MAX_TOGETHER", 0)
    tab = open_tab()
    tab.acknowledges = False
    await tab.join()
    await tab.receive("checked")
    run = await start(services, project)
    worker = await executor.next()
    await tab.send(type="watch", run=run.id, after=0)
    worker.emit(*(event for n in range(1, 21) for event in (batch(n, 1), batch(n, 2), epoch(n))))
    worker.emit(FINISHED)
    await ended(services, run.id)
    while tab.texts < 4:
        tab.take(await tab.socket.receive_from())
    assert await tab.socket.receive_nothing()
    tab.acknowledges = True
    await tab.acknowledge()
    await tab.receive("happened", where=lambda message: message["event"]["type"] == "ended")
    events = [message["event"] for message in tab.received if message["type"] == "happened"]
    assert [event["epoch"] for event in events if event["type"] == "epoch"] == list(range(1, 21))
    assert len([event for event in events if event["type"] == "batch"]) < 10
