"""Executes runs: the queue, the workers, and the recording of their events.

Each run that this web process owns is one asyncio task, which outlives the request that started
it. It reads the worker's events, records each in the database, and only then announces it.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Literal

from builder import database
from builder.access import MissingError
from builder.log.hub import Hub, Message
from builder.projects.history import OPERATIONS
from builder.projects.states import State
from builder.reading.reader import Reader
from builder.runs import actions as runs
from builder.runs import checkpoints
from builder.runs.actions import EVENTS, OverError, Recorded
from builder.runs.looks import Looks
from builder.runs.owners import Owner
from builder.runs.pauses import Pauses
from builder.tasks import Tasks
from builder.wire.messages import Inspected, RunChanged, RunRemoved
from builder.wire.schemas import RunOut, StartedFrom
from engine.document.stored import Settings, settings_of
from engine.problems import Problem, problem, sentence
from engine.processes.executors.base import Executor, Handle
from engine.protocol import EndedEvent, Frame, PhaseEvent, RunEvent
from engine.protocol.frames import Look

logger = logging.getLogger(__name__)

When = Literal["now", "epoch"]
RETRIES = (0.1, 1.0, 3.0)
"""Seconds between attempts to record an event, before its run is ended."""
GRACE = 5.0
"""Seconds for recording the last events when the server shuts down."""
PERSISTENCE = 5.0
"""Seconds between attempts to record how a run ended; these never stop."""


class Runner:
    """The runs that this process owns, with their tasks and workers."""

    def __init__(  # noqa: PLR0913
        self,
        hub: Hub,
        reader: Reader,
        executor: Executor,
        owner: Owner,
        at_once: int,
        *,
        keep_paused: float = 600.0,
        resume: bool = False,
    ) -> None:
        self._hub, self._reader, self._executor = hub, reader, executor
        self._owner, self._at_once = owner, at_once
        self._pauses = Pauses(keep_paused, self._park)
        self._resume_lost = resume
        self._queued: deque[str] = deque()
        self._races: dict[str, tuple[str, ...]] = {}
        """The queued runs of a race, by each of them: they start together."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._handles: dict[str, Handle] = {}
        self._pending_stops: dict[str, When] = {}
        self._looks: dict[str, Looks] = {}
        self._background = Tasks()
        self._closing = False

    async def begin(self) -> None:
        """Subscribe to stop requests, and recover runs of dead processes."""
        await self._hub.subscribe(self._topic(self._owner.id), self._on_message)
        await self.recover()

    async def recover(self) -> None:
        """Take over the runs of web processes that have ended."""
        recovered = await database.write(
            runs.recover, self._owner.id, self._owner.alive, self._resume_lost
        )
        for recorded in recovered.recorded:
            await self._announce(recorded)
        self._pauses.without_process.update(recovered.paused)
        self._queued.extend(recovered.waiting)
        self._start_queued()

    async def settings(self, state: State) -> Settings:
        """Return what a document trains with. Raises UnansweredError."""
        document = state.document
        return settings_of(document) if document else await self._reader.settings(state.text)

    async def start(self, project: str, state: State, start: StartedFrom | None = None) -> RunOut:
        """Queue a run of a project's document, perhaps from the checkpoint of another one.

        If the request is cancelled meanwhile, there is either no run, or one that is queued.
        Raises MissingError, UnansweredError.
        """
        return await self._background.finish(self._enqueue(project, state, start))

    async def race(self, project: str, states: Sequence[State]) -> tuple[RunOut, ...]:
        """Queue a run of each document; they start together. All are queued, or none.

        Raises MissingError, UnansweredError.
        """
        return await self._background.finish(self._enqueue_race(project, states))

    async def _enqueue_race(self, project: str, states: Sequence[State]) -> tuple[RunOut, ...]:
        entries = [(state, await self.settings(state)) for state in states]
        recorded = await database.write(runs.create_race, project, entries, self._owner.id)
        for each in recorded:
            await self._announce(each)
        ids = tuple(each.run.id for each in recorded)
        self._races |= dict.fromkeys(ids, ids)
        self._queued.extend(ids)
        self._start_queued()
        return tuple(each.run for each in recorded)

    async def _enqueue(self, project: str, state: State, start: StartedFrom | None) -> RunOut:
        settings = await self.settings(state)
        recorded = await database.write(
            runs.create, project, state, settings, self._owner.id, start
        )
        await self._announce(recorded)
        self._queued.append(recorded.run.id)
        self._start_queued()
        return recorded.run

    async def stop(self, id: str, when: When) -> RunOut:
        """Ask the process owner of a run to stop it. Raises MissingError, OverError."""
        run = await database.read(runs.find, id)
        if run.outcome is not None:
            raise OverError(id)
        await self._ask_to_stop(run.owner, id, when)
        return runs.run_out(run)

    async def pause(self, id: str, kind: Literal["pause", "resume"]) -> RunOut:
        """Ask the process owner of a run to pause it, or to let it go on.

        Raises MissingError, OverError.
        """
        run = await database.read(runs.find, id)
        if run.outcome is not None:
            raise OverError(id)
        await self._hub.publish(self._topic(run.owner), {"kind": kind, "run": id})
        return runs.run_out(run)

    async def abandon(self, going: list[tuple[str, str]]) -> None:
        """Stop runs of a deleted project; `going` holds their ids and process owners."""
        for id, owner in going:
            await self._ask_to_stop(owner, id, "now")

    async def _ask_to_stop(self, owner: str, id: str, when: When) -> None:
        await self._hub.publish(self._topic(owner), {"kind": "stop", "run": id, "when": when})

    async def look(self, id: str, client: str, look: Look, leads: bool) -> None:
        """Show a tab what is inside the model of a run that trains; `leads`: it may edit.

        Frames are published on `runs.frames_topic`. Raises MissingError.
        """
        run = await database.read(runs.find, id)
        if run.outcome is None:
            content = {"client": client, "look": look.model_dump_json(), "leads": leads}
            await self._hub.publish(self._topic(run.owner), {"kind": "look", "run": id, **content})

    async def remove(self, id: str) -> None:
        """Remove a run that has ended. Raises MissingError, OverError."""
        project = await database.write(runs.remove, id)
        await self._publish(project, id, RunRemoved(run=id))

    async def close(self) -> None:
        """End the workers, and record their runs as lost.

        The next web process takes over queued runs, and records what could not be recorded here.
        """
        self._closing = True
        await self._hub.unsubscribe(self._topic(self._owner.id), self._on_message)
        await self._executor.close()
        tasks = [*self._tasks.values(), *self._background.running()]
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._owner.release()

    # --- the queue ----------------------------------------------------------------------------

    def _start_queued(self) -> None:
        """Start queued runs, up to the limit; paused ones make room for them.

        The runs of a race start together, even beyond the limit.
        """
        if self._queued and len(self._tasks) >= self._at_once:
            self._pauses.make_room()
        while self._queued and len(self._tasks) < self._at_once and not self._closing:
            first = self._queued.popleft()
            self._begin(first)
            for run in self._races.get(first, ()):
                if run in self._queued:
                    self._queued.remove(run)
                    self._begin(run)

    def _begin(self, run: str) -> None:
        task = asyncio.create_task(self._execute(run), name=f"run-{run}")
        self._tasks[run] = task
        task.add_done_callback(partial(self._on_done, run))

    def _on_done(self, id: str, _: asyncio.Task[None]) -> None:
        self._tasks.pop(id, None)
        self._races.pop(id, None)
        self._handles.pop(id, None)
        self._looks.pop(id, None)
        if id in self._pauses.to_resume:
            self._pauses.to_resume.discard(id)
            self._background.start(self._resume(id))
        else:
            self._pending_stops.pop(id, None)
        self._start_queued()

    def _on_message(self, _: str, message: Message) -> None:
        """Handle a request, perhaps from another process."""
        match message["kind"]:
            case "stop":
                self._background.start(self._stop(message["run"], message["when"]))
            case "pause":
                if handle := self._handles.get(message["run"]):
                    self._background.start(handle.pause())
            case "resume":
                self._background.start(self._resume(message["run"]))
            case "look" if message["run"] in self._tasks:
                looks = self._looks.setdefault(message["run"], Looks())
                look = Look.model_validate_json(message["look"])
                looks.take(message["client"], look, message["leads"])
                self._background.start(self._show(message["run"]))

    async def _show(self, id: str) -> None:
        """Tell the worker of a run what is looked at."""
        if (handle := self._handles.get(id)) and (looks := self._looks.get(id)):
            await handle.look(looks.together())

    async def _stop(self, id: str, when: When) -> None:
        if id in self._queued:
            self._queued.remove(id)
            generation = await database.read(runs.generation, id)
            await self._end(id, generation, EndedEvent(outcome="stopped"))
        elif id in self._pauses.without_process or id in self._pauses.parking:
            self._pending_stops[id] = when  # another process evaluates and saves the model
            await self._resume(id)
        elif handle := self._handles.get(id):
            await handle.stop(when)
        elif id in self._tasks:
            self._pending_stops[id] = when  # its worker is being started

    async def _resume(self, id: str) -> None:
        """Let a paused run go on: at once if it has a process, else as the first of the queue."""
        if id in self._pauses.without_process:
            self._pauses.without_process.discard(id)
            try:
                generation = await database.read(runs.generation, id)
                await self._record(id, generation, PhaseEvent(phase="queued"))
            except (OverError, MissingError):
                return  # its project was deleted
            self._queued.appendleft(id)
            self._start_queued()
        elif id in self._pauses.parking:
            self._pauses.to_resume.add(id)
        elif handle := self._handles.get(id):
            await handle.resume()

    def _park(self, id: str) -> None:
        """End the process of a paused run, which keeps its checkpoint."""
        if handle := self._handles.get(id):
            self._background.start(handle.abandon())

    # --- one run ------------------------------------------------------------------------------

    async def _execute(self, id: str) -> None:
        """Execute one run; it ends with exactly one `ended` event."""
        started = time.monotonic()
        try:
            generation = await database.read(runs.generation, id)
            last = await self._follow(id, generation)
        except (OverError, MissingError):
            return  # another process has taken it over, or its project was deleted
        except Exception as error:
            logger.exception("Run %s failed on the server", id)
            seconds = time.monotonic() - started
            last = EndedEvent(outcome="killed", problem=_describe(error), seconds=seconds)
        self._pauses.resumed(id)
        if not await self._goes_on_later(id, last):
            await self._end(id, generation, last)

    async def _goes_on_later(self, id: str, last: EndedEvent) -> bool:
        """Whether a run whose process was ended by this one will go on from its checkpoint."""
        if id in self._pauses.parking:
            self._pauses.parking.discard(id)
            self._pauses.without_process.add(id)
            return True
        if not self._closing or last.outcome != "lost":
            return False
        run = await database.read(runs.find, id)
        kept = await database.read(checkpoints.exists, id)
        return kept and (self._resume_lost or run.phase == "paused")

    async def _follow(self, id: str, generation: int) -> EndedEvent:
        """Record the worker's events; return the last one. The worker has exited by then."""
        await self._record(id, generation, PhaseEvent(phase="starting"))
        command = await database.write(runs.command, id)
        handle = self._handles[id] = await self._executor.start(command)
        if when := self._pending_stops.pop(id, None):
            await handle.stop(when)
        await self._show(id)
        events = handle.events()
        try:
            async for event in events:
                if isinstance(event, EndedEvent):
                    return event
                if isinstance(event, Frame):
                    await self._pass_on(id, event)
                    continue
                await self._record(id, generation, event)
                if isinstance(event, PhaseEvent):
                    await self._note_pause(id, event)
        except Exception:
            await handle.stop("now")
            async for _ in events:
                pass
            raise
        detail = sentence("The worker sent no final event.")
        return EndedEvent(outcome="killed", problem=problem("run_broken", detail=detail))

    async def _note_pause(self, id: str, event: PhaseEvent) -> None:
        """Let a paused run keep its process for a while, if it has a checkpoint to go on from."""
        if event.phase != "paused":
            self._pauses.resumed(id)
        elif await database.read(checkpoints.exists, id):
            self._pauses.paused(id)
            self._start_queued()

    async def _record(self, id: str, generation: int, event: RunEvent) -> None:
        """Record an event, with a few retries if the database can't store it."""
        for pause in (*RETRIES, None):
            try:
                recorded = await database.write(runs.record, id, generation, event)
                break
            except Exception as error:
                if pause is None or database.why_not_saved(error) is None:
                    raise
                await asyncio.sleep(pause)
        if recorded:
            await self._announce(recorded)

    async def _end(self, id: str, generation: int, last: EndedEvent) -> None:
        """Record how a run ended, with retries for as long as the disk is full."""
        while True:
            try:
                await self._record(id, generation, last)
            except (OverError, MissingError):
                return
            except Exception as error:
                if database.why_not_saved(error) is None:
                    raise
                logger.error("The end of run %s could not be saved yet: %s", id, error)
                await asyncio.sleep(PERSISTENCE)
            else:
                return

    # --- announcements ------------------------------------------------------------------------

    async def _pass_on(self, id: str, frame: Frame) -> None:
        """Publish a frame, which is never recorded."""
        text = Inspected(run=id, **dict(frame)).model_dump_json(by_alias=True)
        await self._hub.publish(runs.frames_topic(id), {"kind": "frame", "text": text})

    async def _announce(self, recorded: Recorded) -> None:
        run = recorded.run
        await EVENTS.announce(self._hub, run.id, recorded.entry)
        if recorded.summary_changed:
            await self._publish(run.project, run.id, RunChanged(run=run))

    async def _publish(self, project: str, id: str, message: RunChanged | RunRemoved) -> None:
        text = message.model_dump_json(by_alias=True)
        latest = {"kind": "latest", "key": f"run-{id}", "text": text}
        await self._hub.publish(OPERATIONS.topic(project), latest)

    @staticmethod
    def _topic(owner: str) -> str:
        return f"owner-{owner}"


def _describe(error: Exception) -> Problem:
    if why := database.why_not_saved(error):
        return problem("run_unrecorded", why=why)
    return problem("run_broken", detail=repr(error))
