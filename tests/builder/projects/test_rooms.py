"""Rooms: the same order of edits in every process, and checks of the newest revision only."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from builder import database
from builder.access import MissingError
from builder.checking.checker import VerdictText, in_full
from builder.models import Operation, Project
from builder.processes.supervised import UnansweredError
from builder.projects import actions as projects
from builder.projects import rooms, states
from builder.projects.history import OPERATIONS
from builder.projects.rooms import OPEN_ROOMS, Done, Room, Rooms
from builder.services import Services, sweep
from builder.wire.schemas import EditIn, ProjectOut
from engine.check.verdict import Verdict
from engine.document import Document, batches
from engine.document.batches import Applied
from engine.document.operations import OPERATION, apply_all
from engine.problems import Problem, problem
from tests.builder.conftest import ReaderInside, add_node, new_batch, set_epochs


def edit(*operations: object, id: str | None = None) -> EditIn:
    return EditIn(
        id=id or new_batch(),
        base=0,
        operations=tuple(OPERATION.validate_python(operation) for operation in operations),
    )


def content(edit: EditIn) -> bytes:
    """Return a batch in the form in which a large one is applied."""
    return edit.model_dump_json(by_alias=True).encode()


Form = Callable[[EditIn], EditIn | bytes]
FORMS = [pytest.param(lambda edit: edit, id="small"), pytest.param(content, id="large")]


async def replay(project: ProjectOut) -> Document:
    """Return the document that its log leads to."""
    document = project.document
    for row in await database.read(lambda: list(OPERATIONS.rows(project.id, 0))):
        operations = batches.OPERATIONS.validate_json(row.body)
        document, applied, refused = apply_all(document, operations)
        assert len(applied) == len(operations)
        assert refused == []
    return document


@pytest.mark.parametrize("form", FORMS)
async def test_rooms_of_several_processes_agree(
    project: ProjectOut, services: Services, form: Form
) -> None:
    rooms = [Room(project.id, services.hub, services.checker, services.reader) for _ in range(3)]
    await asyncio.gather(
        *(
            room.edit(f"c{number}", form(edit(add_node(f"n{number}x{step}"), set_epochs(step + 1))))
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
    assert states[0].document == await replay(project)
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


@pytest.mark.parametrize("form", FORMS)
async def test_a_batch_sent_to_several_processes_is_applied_once(
    project: ProjectOut, services: Services, form: Form
) -> None:
    rooms = [Room(project.id, services.hub, services.checker, services.reader) for _ in range(4)]
    same = form(edit(add_node("n1"), set_epochs("many")))
    results = await asyncio.gather(*(room.edit("c", same) for room in rooms))
    answers = {(result.revision, result.refused) for result in results}
    assert len(answers) == 1
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
        patch.setattr(rooms, "keep_snapshot", lambda _: 1 / 0)
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

    def commit_and_cancel(*arguments: Any) -> Done | None:
        done = commit(*arguments)
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


async def test_a_large_batch_is_applied_to_what_another_process_committed_meanwhile(
    project: ProjectOut, services: Services
) -> None:
    class SlowReader(ReaderInside):
        """A reader during whose first edit another process commits one."""

        bases: list[str] = []

        async def edit(self, document: str, batch: bytes) -> Applied | list[Problem]:
            if not self.bases:
                await services.rooms.open(project.id).edit("other", edit(add_node("theirs")))
            self.bases.append(document)
            return await super().edit(document, batch)

    reader = SlowReader(30)
    room = Room(project.id, services.hub, services.checker, reader)
    done = await room.edit("c", content(edit(add_node("ours"))))
    assert isinstance(done, Done)
    assert done.revision == len(reader.bases) == 2
    document = json.loads((await room.state()).text)
    assert [node["id"] for node in document["graphs"][0]["nodes"]] == ["theirs", "ours"]
    room.close()


async def test_a_large_document_is_parsed_by_the_reader_only(
    project: ProjectOut, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "LARGE", 10)
    monkeypatch.setattr(states, "read_stored", lambda _: 1 / 0)
    monkeypatch.setattr(rooms, "apply_batch", lambda *_: 1 / 0)
    room = Room(project.id, services.hub, services.checker, services.reader)
    for revision in (1, 2):
        done = await room.edit("c", edit(set_epochs(revision)))
        assert isinstance(done, Done)
        assert (done.revision, (await room.state()).document) == (revision, None)
    assert '"epochs":2' in (await room.state()).text
    room.close()


async def test_a_malformed_large_batch_is_refused(project: ProjectOut, services: Services) -> None:
    room = services.rooms.open(project.id)
    answer = await room.edit("c", b'{"type": "move", "selection": []}')
    assert isinstance(answer, list)
    assert {problem.code for problem in answer} == {"bad_request"}
    assert (await room.state()).revision == 0


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

    async def verdict(self, _: str, __: int, document: str, *___: object) -> VerdictText:
        self.asked.put_nowait(document)
        await self.gate.acquire()
        return in_full(Verdict(ok=True))


async def test_only_the_newest_revision_is_checked(project: ProjectOut, services: Services) -> None:
    checker = GatedChecker()
    room = Room(project.id, services.hub, checker, services.reader)  # type: ignore[arg-type]
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
        async def verdict(self, _: str, __: int, document: str, *___: object) -> VerdictText:
            number = 0 if '"epochs":1' in document else 1
            started.put_nowait(number)
            await gates[number].wait()
            return in_full(Verdict(ok=True))

    room = Room(project.id, services.hub, Checker(), services.reader)  # type: ignore[arg-type]
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

    async def verdict(self, _: str, __: int, document: str, *___: object) -> VerdictText:
        self.failures -= 1
        if self.failures >= 0:
            raise UnansweredError(problem("checker_slow", seconds=1.0))
        return in_full(Verdict(ok=True))


async def test_verdict_asks_again_after_a_checker_failure(
    project: ProjectOut, services: Services
) -> None:
    room = Room(project.id, services.hub, FailingChecker(1), services.reader)  # type: ignore[arg-type]
    _, verdict = await room.verdict()
    assert [error["code"] for error in json.loads(verdict.errors)] == ["checker_slow"]
    assert (await room.verdict())[1].ok


async def test_a_checker_failure_is_announced_and_asked_again(
    project: ProjectOut, services: Services
) -> None:
    room = Room(project.id, services.hub, FailingChecker(1), services.reader)  # type: ignore[arg-type]
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
    room = Room(project.id, services.hub, checker, services.reader)  # type: ignore[arg-type]
    real, failures = checker.verdict, iter([UnansweredError(problem("checker_slow", seconds=1.0))])

    async def fail_once(*arguments: Any) -> VerdictText:
        verdict = await real(*arguments)
        for failure in failures:
            raise failure
        return verdict

    checker.verdict = fail_once  # type: ignore[method-assign]
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
        nodes = json.loads(verdict.text)["totals"]["nodes"]
        assert (state.revision, nodes) == (count, count)


async def test_the_sweep_announces_what_the_channel_layer_dropped(
    project: ProjectOut, services: Services
) -> None:
    reached: asyncio.Queue[int] = asyncio.Queue()
    topic = OPERATIONS.topic(project.id)
    await services.hub.subscribe(topic, lambda _, message: reached.put_nowait(message["number"]))
    room = Room(project.id, services.hub, services.checker, services.reader)
    await room._edit("c", edit(set_epochs(1)))  # committed, never announced
    await sweep(services.hub)
    assert reached.get_nowait() == 1


async def test_empty_rooms_are_closed_beyond_a_limit(services: Services) -> None:
    rooms = Rooms(services.hub, services.checker, services.reader)
    first = rooms.open("first")
    for number in range(OPEN_ROOMS):
        rooms.open(f"p{number}")
    assert rooms.open("first") is not first
    rooms.close()
