"""Rooms: the same order of edits in every process, and checks of the newest revision only."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from builder import database
from builder.access import MissingError
from builder.models import Operation, Project
from builder.processes.supervised import UnansweredError
from builder.projects import actions as projects
from builder.projects.history import BATCH, OPERATIONS
from builder.projects.rooms import OPEN_ROOMS, Done, Room, Rooms
from builder.services import Services, sweep
from builder.wire.schemas import EditIn, ProjectOut
from engine.check.verdict import Verdict
from engine.document import Document
from engine.document.operations import OPERATION, apply_all
from engine.problems import problem
from tests.builder.conftest import add_node, new_batch, set_epochs


def edit(*operations: object, id: str | None = None) -> EditIn:
    return EditIn(
        id=id or new_batch(),
        base=0,
        operations=tuple(OPERATION.validate_python(operation) for operation in operations),
    )


async def replay(project: ProjectOut) -> Document:
    """Return the document that its log leads to."""
    document = project.document
    for row in await database.read(lambda: list(OPERATIONS.rows(project.id, 0))):
        operations = BATCH.validate_json(row.body)
        document, applied, refused = apply_all(document, operations)
        assert len(applied) == len(operations)
        assert refused == []
    return document


async def test_rooms_of_several_processes_agree(project: ProjectOut, services: Services) -> None:
    rooms = [Room(project.id, services.hub, services.checker) for _ in range(3)]
    await asyncio.gather(
        *(
            room.edit(f"c{number}", edit(add_node(f"n{number}x{step}"), set_epochs(step + 1)))
            for step in range(10)
            for number, room in enumerate(rooms)
        )
    )
    revisions = await database.read(
        lambda: list(Operation.objects.order_by("revision").values_list("revision", flat=True))
    )
    assert revisions == list(range(1, 31))
    states = [await room.state() for room in rooms]
    assert {state.revision for state in states} == {30}
    assert len({state.text for state in states}) == 1
    stored = await database.read(projects.get, project.id)
    assert stored.document == states[0].document == await replay(project)
    assert (stored.layers, stored.revision) == (30, 30)
    for room in rooms:
        room.close()


async def test_the_project_row_takes_its_name_from_the_document(
    project: ProjectOut, services: Services
) -> None:
    room = services.rooms.open(project.id)
    await room.edit("c", edit({"type": "set", "path": ["name"], "value": "Mine"}))
    row = await database.read(Project.objects.get, pk=project.id)
    assert (row.name, row.revision) == ("Mine", 1)
    assert Document.model_validate_json(row.document).name == "Mine"


async def test_a_batch_sent_to_several_processes_is_applied_once(
    project: ProjectOut, services: Services
) -> None:
    rooms = [Room(project.id, services.hub, services.checker) for _ in range(4)]
    same = edit(add_node("n1"), set_epochs("many"))
    results = await asyncio.gather(*(room.edit("c", same) for room in rooms))
    assert [result.answer for result in results] == [results[0].answer] * 4
    assert sorted(result.repeated for result in results) == [False, True, True, True]
    assert await database.read(Operation.objects.count) == 1
    for room in rooms:
        room.close()


async def test_a_batch_id_belongs_to_its_project(
    make_project: Callable[..., Awaitable[ProjectOut]], services: Services
) -> None:
    same = edit(set_epochs(3))
    for project in (await make_project(), await make_project()):
        done = await services.rooms.open(project.id).edit("c", same)
        assert not done.repeated


async def test_an_edit_that_fails_halfway_changes_nothing(
    project: ProjectOut, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = services.rooms.open(project.id)
    before = await room.state()
    with monkeypatch.context() as patch:
        patch.setattr(projects, "to_text", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await room.edit("c", edit(add_node("n1")))
    assert await room.state() == before
    assert await database.read(Operation.objects.count) == 0
    await room.edit("c", edit(add_node("n1")))
    assert (await room.state()).revision == 1


async def test_announces_an_edit_whose_request_was_cancelled(
    project: ProjectOut, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request is cancelled between the commit and the announcement."""
    commit, cancelled = Room._commit, threading.Event()

    def commit_and_cancel(room: Room, client: str, edit: EditIn) -> Done:
        done = commit(room, client, edit)
        loop.call_soon_threadsafe(request.cancel)
        assert cancelled.wait(30)
        return done

    monkeypatch.setattr(Room, "_commit", commit_and_cancel)
    reached: asyncio.Queue[int] = asyncio.Queue()

    def note(_: str, message: dict) -> None:
        if message["kind"] == "reached":
            reached.put_nowait(message["number"])

    await services.hub.subscribe(OPERATIONS.topic(project.id), note)
    loop = asyncio.get_running_loop()
    request = asyncio.create_task(services.rooms.open(project.id).edit("c", edit(set_epochs(3))))
    with pytest.raises(asyncio.CancelledError):
        await request
    cancelled.set()
    assert await asyncio.wait_for(reached.get(), 30) == 1


async def test_a_missing_project_raises_in_every_call(services: Services) -> None:
    room = services.rooms.open("nothere")
    for attempt in (room.state(), room.verdict(), room.edit("c", edit(set_epochs(1)))):
        with pytest.raises(MissingError):
            await attempt


