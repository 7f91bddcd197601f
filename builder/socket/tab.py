"""One browser tab in the room of a project: what it may do, and what it is sent."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from pydantic import BaseModel

from builder import access, database, tasks
from builder.access import MissingError, Need, Visit
from builder.datasets import actions as data_files
from builder.log.hub import Message
from builder.log.log import Log
from builder.log.viewer import Viewer
from builder.models import new_id
from builder.projects.history import OPERATIONS
from builder.projects.people import Seat, free_color
from builder.projects.states import State
from builder.runs import actions as runs
from builder.runs.actions import EVENTS
from builder.services import Services
from builder.socket.incoming import NEEDS, LargeEdit, batch_id
from builder.socket.inside import Inside
from builder.wire.messages import (
    Acknowledge,
    AskVerdict,
    ClientMessage,
    Edit,
    Failed,
    Inspect,
    Join,
    Move,
    Person,
    Presence,
    Unwatch,
    Watch,
    Welcome,
    refused_text,
    welcome_text,
)
from engine.document.operations import Operation, Set
from engine.problems import Problem, problem

GONE = 4404
"""Close code: the project does not exist; the page must not reconnect."""
OVERRUN = 4429
"""Close code: too many unread answers; the page may reconnect and join again."""
REPLAYED = 500
"""A tab that missed more revisions than this is sent the whole document."""

Served: TypeAlias = Edit | LargeEdit | Move | Watch | Unwatch | AskVerdict | Inspect


class Tab:
    """One browser tab on one project; owns its subscriptions and its seat in the room."""

    def __init__(
        self,
        services: Services,
        scope: Any,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[int], None],
    ) -> None:
        self.client = new_id()
        self.services, self.scope, self.close, self._send = services, scope, close, send
        self.address = scope["url_route"]["kwargs"]["id"]
        self.room = services.rooms.open(self.address)
        self.topic = OPERATIONS.topic(self.room.id)
        self.viewer = Viewer(self._send_concealed, lambda: close(OVERRUN))
        self.inside = Inside(services, self.client, self.viewer)
        self.visit: Visit | None = None
        self.seat: Seat | None = None
        self._newest_verdict = -1

    async def leave(self) -> None:
        """Unsubscribe this socket from everything, and announce that it has left."""
        self.viewer.close()
        await self.inside.stop()
        for topic in {self.topic, *self.viewer.topics()}:
            await self.services.hub.unsubscribe(topic, self.on_hub_message)
        if self.seat:
            self.room.members.discard(self.seat)
            await self.seat.leave()

    async def handle(self, message: ClientMessage | LargeEdit) -> None:
        """Handle a message if its sender is permitted to. Raises MissingError, DeniedError."""
        match message:
            case Acknowledge():
                self.viewer.acknowledge(message.messages)
            case Join():
                await self.join(message)
            case _ if self.visit is None or self.seat is None:
                self.fail(problem("not_joined"), batch_id(message))
            case _:
                if need := NEEDS.get(type(message)):
                    self.visit.require(need)
                await self.serve(message, self.seat)

    async def serve(self, message: Served, seat: Seat) -> None:
        """Handle a message whose sender has joined and has the permission."""
        match message:
            case Edit():
                await self.edit(message, message.id)
            case LargeEdit():
                await self.edit(message.content, message.id)
            case Move():
                presence = Presence(**message.model_dump(exclude={"type"}))
                seat.move(presence, len(self.room.members))
            case Watch():
                await self.watch(message)
            case Unwatch():
                await self.unwatch(message)
            case AskVerdict():
                self._show_last_verdict()
                self.room.ask()
            case Inspect():
                assert self.visit is not None
                await self.inside.inspect(message, self.room, self.visit.may(Need.EDIT))

    async def join(self, message: Join) -> None:
        """Enter the room, and send the document or the missed revisions."""
        who = access.visitor(self.scope)
        visit = await access.enter(who, self.address, NEEDS[Join])
        self.visit, self.room = visit, self.services.rooms.open(visit.project)
        self.topic = OPERATIONS.topic(visit.project)
        await self._subscribe(OPERATIONS, self.room.id)
        state = await self.room.state()
        after = _replayed_after(message.revision, state.revision)
        others = [seat.person for seat in self.room.members if seat is not self.seat]
        await self._welcome(visit, state, others, whole=after is None)
        start = state.revision if after is None else after
        self.viewer.follow(OPERATIONS, self.room.id, start, state.revision)
        await self._enter_room(message.name, others)
        self._show_last_verdict()
        self.room.ask()
        self._expect_run(state)

    def _expect_run(self, state: State) -> None:
        """Let the executor get ready for a run, which cannot come from a view-only link."""
        if self.visit and not self.visit.view_only and state.document:
            target = state.document.target
            self.services.runner.expect(target.backend, target.device)

    async def edit(self, batch: Edit | bytes, id: str | None) -> None:
        """Change the document; the log announces it to everybody, refusals go to the sender."""
        done = await self.room.edit(self.client, batch)
        if isinstance(done, list):
            self.fail(done[0], id)
            return
        if done.repeated and done.entry:
            self.viewer.answer(done.entry.text)
        if done.refused != "[]":
            self.viewer.answer(refused_text(done.batch, done.revision, done.refused))
        if isinstance(batch, Edit) and any(_sets_target(each) for each in batch.operations):
            self._expect_run(await self.room.state())

    async def watch(self, message: Watch) -> None:
        """Send a run's events: missed ones, then new ones."""
        who = access.visitor(self.scope)
        if await access.view_run(who, message.run) != self.room.id:
            raise MissingError(problem("no_run", id=message.run))
        await self._subscribe(EVENTS, message.run)
        heads = await database.read(EVENTS.heads, [message.run])
        self.viewer.follow(EVENTS, message.run, message.after, heads.get(message.run, 0))

    async def unwatch(self, message: Unwatch) -> None:
        """Stop sending a run's events."""
        topic = EVENTS.topic(message.run)
        self.viewer.unfollow(topic)
        await self.services.hub.unsubscribe(topic, self.on_hub_message)

    async def _subscribe(self, log: Log[Any], owner: str) -> None:
        """Record announcements of a log, at most until this socket closes."""
        self.viewer.expect(log, owner)
        await self.services.hub.subscribe(log.topic(owner), self.on_hub_message)

    def answer_missing(self, problem: Problem) -> None:
        """Answer that something does not exist; close the socket if it is the project."""
        self.fail(problem)
        if problem.code == "no_project":
            self.close(GONE)

    # --- messages from the hub ----------------------------------------------------------------

    def on_hub_message(self, topic: str, message: Message) -> None:
        """Handle a message from the hub; the viewer sends it later."""
        match message["kind"]:
            case "reached":
                self.viewer.announced(
                    topic, message["number"], message["text"], message["transient"]
                )
            case "checked":
                self._checked(message["revision"], message["text"])
            case "latest" if message.get("from") != self.client:
                self.viewer.send_latest(message["key"], message["text"], message.get("after", ""))
            case "data":
                self.viewer.send_latest(message["key"], message["text"])
                self.room.data_changed()
            case "roll_call" if message["hub"] != self.services.hub.name and self.seat:
                tasks.start(self.seat.show())
            case "gone":
                self.fail(problem("no_project", id=self.address))
                self.close(GONE)

    def _checked(self, revision: int, text: str) -> None:
        if revision >= self._newest_verdict:
            self._newest_verdict = revision
            self.viewer.announced(self.topic, revision, None, transient=False)
            self.viewer.send_latest("checked", text)

    # --- sending ------------------------------------------------------------------------------

    def answer(self, message: BaseModel) -> None:
        """Send a message to this socket only."""
        self.viewer.answer(message.model_dump_json(by_alias=True))

    def fail(self, problem: Problem, id: str | None = None) -> None:
        """Answer that a message could not be handled."""
        self.answer(Failed(problem=problem, id=id))

    async def _send_concealed(self, text: str) -> None:
        """Send a text; every message leaves here, and none names what the visitor may not know."""
        await self._send(self.visit.conceal(text) if self.visit else text)

    async def _welcome(self, visit: Visit, state: State, others: list[Person], whole: bool) -> None:
        message = Welcome(
            client=self.client,
            revision=state.revision,
            view=visit.view,
            view_only=visit.view_only,
            person=visit.who.person or self.room.id,
            document=None,
            people=tuple(others),
            runs=await database.read(runs.every, self.room.id),
            queue=await self.services.runner.queue.shown(self.room.id),
            data=await database.read(data_files.every, self.room.id),
        )
        self.viewer.answer(welcome_text(message, state.text if whole else "null"))

    def _show_last_verdict(self) -> None:
        if (text := self.room.last_verdict()) and self.room.checked:
            self._checked(self.room.checked[0], text)

    async def _enter_room(self, name: str, others: list[Person]) -> None:
        if self.seat is None:
            person = Person(client=self.client, name=name, color=free_color(others))
            self.seat = Seat(self.services.hub, self.topic, person)
            self.room.members.add(self.seat)
        await self.seat.arrive()


def _replayed_after(known: int | None, revision: int) -> int | None:
    """Return the revision after which to replay for a tab at `known`; None: send the document."""
    missing = revision - known if known is not None else -1
    return known if 0 <= missing <= REPLAYED else None


def _sets_target(operation: Operation) -> bool:
    return isinstance(operation, Set) and operation.path[:1] == ("target",)
