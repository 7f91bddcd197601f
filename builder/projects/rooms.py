"""One room per open project: it orders the operations, and asks for checks.

A room owns its project's document in memory: parsed, at the revision it was last seen at. The
database decides the order, so that rooms of several web processes agree.
"""

import asyncio
import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from django.db import transaction
from pydantic import TypeAdapter

from builder import database, tasks
from builder.access import MissingError
from builder.checking.checker import Checker, no_verdict
from builder.log.hub import Hub
from builder.log.log import Entry
from builder.models import Operation as OperationRow
from builder.models import Project
from builder.processes.supervised import UnansweredError
from builder.projects import actions as projects
from builder.projects.history import BATCH, OPERATIONS, keep_snapshot
from builder.projects.people import Seat
from builder.projects.verdicts import Said, since, whole
from builder.wire.messages import Judged
from builder.wire.schemas import EditIn, EditOut, Refusal
from engine.check.verdict import Verdict
from engine.document import Document
from engine.document.operations import apply_all
from engine.document.reading import read_stored

logger = logging.getLogger(__name__)

_REFUSALS: TypeAdapter[tuple[Refusal, ...]] = TypeAdapter(tuple[Refusal, ...])

OPEN_ROOMS = 64
"""Rooms nobody sits in are kept up to this number, for whoever comes back."""


@dataclass(frozen=True)
class State:
    """A document at its revision, parsed and as text."""

    revision: int
    document: Document
    text: str


@dataclass(frozen=True)
class Done:
    """What one batch came to. `entry` is its row in the log, None when nothing was applied;
    `repeated` means that it was written when the batch came before.
    """

    answer: EditOut
    state: State
    entry: Entry | None = None
    repeated: bool = False


