"""Records the events of runs, and announces what is recorded."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from builder import database, tasks
from builder.access import MissingError
from builder.log.hub import Hub
from builder.log.pace import Pace
from builder.projects.history import OPERATIONS
from builder.runs import actions as runs
from builder.runs.actions import EVENTS, OverError, Recorded
from builder.wire.messages import Inspected, RunChanged, RunRemoved
from builder.wire.schemas import RunOut
from engine.problems import Problem, problem
from engine.protocol import EndedEvent, Frame, RunEvent

logger = logging.getLogger(__name__)

RETRIES = (0.1, 1.0, 3.0)
"""Seconds between attempts to record an event, before its run is ended."""
PROGRESS = 0.5
"""Seconds between two summaries of a run that differ by the epoch only."""
PERSISTENCE = 5.0
"""Seconds between attempts to record how a run ended; these never stop."""


class Recorder:
    """Records and announces.

    `tell` is called after progress, on which depends what the queue expects, and with the project
    of a run that may have entered or left the queue.
    """

    def __init__(self, hub: Hub, tell: Callable[[str | None], None]) -> None:
        self._hub, self._tell = hub, tell
        self._progress: dict[str, Pace] = {}

    async def record(self, id: str, generation: int, *events: RunEvent, number: int = 0) -> None:
        """Record events together, with a few retries if the database can't store them.

        `number` is that of the last one; see `actions.record`.
        """
        write = partial(runs.record, id, generation, *events, number=number)
        for pause in (*RETRIES, None):
            try:
                recorded = await database.write(write)
                break
            except Exception as error:
                if pause is None or database.why_not_saved(error) is None:
                    raise
                await asyncio.sleep(pause)
        if recorded:
            await self.announce(recorded)

    async def end(self, id: str, generation: int, last: EndedEvent) -> None:
        """Record how a run ended, with retries for as long as the disk is full."""
        while True:
            try:
                await self.record(id, generation, last)
            except (OverError, MissingError):
                return
            except Exception as error:
                if database.why_not_saved(error) is None:
                    raise
                logger.error("The end of run %s could not be saved yet: %s", id, error)
                await asyncio.sleep(PERSISTENCE)
            else:
                return

    async def pass_on(self, id: str, frame: Frame) -> None:
        """Publish a frame, which is never recorded."""
        text = Inspected(run=id, **dict(frame)).model_dump_json(by_alias=True)
        await self._hub.publish(runs.frames_topic(id), {"kind": "frame", "text": text})

    async def announce(self, recorded: Recorded) -> None:
        """Announce events to those who follow the run, and its summary to the project."""
        run = recorded.run
        for entry in recorded.entries:
            await EVENTS.announce(self._hub, run.id, entry)
        if recorded.changed == {"epoch"}:
            self._progressed(run)
        elif recorded.changed:
            if pace := self._progress.pop(run.id, None):
                pace.cancel()
            await self.publish(run.project, run.id, RunChanged(run=run))
        if recorded.changed or any(entry.transient for entry in recorded.entries):
            may_leave = run.outcome is not None or run.phase in {"queued", "starting"}
            self._tell(run.project if may_leave else None)

    def _progressed(self, run: RunOut) -> None:
        """Tell about another epoch, soon: those who follow the run have its events."""

        def publish(text: str) -> None:
            tasks.start(self._publish(run.project, run.id, text))

        pace = self._progress.setdefault(run.id, Pace(publish, PROGRESS))
        pace.send(RunChanged(run=run).model_dump_json(by_alias=True))

    async def publish(self, project: str, id: str, message: RunChanged | RunRemoved) -> None:
        """Tell the pages of a project about a run."""
        await self._publish(project, id, message.model_dump_json(by_alias=True))

    async def _publish(self, project: str, id: str, text: str) -> None:
        latest = {"kind": "latest", "key": f"run-{id}", "text": text, "after": EVENTS.topic(id)}
        await self._hub.publish(OPERATIONS.topic(project), latest)


def describe(error: Exception) -> Problem:
    """Return why a run that failed on the server was ended."""
    if why := database.why_not_saved(error):
        return problem("run_unrecorded", why=why)
    return problem("run_broken", detail=repr(error))
