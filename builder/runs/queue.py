"""The queue of runs as one web process sees it: what it starts, and what it tells the pages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from builder import database
from builder.log.hub import Hub
from builder.projects.history import OPERATIONS
from builder.runs import waiting
from builder.runs.order import Capacity
from builder.runs.waiting import Claimed
from builder.wire.messages import QueueChanged
from builder.wire.schemas import WaitingOut
from engine.machine import devices

logger = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds between two announcements of the queue: progress of a run changes what is expected."""
Gpus = Callable[[], Awaitable[dict[str, int | None]]]


async def no_gpus() -> dict[str, int | None]:
    """Return that there are no GPUs."""
    return {}


class Queue:
    """Claims runs for this process, and announces the queue; owns the task that does so.

    The queue itself is in the database (`waiting`). `gpus` returns the GPUs with their memory.
    """

    def __init__(self, hub: Hub, owner: str, runs: int, memory: int, gpus: Gpus = no_gpus) -> None:
        self._hub, self._owner = hub, owner
        self._runs, self._memory, self._gpus = runs, memory, gpus
        self._projects: set[str] = set()
        """The projects whose queue is to be announced, even if nothing waits there any more."""
        self._wake = asyncio.Event()
        self._telling: asyncio.Task[None] | None = None

    async def claim(self, going: Iterable[str]) -> Claimed:
        """Return the runs that this process is to start now; `going` are those that it trains."""
        return await database.write(waiting.claim, self._owner, going, await self._capacity())

    async def shown(self, project: str) -> tuple[WaitingOut, ...]:
        """Return the waiting runs of a project, as they will start."""
        shown = await database.read(waiting.shown, await self._capacity())
        return shown.get(project, ())

    def tell(self, project: str | None = None) -> None:
        """Announce the queue soon to all projects with waiting runs, and to this one."""
        if project:
            self._projects.add(project)
        self._wake.set()
        if self._telling is None:
            self._telling = asyncio.create_task(self._tell(), name="queue")

    async def close(self) -> None:
        """Stop announcing."""
        if self._telling:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    async def _tell(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._announce()
            except Exception:
                logger.exception("The queue could not be announced")
            await asyncio.sleep(PAUSE)

    async def _announce(self) -> None:
        projects, self._projects = self._projects, set()
        shown = await database.read(waiting.shown, await self._capacity())
        for project in projects | shown.keys():
            text = QueueChanged(queue=shown.get(project, ())).model_dump_json(by_alias=True)
            message = {"kind": "latest", "key": "queue", "text": text}
            await self._hub.publish(OPERATIONS.topic(project), message)

    async def _capacity(self) -> Capacity:
        asked = await database.read(waiting.devices)
        on_gpus = any(devices.read(device).kind == "gpu" for device in asked)
        gpus = await self._gpus() if on_gpus else {}
        return Capacity(self._runs, self._memory, gpus)
