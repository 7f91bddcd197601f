"""A shared editing room for each open project: it orders edits, and requests checks.

A room caches its project's parsed document at the newest revision that it has seen. The database
determines the order of edits, so the rooms of several web processes agree.
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
from builder.projects.history import OPERATIONS, batch_to_text, keep_snapshot
from builder.projects.people import Seat
from builder.projects.verdicts import VerdictAt, since, whole
from builder.wire.messages import Checked
from builder.wire.schemas import EditIn, EditOut, Refusal
from engine.check.verdict import Verdict
from engine.document import Document
from engine.document.operations import apply_all
from engine.document.reading import read_stored

logger = logging.getLogger(__name__)

_REFUSALS: TypeAdapter[tuple[Refusal, ...]] = TypeAdapter(tuple[Refusal, ...])

OPEN_ROOMS = 64
"""Empty rooms are closed when there are more rooms than this."""


@dataclass(frozen=True)
class State:
    """A document at a revision, parsed and as text."""

    revision: int
    document: Document
    text: str


@dataclass(frozen=True)
class Done:
    """The result of one batch.

    `entry` is its row in the log, None if nothing was applied; `repeated` means that the batch was
    received and written before.
    """

    answer: EditOut
    state: State
    entry: Entry | None = None
    repeated: bool = False


@dataclass
class Room:
    """One open project in this process.

    `members` are the sockets in it, `checked` is the last verdict, and `_announced` the last one
    that was announced, from which the next announcement gives the difference.
    """

    id: str
    hub: Hub
    checker: Checker
    members: set[Seat] = field(default_factory=set)
    checked: VerdictAt | None = None
    _announced: VerdictAt | None = None
    _state: State | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _checking: asyncio.Task[None] | None = None

    async def edit(self, client: str, edit: EditIn) -> Done:
        """Apply a batch as the next revision and announce it.

        Raises MissingError if the project was deleted, and the database's error if the batch
        could not be saved; in both cases nothing has changed. A committed batch is announced even
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
        """Return the newest document and its verdict. Raises MissingError."""
        state = await self.state()
        try:
            return state, await self._judge(state)
        except UnansweredError as error:
            return state, no_verdict(error)

    def ask(self) -> None:
        """Start checking the newest revision, unless a check is already in progress."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check_newest(), name=f"check-{self.id}")

    def close(self) -> None:
        """Cancel the check in progress."""
        if self._checking:
            self._checking.cancel()

    async def _check_newest(self) -> None:
        """Check until the newest revision has a verdict; revisions in between are skipped."""
        try:
            state = self._state or await self.state()
            while self._announced is None or self._announced[0] < state.revision:
                await self._check_one(state)
                if state is self._state:
                    return
                state = self._state or await self.state()
        except MissingError:
            return
        except Exception:
            logger.exception("Project %s could not be checked", self.id)

    async def _check_one(self, state: State) -> None:
        """Announce the verdict on one revision; a failure of the checker is not cached."""
        try:
            verdict = await self._judge(state)
        except UnansweredError as error:
            await self._announce(whole((state.revision, no_verdict(error))))
            self._announced = None
        else:
            before, self._announced = self._announced, (state.revision, verdict)
            await self._announce(await asyncio.to_thread(since, before, self._announced))

    async def _judge(self, state: State) -> Verdict:
        """Return the verdict on a state, and cache the newest. Raises UnansweredError."""
        if self.checked and self.checked[0] == state.revision:
            return self.checked[1]
        verdict = await self.checker.verdict(state.text)
        if self.checked is None or self.checked[0] < state.revision:
            self.checked = (state.revision, verdict)
        return verdict

    async def _announce(self, checked: Checked) -> None:
        text = checked.model_dump_json(by_alias=True)
        message = {"kind": "checked", "revision": checked.revision, "text": text}
        await self.hub.publish(OPERATIONS.topic(self.id), message)

    def last_verdict(self) -> str | None:
        """Return the last verdict, complete, as a socket sends it."""
        return whole(self.checked).model_dump_json(by_alias=True) if self.checked else None

    # --- on database threads ------------------------------------------------------------------

    def _load(self, revision: int | None = None) -> State:
        """Update the cached document to the newest revision, which the caller may know."""
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
        """Cache a state, unless another thread has cached a newer one."""
        with self._guard:
            if self._state is None or self._state.revision < state.revision:
                self._state = state

    def _commit(self, client: str, edit: EditIn) -> Done:
        with transaction.atomic():
            # PostgreSQL locks the project's row; SQLite has locked the whole database by now.
            project = projects.locked(self.id)
            if before := OperationRow.objects.filter(project=self.id, batch=edit.id).first():
                return self._repeat(before)
            done = self._apply(project, client, edit)
        self._remember(done.state)
        return done

    def _repeat(self, row: OperationRow) -> Done:
        """Return the result of a batch that was received before."""
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
            body=batch_to_text(applied),
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
        """Return the room of a project, whether or not the project exists."""
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
        """Close a room whose project was deleted, or that is empty."""
        if room := self._rooms.pop(id, None):
            room.close()

    def close(self) -> None:
        """Close all rooms."""
        for project in list(self._rooms):
            self.drop(project)
