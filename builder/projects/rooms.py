"""A shared editing room for each open project: it orders edits, and requests checks.

A room caches its project's document at the newest revision that it has seen. The database
determines the order of edits, so the rooms of several web processes agree.
"""

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from django.db import transaction

from builder import database, tasks
from builder.access import MissingError
from builder.checking.checker import Checker, VerdictText, in_full, no_verdict
from builder.datasets import actions as data_files
from builder.datasets.actions import DataSetFields
from builder.log.hub import Hub
from builder.log.log import Entry
from builder.models import Operation as OperationRow
from builder.models import Project
from builder.processes.supervised import UnansweredError
from builder.projects import actions as projects
from builder.projects.history import OPERATIONS, keep_snapshot
from builder.projects.people import Seat
from builder.projects.states import State, after, of_row, on_backend, upgraded
from builder.projects.verdicts import complete, since_base
from builder.reading.reader import Reader
from engine.document.batches import Applied, Batch, apply_batch
from engine.problems import Problem

logger = logging.getLogger(__name__)

Apply: TypeAlias = Callable[[State], Applied | None]
"""Applies a batch to a state; None if it can't be applied in this way."""

OPEN_ROOMS = 64
"""Empty rooms are closed when there are more rooms than this."""


@dataclass(frozen=True)
class Done:
    """The result of a batch, by its id: the revision that it made, or else the present one.

    `refused` is a JSON list. `entry` is its row in the log, None if nothing was applied;
    `repeated` means that the batch was received and written before.
    """

    batch: str
    revision: int
    refused: str
    entry: Entry | None = None
    repeated: bool = False


