"""Executes runs: starts their workers, follows them, and passes requests on.

Each run that this web process executes is one asyncio task, which outlives the request that started
it and records the worker's events (following.py).
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Literal

from builder import database
from builder.access import MissingError
from builder.log.hub import Hub, Message
from builder.models import Run, new_id
from builder.projects.states import State
from builder.reading.reader import Reader
from builder.runs import actions as runs
from builder.runs import checkpoints, commands, recovering, stops, waiting
from builder.runs.actions import OverError, Recorded, Request
from builder.runs.following import follow
from builder.runs.living import Living
from builder.runs.looks import Looks
from builder.runs.owners import Owner
from builder.runs.pauses import Pauses
from builder.runs.queue import Queue
from builder.runs.recording import Recorder, describe
from builder.runs.stops import Stops
from builder.tasks import Tasks
from builder.wire.messages import RunRemoved
from builder.wire.schemas import RunOut
from engine.document.stored import Settings, settings_of
from engine.processes.executors.base import Executor, Handle, LetGoError
from engine.protocol import EndedEvent, PhaseEvent, When
from engine.protocol.frames import Look

logger = logging.getLogger(__name__)

REMEMBERED = 1_000
"""Requests by whose ids repeated ones are recognised."""
GRACE = 5.0
"""Seconds for recording the last events when the server shuts down."""


class Runner:
    """The runs that this process executes, with their tasks and workers."""

    def __init__(  # noqa: PLR0913
        self,
        hub: Hub,
        reader: Reader,
        executor: Executor,
        owner: Owner,
        queue: Queue,
        *,
        keep_paused: float = 600.0,
        resume: bool = False,
    ) -> None:
        self._hub, self._reader, self._executor = hub, reader, executor
        self._log = Recorder(hub, queue.tell)
        self._owner, self.queue = owner, queue
        self._pauses = Pauses(keep_paused, self._park)
        self._resume_lost, self._living = resume, Living(executor)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._handles: dict[str, Handle] = {}
        self._stops = Stops()
        self._looks: dict[str, Looks] = {}
        self._asked: deque[str] = deque(maxlen=REMEMBERED)
        self._background = Tasks()
        self._closing = False

    async def begin(self) -> None:
        """Subscribe to stop requests, and recover runs of dead processes.

        Where workers may have outlived theirs, that is done in the background: to find them may
        take long.
        """
        await self._hub.subscribe(self._topic(self._owner.id), self._on_message)
        if self._executor.outlived:
            self._background.start(self.recover())
        else:
            await self.recover()

    async def recover(self) -> None:
        """Take over the runs of web processes that have ended, and start what waits."""
        before = await database.read(recovering.ended_owners, self._owner.alive)
        living = await self._living.ask()
        if self._closing:
            return
        recovered = await database.write(
            recovering.recover, self._owner.id, before, self._resume_lost, living
        )
        for recorded in recovered.recorded:
            await self._log.announce(recorded)
        for run in recovered.living:
            self._begin(run, again=True)
        if living:
            for worker in await database.read(recovering.unwanted, living):
                await self._executor.forget(worker)
        await self._stop_overlooked()
        self._start_next()

    async def _stop_overlooked(self) -> None:
        """Stop the runs for which that was asked in a message that nobody has read."""
        for run in await database.read(stops.untold, tuple(self._handles)):
            await self._stop(run)
        for run in await database.read(stops.without_process):
            await self._requeue(run)

    async def settings(self, state: State) -> Settings:
        """Return what a document trains with. Raises UnansweredError."""
        document = state.document
        return settings_of(document) if document else await self._reader.settings(state.text)

    async def start(self, project: str, state: State, request: Request | None = None) -> RunOut:
        """Queue a run of a project's document, perhaps from the checkpoint of another one.

        If the request is cancelled meanwhile, there is either no run, or one that is queued.
        Raises MissingError, UnansweredError.
        """
        return await self._background.finish(self._enqueue(project, state, request or Request()))

    async def race(
        self, project: str, states: Sequence[tuple[State, Request]]
    ) -> tuple[RunOut, ...]:
        """Queue a run of each document; they start together. All are queued, or none.

        Raises MissingError, UnansweredError.
        """
        return await self._background.finish(self._enqueue_race(project, states))

    async def _enqueue_race(
        self, project: str, states: Sequence[tuple[State, Request]]
    ) -> tuple[RunOut, ...]:
        entries = [(state, await self.settings(state), request) for state, request in states]
        recorded = await database.write(runs.create_race, project, entries, self._owner.id)
        for each in recorded:
            await self._log.announce(each)
        self._start_next()
        return tuple(each.run for each in recorded)

    async def _enqueue(self, project: str, state: State, request: Request) -> RunOut:
        settings = await self.settings(state)
        owner = self._owner.id
        recorded = await database.write(runs.create, project, state, settings, owner, request)
        await self._log.announce(recorded)
        self._start_next()
        return recorded.run

    async def stop(self, id: str, when: When) -> RunOut:
        """Stop a run, or ask its process owner to. Raises MissingError, OverError."""
        run = await database.read(runs.find, id)
        if run.outcome is not None:
            raise OverError(id)
        if not await self._queued_or_ended(await database.write(waiting.stop, id, when)):
            await self._tell(run.owner, "stop", id)
        return await database.read(runs.get, id)

    async def pause(self, id: str, kind: Literal["pause", "resume"]) -> RunOut:
        """Pause a run, or let it go on: at once if it has a process, else in its turn.

        Raises MissingError, OverError.
        """
        run = await database.read(runs.find, id)
        if run.outcome is not None:
            raise OverError(id)
        if kind == "pause" or not await self._queued_or_ended(
            await database.write(waiting.requeue, id)
        ):
            await self._tell(run.owner, kind, id)
        return await database.read(runs.get, id)

    async def move(self, id: str, person: str, place: int) -> None:
        """Move a waiting run among those of its person. Raises MissingError, NotWaitingError."""
        await database.write(waiting.move, id, person, place)
        run = await database.read(runs.find, id)
        self._start_next()
        self.queue.tell(run.project_id)

    async def _queued_or_ended(self, recorded: Recorded | None) -> bool:
        """Announce what was done to a run without a process; False if nothing was."""
        if recorded:
            await self._log.announce(recorded)
            self._start_next()
        return recorded is not None

    async def abandon(self, going: list[tuple[str, str]]) -> None:
        """Stop runs of a deleted project; `going` holds their ids and process owners."""
        for id, owner in going:
            await self._tell(owner, "stop", id)

    async def _tell(self, owner: str, kind: str, run: str, **content: object) -> None:
        """Ask the process owner of a run for something."""
        message = {"kind": kind, "run": run, "id": new_id(), **content}
        await self._hub.publish(self._topic(owner), message)

    async def look(self, id: str, client: str, look: Look, leads: bool) -> None:
        """Show a tab what is inside the model of a run that trains; `leads`: it may edit.

        Frames are published on `runs.frames_topic`. Raises MissingError.
        """
        run = await database.read(runs.find, id)
        if run.outcome is None:
            content = {"client": client, "look": look.model_dump_json(), "leads": leads}
            await self._tell(run.owner, "look", id, **content)

    async def remove(self, id: str) -> None:
        """Remove a run that has ended. Raises MissingError, OverError."""
        project = await database.write(runs.remove, id)
        await self._log.publish(project, id, RunRemoved(run=id))

    def expect(self, backend: str, device: str) -> None:
        """Get ready for a run on a backend and a device, which may never come."""
        self._executor.expect(backend, device)

    async def close(self) -> int:
        """End the workers, and record their runs as lost; or let them go on, and return how many.

        The next web process takes over queued runs, and records what could not be recorded here.
        """
        self._closing = True
        going = len(self._tasks) if self._executor.outlived else 0
        await self.queue.close()
        await self._hub.unsubscribe(self._topic(self._owner.id), self._on_message)
        await self._executor.close()
        tasks = [*self._tasks.values(), *self._background.running()]
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._owner.release()
        return going

    # --- starting and stopping ----------------------------------------------------------------

    def _start_next(self) -> None:
        """Start the runs that are next and find room; a paused one makes room for them."""
        self._background.start(self._claim())

    async def _claim(self) -> None:
        if self._closing:
            return
        claimed = await self.queue.claim(tuple(self._tasks))
        if self._closing:
            return  # the next web process starts them
        for told in claimed.told:
            await self._log.announce(told)
        for run in claimed.started:
            self._begin(run)
        if claimed.park:
            paused, owner = claimed.park
            await self._tell(owner, "park", paused)

    def _begin(self, run: str, again: bool = False) -> None:
        task = asyncio.create_task(self._execute(run, again), name=f"run-{run}")
        self._tasks[run] = task
        task.add_done_callback(partial(self._on_done, run))

    def _on_done(self, id: str, _: asyncio.Task[None]) -> None:
        self._tasks.pop(id, None)
        self._handles.pop(id, None)
        self._looks.pop(id, None)
        self._stops.forget(id)
        if id in self._pauses.to_resume:
            self._pauses.to_resume.discard(id)
            self._background.start(self._requeue(id))
        else:
            self._start_next()

    def _on_message(self, _: str, message: Message) -> None:
        """Handle a request, perhaps from another process; the channel layer may repeat it."""
        if message["id"] in self._asked:
            return
        self._asked.append(message["id"])
        match message["kind"]:
            case "stop":
                self._background.start(self._stop(message["run"]))
            case "pause":
                if handle := self._handles.get(message["run"]):
                    self._background.start(handle.pause())
            case "resume":
                self._background.start(self._resume(message["run"]))
            case "park":
                self._pauses.make_room(message["run"])
            case "look" if message["run"] in self._tasks:
                looks = self._looks.setdefault(message["run"], Looks())
                look = Look.model_validate_json(message["look"])
                looks.take(message["client"], look, message["leads"])
                self._background.start(self._show(message["run"]))

    async def _show(self, id: str) -> None:
        """Tell the worker of a run what is looked at."""
        if (handle := self._handles.get(id)) and (looks := self._looks.get(id)):
            await handle.look(looks.together())

    async def _stop(self, id: str) -> None:
        """Tell a run's process to stop; one whose process is being ended gets another for that."""
        if id in self._pauses.parking:
            self._pauses.to_resume.add(id)
        elif handle := self._handles.get(id):
            await self._stops.tell(id, handle)
        elif id not in self._tasks:  # else it is told once it is there
            await self._requeue(id)

    async def _resume(self, id: str) -> None:
        """Let a paused run go on, which has a process, or whose process is being ended."""
        if id in self._pauses.parking:
            self._pauses.to_resume.add(id)
        elif handle := self._handles.get(id):
            await handle.resume()
        else:
            await self._requeue(id)

    async def _requeue(self, id: str) -> None:
        """Queue a paused run whose process has ended meanwhile."""
        with suppress(MissingError):  # its project was deleted
            await self._queued_or_ended(await database.write(waiting.requeue, id))

    def _park(self, id: str) -> None:
        """End the process of a paused run, which keeps its checkpoint."""
        if handle := self._handles.get(id):
            self._background.start(handle.abandon())

    # --- one run ------------------------------------------------------------------------------

    async def _execute(self, id: str, again: bool) -> None:
        """Execute one run, or follow it `again`; it ends with exactly one `ended` event."""
        started, generation = time.monotonic(), 0
        try:
            run = await database.read(runs.find, id)
            generation = run.generation
            last = await self._follow(run, again)
        except (OverError, MissingError):
            return  # another process has taken it over, or its project was deleted
        except LetGoError:
            return  # it goes on, and the next web process follows it
        except Exception as error:
            logger.exception("Run %s failed on the server", id)
            seconds = time.monotonic() - started
            last = EndedEvent(outcome="killed", problem=describe(error), seconds=seconds)
        self._pauses.resumed(id)
        if not await self._goes_on_later(id, last):
            await self._log.end(id, generation, last)
        if handle := self._handles.get(id):
            await handle.release()

    async def _goes_on_later(self, id: str, last: EndedEvent) -> bool:
        """Whether a run whose process was ended by this one will go on, or start anew."""
        if id in self._pauses.parking:
            self._pauses.parking.discard(id)
            await database.write(waiting.free, id)
            return True
        if not self._closing or last.outcome != "lost":
            return False
        run = await database.read(runs.find, id)
        kept = await database.read(checkpoints.exists, id)
        goes_on = kept and (self._resume_lost or run.phase == "paused")
        return goes_on or run.phase == "starting"

    async def _follow(self, run: Run, again: bool) -> EndedEvent:
        """Record the worker's events; return the last one. The worker has exited by then."""
        handle = self._handles[run.id] = await (self._take_up(run) if again else self._start(run))
        await self._stops.tell(run.id, handle)
        await self._show(run.id)
        return await follow(run, handle, self._log, self._note_phase)

    async def _start(self, run: Run) -> Handle:
        await self._log.record(run.id, run.generation, PhaseEvent(phase="starting"))
        command, worker = await database.write(commands.begin, run.id)
        return await self._executor.start(command, worker)

    async def _take_up(self, run: Run) -> Handle:
        """Follow a run whose worker has outlived its web process."""
        if run.phase == "paused":
            await self._note_phase(run.id, PhaseEvent(phase="paused"))
        return await self._executor.take_up(run.worker, run.heard)

    async def _note_phase(self, id: str, event: PhaseEvent) -> None:
        """Let a paused run keep its process for a while, if it has a checkpoint to go on from."""
        if event.phase != "paused":
            self._pauses.resumed(id)
        elif await database.read(checkpoints.exists, id):
            self._pauses.paused(id)
            self._start_next()

    @staticmethod
    def _topic(owner: str) -> str:
        return f"owner-{owner}"
