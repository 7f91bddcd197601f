"""What one web process owns: the hub, the checker, the rooms and the runs.

Daphne knows no lifespan, so the services begin with `begin()` when the server is up, or else at
their first use, and end with `end()`.
"""

import asyncio
import logging
from dataclasses import dataclass

from channels.layers import get_channel_layer
from django.conf import settings

from builder import database, projects
from builder.checker import Checker
from builder.hub import Hub
from builder.logs import reached
from builder.rooms import OPERATIONS, Rooms

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 15.0


@dataclass
class Services:
    """The living parts of one web process, bound to its event loop."""

    hub: Hub
    checker: Checker
    rooms: Rooms
    sweeper: asyncio.Task[None] | None = None

    async def remove_project(self, id: str) -> None:
        """Delete a project and send everybody out of its room. Raises MissingError."""
        await database.write(projects.delete, id)
        self.rooms.drop(id)
        await self.hub.publish(OPERATIONS.topic(id), {"kind": "gone"})

    async def close(self) -> None:
        """End everything this process owns."""
        if self.sweeper:
            self.sweeper.cancel()
        self.rooms.close()
        await self.checker.close()
        await self.hub.close()


_starting: asyncio.Task[Services] | None = None


async def services() -> Services:
    """Return this process's services, starting them at the first call."""
    return await asyncio.shield(begin())


def begin() -> "asyncio.Task[Services]":
    """Start the services unless they run already."""
    global _starting  # noqa: PLW0603 one per process, like the event loop they live in
    if _starting is None or (_starting.done() and _starting.exception()):
        _starting = asyncio.create_task(_start(), name="services")
    return _starting


async def end() -> None:
    """End the services, if they were started."""
    global _starting
    starting, _starting = _starting, None
    if starting:
        await (await starting).close()


async def _start() -> Services:
    layer = get_channel_layer()
    assert layer is not None
    config = settings.CONFIG
    hub = Hub(layer)
    await hub.start()
    checker = Checker(config.check_seconds, config.checker_memory_mb)
    checker.warm()
    started = Services(hub, checker, Rooms(hub, checker))
    started.sweeper = asyncio.create_task(_sweep(hub), name="sweeper")
    return started


async def _sweep(hub: Hub) -> None:
    """Find what the channel layer dropped: compare every followed log with the database."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await sweep(hub)
        except Exception:
            logger.exception("The logs could not be compared with the database")


async def sweep(hub: Hub) -> None:
    """Tell this process's listeners how far the logs they follow have come."""
    for log in (OPERATIONS,):
        prefix = f"{log.name}-"
        owners = [topic.removeprefix(prefix) for topic in hub.topics() if topic.startswith(prefix)]
        heads = await database.read(log.heads, owners) if owners else {}
        for owner, number in heads.items():
            hub.deliver(log.topic(owner), reached(number))