@dataclass
class Room:
    """One open project in this process.

    `members` are the sockets in it, `checked` is the last verdict with its revision, `_checked_on`
    the project's data sets at that time, and `_announced` the revision of the last verdict that was
    announced, from which the next announcement gives the difference. `_changes` counts changes of
    the data sets.
    """

    id: str
    hub: Hub
    checker: Checker
    reader: Reader
    members: set[Seat] = field(default_factory=set)
    checked: tuple[int, VerdictText] | None = None
    _checked_on: DataSetFields | None = None
    _changes: int = 0
    _announced: int | None = None
    _state: State | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _editing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _checking: asyncio.Task[None] | None = None

    async def edit(self, client: str, batch: Batch | bytes) -> Done | list[Problem]:
        """Apply a batch as the next revision and announce it.

        A large batch is given as bytes, which the reader parses and applies, or finds to be
        malformed: that alone is answered with problems. Raises MissingError if the project was
        deleted, UnansweredError if the reader could not apply it, and the database's error if it
        could not be saved; then nothing has changed. A committed batch is announced even when the
        caller is cancelled.
        """
        return await tasks.finish(self._edit_and_announce(client, batch))

    async def _edit_and_announce(self, client: str, batch: Batch | bytes) -> Done | list[Problem]:
        async with self._editing:
            done = await self._edit(client, batch)
        if isinstance(done, Done) and done.entry and not done.repeated:
            await OPERATIONS.announce(self.hub, self.id, done.entry)
            self.ask()
        return done

    async def _edit(self, client: str, batch: Batch | bytes) -> Done | list[Problem]:
        """Apply a batch here, or in the reader if it or the document is large."""
        if isinstance(batch, Batch):
            if done := await database.write(self._commit, client, batch.id, _apply_to(batch)):
                return done
            batch = batch.model_dump_json(by_alias=True).encode()
        while True:
            state = await self.state()
            applied = await self.reader.edit(state.text, batch)
            if isinstance(applied, list):
                return applied
            only = _applied_to(state, applied)
            if done := await database.write(self._commit, client, applied.batch, only):
                return done
            # Another process has made a revision meanwhile: apply the batch to that one.

    async def state(self) -> State:
        """Return the document at its newest revision. Raises MissingError, UnansweredError."""
        state = await upgraded(await database.read(self._load), self.reader)
        self._remember(state)
        return state

    async def verdict(self) -> tuple[State, VerdictText]:
        """Return the newest document and its verdict. Raises MissingError."""
        state = await self.state()
        try:
            return state, await self._verdict_on(state)
        except UnansweredError as error:
            return state, in_full(no_verdict(error))

    async def on_backends(self, backends: Sequence[str]) -> list[State]:
        """Return the newest document on each of some backends.

        Raises MissingError, UnansweredError.
        """
        state = await self.state()
        return [await on_backend(state, backend, self.reader) for backend in backends]

    async def verdict_on(self, state: State) -> VerdictText:
        """Return the verdict on a state that is no revision of the project."""
        sets = await database.read(data_files.data_sets, self.id)
        try:
            # Under a name of its own: the checker keeps the last verdict on each project.
            return await self.checker.verdict(f"{self.id} apart", 0, state.text, None, sets)
        except UnansweredError as error:
            return in_full(no_verdict(error))

    def ask(self) -> None:
        """Start checking the newest revision, unless a check is already in progress."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check_newest(), name=f"check-{self.id}")

    def data_changed(self) -> None:
        """Check again, because the data sets of the project have changed."""
        self._changes += 1
        self._announced = None
        self.ask()

    def close(self) -> None:
        """Cancel the check in progress."""
        if self._checking:
            self._checking.cancel()

    async def _check_newest(self) -> None:
        """Check until the newest revision has a verdict; revisions in between are skipped."""
        try:
            state = self._state or await self.state()
            while self._announced is None or self._announced < state.revision:
                changes = self._changes
                await self._check_one(state)
                if changes != self._changes:
                    self._announced = None
                elif state is self._state:
                    return
                state = self._state or await self.state()
        except MissingError:
            return
        except Exception:
            logger.exception("Project %s could not be checked", self.id)

    async def _check_one(self, state: State) -> None:
        """Announce the verdict on one revision; a failure of the checker is not cached."""
        try:
            verdict = await self._verdict_on(state)
        except UnansweredError as error:
            await self._announce(state.revision, in_full(no_verdict(error)))
            self._announced = None
        else:
            await self._announce(state.revision, verdict)
            self._announced = state.revision

    async def _verdict_on(self, state: State) -> VerdictText:
        """Return the verdict on a state, and cache the newest. Raises UnansweredError."""
        sets = await database.read(data_files.data_sets, self.id)
        if self.checked and self.checked[0] == state.revision and self._checked_on == sets:
            return self.checked[1]
        verdict = await self.checker.verdict(
            self.id, state.revision, state.text, self._announced, sets
        )
        if self.checked is None or self.checked[0] <= state.revision:
            self.checked, self._checked_on = (state.revision, verdict), sets
        return verdict

    async def _announce(self, revision: int, verdict: VerdictText) -> None:
        told = verdict.base == self._announced
        text = since_base(revision, verdict) if told else complete(revision, verdict)
        message = {"kind": "checked", "revision": revision, "text": text}
        await self.hub.publish(OPERATIONS.topic(self.id), message)

    def last_verdict(self) -> str | None:
        """Return the last verdict, complete, as a socket sends it."""
        return complete(*self.checked) if self.checked else None

    # --- on database threads ------------------------------------------------------------------

    def _load(self, revision: int | None = None) -> State:
        """Update the cached document to the newest revision, which the caller may know."""
        known = self._state
        if revision is None:
            rows = Project.objects.filter(pk=self.id)
            revision = rows.values_list("revision", flat=True).first()
        if known is None or known.revision != revision:
            known = of_row(projects.find(self.id))
            if known.current:
                self._remember(known)
        return known

    def _remember(self, state: State) -> None:
        """Cache a state, unless another thread has cached a newer one."""
        with self._guard:
            if self._state is None or self._state.revision < state.revision:
                self._state = state

    def _commit(self, client: str, id: str, apply: Apply) -> Done | None:
        """Write a batch that `apply` applies to the newest revision; None if it can't."""
        with transaction.atomic():
            # PostgreSQL locks the project's row; SQLite has locked the whole database by now.
            project = projects.locked(self.id)
            if before := OperationRow.objects.filter(project=self.id, batch=id).first():
                entry = OPERATIONS.entry(before)
                return Done(id, before.revision, before.refused, entry, repeated=True)
            applied = apply(self._load(project.revision))
            if applied is None:
                return None
            if not applied.changed:
                return Done(id, project.revision, applied.refused)
            row = self._write(project, client, applied)
        self._remember(after(applied, row.revision))
        return Done(id, row.revision, applied.refused, OPERATIONS.entry(row))

    def _write(self, project: Project, client: str, applied: Applied) -> OperationRow:
        """Store what a batch has made, in the present transaction."""
        fields = {"batch": applied.batch, "client": client, "body": applied.operations}
        (row,) = OPERATIONS.append(project, fields | {"refused": applied.refused})
        project.name, project.document, project.layers = applied.name, applied.text, applied.layers
        project.save(update_fields=["revision", "name", "document", "layers", "updated"])
        keep_snapshot(project)
        return row


def _apply_to(batch: Batch) -> Apply:
    """Return a function that applies a batch in this process, to documents that are not large."""
    return lambda state: apply_batch(state.document, batch) if state.document else None


def _applied_to(base: State, applied: Applied) -> Apply:
    """Return a function that takes what the reader has made of `base`, if that is the newest."""
    return lambda state: applied if state.revision == base.revision else None


class Rooms:
    """The rooms of this process, by project."""

    def __init__(self, hub: Hub, checker: Checker, reader: Reader) -> None:
        self._hub, self._checker, self._reader = hub, checker, reader
        self._rooms: OrderedDict[str, Room] = OrderedDict()

    def open(self, id: str) -> Room:
        """Return the room of a project, whether or not the project exists."""
        room = self._rooms.get(id) or Room(id, self._hub, self._checker, self._reader)
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