@dataclass
class Room:
    """One project as this process knows it. `members` are the sockets that sit in it, `judged`
    the last verdict, and `_told` the last that was announced: the next is told as its changes.
    """

    id: str
    hub: Hub
    checker: Checker
    members: set[Seat] = field(default_factory=set)
    judged: Said | None = None
    _told: Said | None = None
    _state: State | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _judging: asyncio.Task[None] | None = None

    async def edit(self, client: str, edit: EditIn) -> Done:
        """Apply a batch as the next revision and tell everybody.

        Raises MissingError when the project is gone, and what the database raises when the
        batch could not be saved; then nothing has changed. A committed batch is announced even
        when the caller is cancelled.
        """
        return await tasks.finish(self._commit_and_announce(client, edit))

    async def _commit_and_announce(self, client: str, edit: EditIn) -> Done:
        done = await database.write(self._commit, client, edit)
        if done.entry and not done.repeated:
            await OPERATIONS.announce(self.hub, self.id, done.entry)
            self.ask()
        return done

    async def state(self) -> State:
        """Return the document at its newest revision. Raises MissingError."""
        return await database.read(self._load)

    async def verdict(self) -> tuple[State, Verdict]:
        """Return the newest document with what the checker says of it. Raises MissingError."""
        state = await self.state()
        if self.judged and self.judged[0] == state.revision:
            return state, self.judged[1]
        try:
            verdict = await self.checker.judge(state.text)
        except UnansweredError as error:
            return state, no_verdict(error)
        self._judge(state, verdict)
        return state, verdict

    def ask(self) -> None:
        """Have the newest revision checked; asking again meanwhile costs nothing."""
        if self._judging is None or self._judging.done():
            self._judging = asyncio.create_task(self._keep_judging(), name=f"judge-{self.id}")

    def close(self) -> None:
        """Ask for nothing more."""
        if self._judging:
            self._judging.cancel()

    async def _keep_judging(self) -> None:
        """Check until the newest revision is judged: revisions in between are left out."""
        try:
            state = self._state or await self.state()
            while self.judged is None or self.judged[0] < state.revision:
                await self._judge_once(state)
                if state is self._state:
                    return
                state = self._state or await self.state()
        except MissingError:
            return
        except Exception:
            logger.exception("Project %s could not be checked", self.id)

    async def _judge_once(self, state: State) -> None:
        """Announce the verdict on one revision; a checker that fails gives none that is kept."""
        try:
            verdict = await self.checker.judge(state.text)
        except UnansweredError as error:
            await self._announce(whole((state.revision, no_verdict(error))))
            self._told = None
        else:
            self._judge(state, verdict)
            before, self._told = self._told, (state.revision, verdict)
            await self._announce(await asyncio.to_thread(since, before, self._told))

    def _judge(self, state: State, verdict: Verdict) -> None:
        if self.judged is None or self.judged[0] < state.revision:
            self.judged = (state.revision, verdict)

    async def _announce(self, judged: Judged) -> None:
        text = judged.model_dump_json(by_alias=True)
        message = {"kind": "judged", "revision": judged.revision, "text": text}
        await self.hub.publish(OPERATIONS.topic(self.id), message)

    def judgement(self) -> str | None:
        """Return the last verdict, whole, as a socket sends it."""
        return whole(self.judged).model_dump_json(by_alias=True) if self.judged else None

    # --- on database threads ------------------------------------------------------------------

    def _load(self, revision: int | None = None) -> State:
        """Bring the document in memory to the newest revision, which the caller may know."""
        known = self._state
        if revision is None:
            rows = Project.objects.filter(pk=self.id)
            revision = rows.values_list("revision", flat=True).first()
        if known is None or known.revision != revision:
            row = projects.find(self.id)
            document = read_stored(row.document)
            known = State(row.revision, document, projects.to_text(document))
            self._remember(known)
        return known

    def _remember(self, state: State) -> None:
        """Keep a state, unless another thread has meanwhile kept a newer one."""
        with self._guard:
            if self._state is None or self._state.revision < state.revision:
                self._state = state

    def _commit(self, client: str, edit: EditIn) -> Done:
        with transaction.atomic():
            # Locks the project where the database can; SQLite has locked everything by now.
            project = projects.locked(self.id)
            if before := OperationRow.objects.filter(project=self.id, batch=edit.id).first():
                return self._again(before)
            done = self._apply(project, client, edit)
        self._remember(done.state)
        return done

    def _again(self, row: OperationRow) -> Done:
        """Return what a batch came to that was sent twice."""
        refused = _REFUSALS.validate_json(row.refused)
        answer = EditOut(revision=row.revision, refused=refused)
        return Done(answer, self._load(), OPERATIONS.entry(row), repeated=True)

    def _apply(self, project: Project, client: str, edit: EditIn) -> Done:
        state = self._load(project.revision)
        document, applied, bad = apply_all(state.document, edit.operations)
        refused = tuple(Refusal(index=index, problem=problem) for index, problem in bad)
        if not applied:
            return Done(EditOut(revision=state.revision, refused=refused), state)
        row = OPERATIONS.append(
            project,
            batch=edit.id,
            client=client,
            body=BATCH.dump_json(tuple(applied), by_alias=True).decode(),
            refused=_REFUSALS.dump_json(refused).decode(),
        )
        new = State(row.revision, document, projects.to_text(document))
        project.name, project.document = document.name, new.text
        project.layers = projects.layers(document)
        project.save(update_fields=["revision", "name", "document", "layers", "updated"])
        keep_snapshot(project)
        answer = EditOut(revision=row.revision, refused=refused)
        return Done(answer, new, OPERATIONS.entry(row))


class Rooms:
    """The rooms of this process, by project."""

    def __init__(self, hub: Hub, checker: Checker) -> None:
        self._hub, self._checker = hub, checker
        self._rooms: OrderedDict[str, Room] = OrderedDict()

    def open(self, id: str) -> Room:
        """Return the room of a project, which may turn out not to exist."""
        room = self._rooms.get(id) or Room(id, self._hub, self._checker)
        self._rooms[id] = room
        self._rooms.move_to_end(id)
        for other in list(self._rooms.values()):
            if len(self._rooms) <= OPEN_ROOMS:
                break
            if not other.members and other is not room:
                self.drop(other.id)
        return room

    def drop(self, id: str) -> None:
        """Forget a room: its project is gone, or nobody has been in it for long."""
        if room := self._rooms.pop(id, None):
            room.close()

    def close(self) -> None:
        """Forget every room."""
        for project in list(self._rooms):
            self.drop(project)
