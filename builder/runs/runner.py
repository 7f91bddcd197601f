"""Runs going: the queue, the workers, and the way of their events into the log.

Each run that this web process owns is one asyncio task, which outlives the request that began
it. It reads the worker's events, has each recorded, and only then tells the viewers.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Coroutine
from functools import partial
from typing import Any, Literal, TypeVar

from builder import database
from builder.access import MissingError
from builder.log.hub import Hub, Message
from builder.projects.history import OPERATIONS
from builder.projects.rooms import State
from builder.runs import actions as runs
from builder.runs.actions import EVENTS, OverError, Recorded
from builder.runs.owners import Owner
from builder.wire.messages import RunChanged, RunRemoved
from builder.wire.schemas import RunOut
from engine.problems import Problem, problem
from engine.processes.executors.base import Executor, Handle
from engine.protocol import EndedEvent, PhaseEvent, RunEvent

logger = logging.getLogger(__name__)

T = TypeVar("T")
When = Literal["now", "epoch"]
RETRIES = (0.1, 1.0, 3.0)
"""Seconds between attempts to record an event before its run is given up."""
GRACE = 5.0
"""Seconds for the last events to be recorded when the server ends."""
PERSISTENCE = 5.0
"""Seconds between attempts to record how a run ended, which is never given up."""


class Runner:
    """The runs that this process looks after; owns their tasks and their workers."""

    def __init__(self, hub: Hub, executor: Executor, owner: Owner, at_once: int) -> None:
        self._hub, self._executor, self._owner, self._at_once = hub, executor, owner, at_once
        self._waiting: deque[str] = deque()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._handles: dict[str, Handle] = {}
        self._stops: dict[str, When] = {}
        self._errands: set[asyncio.Task[Any]] = set()
        self._closing = False

    async def begin(self) -> None:
        """Listen for stops, and take over what dead processes left."""
        await self._hub.subscribe(self._topic(self._owner.id), self._heard)
        await self.recover()

    async def recover(self) -> None:
        """Take over from web processes that are gone."""
        lost, waiting = await database.write(runs.recover, self._owner.id, self._owner.alive)
        for recorded in lost:
            await self._tell(recorded)
        self._waiting.extend(waiting)
        self._next()

    async def start(self, project: str, state: State) -> RunOut:
        """Put a run of a project's document in line. Raises MissingError.

        A request that is given up meanwhile leaves either no run or one that is in line.
        """
        return await asyncio.shield(self._beside(self._line_up(project, state)))

    async def _line_up(self, project: str, state: State) -> RunOut:
        recorded = await database.write(
            runs.create, project, state.revision, state.document, self._owner.id
        )
        await self._tell(recorded)
        self._waiting.append(recorded.run.id)
        self._next()
        return recorded.run

    async def stop(self, id: str, when: When) -> RunOut:
        """Ask a run to stop, in whichever process it is. Raises MissingError, OverError."""
        run = await database.read(runs.find, id)
        if run.outcome is not None:
            raise OverError(id)
        await self._ask_to_stop(run.owner, id, when)
        return runs.run_out(run)

    async def abandon(self, going: list[tuple[str, str]]) -> None:
        """Stop runs whose project is gone; `going` holds their ids with their owners."""
        for id, owner in going:
            await self._ask_to_stop(owner, id, "now")

    async def _ask_to_stop(self, owner: str, id: str, when: When) -> None:
        await self._hub.publish(self._topic(owner), {"kind": "stop", "run": id, "when": when})

    async def remove(self, id: str) -> None:
        """Remove a run that has ended. Raises MissingError, OverError."""
        project = await database.write(runs.remove, id)
        await self._show(project, id, RunRemoved(run=id))

    async def close(self) -> None:
        """End the workers, and record that what was going is lost.

        Whoever starts next takes up what waits in line, and sees to what could not be recorded.
        """
        self._closing = True
        await self._hub.unsubscribe(self._topic(self._owner.id), self._heard)
        await self._executor.close()
        tasks = [*self._tasks.values(), *self._errands]
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._owner.release()

    # --- the queue ----------------------------------------------------------------------------

    def _next(self) -> None:
        """Begin what waits, as long as there is room."""
        while self._waiting and len(self._tasks) < self._at_once and not self._closing:
            run = self._waiting.popleft()
            task = asyncio.create_task(self._conduct(run), name=f"run-{run}")
            self._tasks[run] = task
            task.add_done_callback(partial(self._over, run))

    def _over(self, id: str, _: asyncio.Task[None]) -> None:
        self._tasks.pop(id, None)
        self._handles.pop(id, None)
        self._stops.pop(id, None)
        self._next()

    def _heard(self, _: str, message: Message) -> None:
        """A stop was asked for, maybe in another process."""
        self._beside(self._stop(message["run"], message["when"]))

    def _beside(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start work that is finished whatever becomes of whoever asked for it."""
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
        return task

    async def _stop(self, id: str, when: When) -> None:
        if id in self._waiting:
            self._waiting.remove(id)
            generation = await database.read(runs.generation, id)
            await self._end(id, generation, EndedEvent(outcome="stopped"))
        elif handle := self._handles.get(id):
            await handle.stop(when)
        elif id in self._tasks:
            self._stops[id] = when  # its worker is about to start

    # --- one run ------------------------------------------------------------------------------

    async def _conduct(self, id: str) -> None:
        """See one run through, to exactly one last event."""
        begun = time.monotonic()
        try:
            generation = await database.read(runs.generation, id)
            last = await self._follow(id, generation)
        except (OverError, MissingError):
            return  # another process has it by now, or it is gone with its project
        except Exception as error:
            logger.exception("Run %s could not be followed", id)
            seconds = time.monotonic() - begun
            last = EndedEvent(outcome="killed", problem=_trouble(error), seconds=seconds)
        await self._end(id, generation, last)

    async def _follow(self, id: str, generation: int) -> EndedEvent:
        """Record what the worker says; return its last word. The worker is gone afterwards."""
        await self._record(id, generation, PhaseEvent(phase="starting"))
        command = await database.write(runs.command, id)
        handle = self._handles[id] = await self._executor.start(command)
        if when := self._stops.pop(id, None):
            await handle.stop(when)
        events = handle.events()
        try:
            async for event in events:
                if isinstance(event, EndedEvent):
                    return event
                await self._record(id, generation, event)
        except Exception:
            await handle.stop("now")
            async for _ in events:
                pass
            raise
        return EndedEvent(
            outcome="killed",
            problem=problem("run_broken", detail="The worker sent no final event."),
        )

    async def _record(self, id: str, generation: int, event: RunEvent) -> None:
        """Record an event, trying again for a moment when the database can't take it."""
        for pause in (*RETRIES, None):
            try:
                recorded = await database.write(runs.record, id, generation, event)
                break
            except Exception as error:
                if pause is None or database.why_not_saved(error) is None:
                    raise
                await asyncio.sleep(pause)
        if recorded:
            await self._tell(recorded)

    async def _end(self, id: str, generation: int, last: EndedEvent) -> None:
        """Record how a run ended; a full disk only delays it."""
        while True:
            try:
                await self._record(id, generation, last)
            except (OverError, MissingError):
                return
            except Exception as error:
                if database.why_not_saved(error) is None:
                    raise
                logger.error("The end of run %s is not saved yet: %s", id, error)
                await asyncio.sleep(PERSISTENCE)
            else:
                return

    # --- telling ------------------------------------------------------------------------------

    async def _tell(self, recorded: Recorded) -> None:
        run = recorded.run
        await EVENTS.announce(self._hub, run.id, recorded.entry)
        if recorded.summary_changed:
            await self._show(run.project, run.id, RunChanged(run=run))

    async def _show(self, project: str, id: str, message: RunChanged | RunRemoved) -> None:
        text = message.model_dump_json(by_alias=True)
        latest = {"kind": "latest", "key": f"run-{id}", "text": text}
        await self._hub.publish(OPERATIONS.topic(project), latest)

    @staticmethod
    def _topic(owner: str) -> str:
        return f"owner-{owner}"


def _trouble(error: Exception) -> Problem:
    if why := database.why_not_saved(error):
        return problem("run_unrecorded", why=why)
    return problem("run_broken", detail=repr(error))