class GatedChecker:
    """A checker that waits at a gate, and records the documents it was asked about."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[str] = asyncio.Queue()
        self.gate = asyncio.Semaphore(0)

    async def verdict(self, document: str) -> Verdict:
        self.asked.put_nowait(document)
        await self.gate.acquire()
        return Verdict(ok=True)


async def test_only_the_newest_revision_is_checked(project: ProjectOut, services: Services) -> None:
    checker = GatedChecker()
    room = Room(project.id, services.hub, checker)  # type: ignore[arg-type]
    revisions: asyncio.Queue[int] = asyncio.Queue()

    def note(_: str, message: dict) -> None:
        if message["kind"] == "checked":
            revisions.put_nowait(message["revision"])

    await services.hub.subscribe(OPERATIONS.topic(project.id), note)
    await room.edit("c", edit(set_epochs(1)))
    await asyncio.wait_for(checker.asked.get(), 30)
    for epochs in range(2, 9):
        await room.edit("c", edit(set_epochs(epochs)))
    checker.gate.release()
    checker.gate.release()
    assert await asyncio.wait_for(revisions.get(), 30) == 1
    assert await asyncio.wait_for(revisions.get(), 30) == 8
    assert checker.asked.qsize() == 1
    assert '"epochs":8' in checker.asked.get_nowait()


async def test_a_verdict_that_was_requested_during_a_check_is_announced(
    project: ProjectOut, services: Services
) -> None:
    """An HTTP request caches the verdict of revision 2 while revision 1 is still checked."""
    gates = [asyncio.Event(), asyncio.Event()]
    started: asyncio.Queue[int] = asyncio.Queue()

    class Checker:
        async def verdict(self, document: str) -> Verdict:
            number = 0 if '"epochs":1' in document else 1
            started.put_nowait(number)
            await gates[number].wait()
            return Verdict(ok=True)

    room = Room(project.id, services.hub, Checker())  # type: ignore[arg-type]
    revisions: asyncio.Queue[int] = asyncio.Queue()
    await services.hub.subscribe(
        OPERATIONS.topic(project.id),
        lambda _, message: (
            message["kind"] == "checked" and revisions.put_nowait(message["revision"])
        ),
    )
    await room.edit("c", edit(set_epochs(1)))
    assert await asyncio.wait_for(started.get(), 30) == 0
    await room.edit("c", edit(set_epochs(2)))
    gates[1].set()
    state, _ = await room.verdict()
    assert state.revision == 2
    gates[0].set()
    assert await asyncio.wait_for(revisions.get(), 30) == 1
    assert await asyncio.wait_for(revisions.get(), 30) == 2


class FailingChecker:
    """A checker that fails `failures` times and then works."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    async def verdict(self, document: str) -> Verdict:
        self.failures -= 1
        if self.failures >= 0:
            raise UnansweredError(problem("checker_slow", seconds=1.0))
        return Verdict(ok=True)


async def test_verdict_asks_again_after_a_checker_failure(
    project: ProjectOut, services: Services
) -> None:
    room = Room(project.id, services.hub, FailingChecker(1))  # type: ignore[arg-type]
    _, verdict = await room.verdict()
    assert [problem.code for problem in verdict.problems] == ["checker_slow"]
    assert (await room.verdict())[1].ok


async def test_a_checker_failure_is_announced_and_asked_again(
    project: ProjectOut, services: Services
) -> None:
    room = Room(project.id, services.hub, FailingChecker(1))  # type: ignore[arg-type]
    verdicts: asyncio.Queue[str] = asyncio.Queue()

    def note(_: str, message: dict) -> None:
        verdicts.put_nowait(message["text"])

    await services.hub.subscribe(OPERATIONS.topic(project.id), note)
    room.ask()
    assert "checker_slow" in await asyncio.wait_for(verdicts.get(), 30)
    assert room.last_verdict() is None
    assert room._checking
    await room._checking
    room.ask()
    assert '"ok":true' in await asyncio.wait_for(verdicts.get(), 30)


async def test_a_revision_committed_while_the_checker_fails_is_checked(
    project: ProjectOut, services: Services
) -> None:
    checker = GatedChecker()
    room = Room(project.id, services.hub, checker)  # type: ignore[arg-type]
    real, failures = checker.verdict, iter([UnansweredError(problem("checker_slow", seconds=1.0))])

    async def verdict(document: str) -> Verdict:
        verdict = await real(document)
        for failure in failures:
            raise failure
        return verdict

    checker.verdict = verdict  # type: ignore[method-assign]
    await room.edit("c", edit(set_epochs(1)))
    await asyncio.wait_for(checker.asked.get(), 30)
    await room.edit("c", edit(set_epochs(2)))
    checker.gate.release()
    checker.gate.release()
    assert '"epochs":2' in await asyncio.wait_for(checker.asked.get(), 30)


async def test_a_verdict_belongs_to_the_state_it_is_returned_with(
    project: ProjectOut, services: Services
) -> None:
    room = services.rooms.open(project.id)
    for count in range(1, 4):
        await room.edit("c", edit(add_node(f"n{count}")))
        state, verdict = await room.verdict()
        assert (state.revision, verdict.totals.nodes) == (count, count)


async def test_the_sweep_announces_what_the_channel_layer_dropped(
    project: ProjectOut, services: Services
) -> None:
    reached: asyncio.Queue[int] = asyncio.Queue()
    topic = OPERATIONS.topic(project.id)
    await services.hub.subscribe(topic, lambda _, message: reached.put_nowait(message["number"]))
    room = Room(project.id, services.hub, services.checker)
    await database.write(room._commit, "c", edit(set_epochs(1)))  # committed, never announced
    await sweep(services.hub)
    assert reached.get_nowait() == 1


async def test_empty_rooms_are_closed_beyond_a_limit(services: Services) -> None:
    rooms = Rooms(services.hub, services.checker)
    first = rooms.open("first")
    for number in range(OPEN_ROOMS):
        rooms.open(f"p{number}")
    assert rooms.open("first") is not first
    rooms.close()
