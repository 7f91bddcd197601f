"""The services of one web process: the hub, the checker, the reader, the rooms and the runs.

Daphne does not support ASGI's lifespan protocol. The services start with `begin()` when the server
is up, or else at their first use, and end with `end()`.
"""

import asyncio
import gc
import logging
from dataclasses import dataclass

from channels.layers import get_channel_layer
from django.conf import settings
from django.utils.crypto import salted_hmac

from builder import database
from builder.checking.checker import Checker
from builder.datasets import files
from builder.datasets.library import Library
from builder.datasets.reader import DataReader
from builder.log.hub import Hub
from builder.log.log import reached
from builder.predicting.predictors import Predictors
from builder.processes.devices import memory_of_gpus
from builder.projects import actions as projects
from builder.projects.history import OPERATIONS
from builder.projects.rooms import Rooms
from builder.reading.reader import Reader
from builder.runs.actions import EVENTS
from builder.runs.owners import Owner
from builder.runs.queue import Queue
from builder.runs.runner import Runner
from builder.settings.config import Config
from engine.machine import cores, memory
from engine.processes.executors.base import Executor
from engine.processes.executors.cluster import ClusterExecutor
from engine.processes.executors.connection import Keeping
from engine.processes.executors.handle import Limits
from engine.processes.executors.kept import KeptExecutor
from engine.processes.executors.link import Cluster
from engine.processes.keeping.messages import Place

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 15.0
UNBOUNDED = 1 << 62
COLLECT_AFTER = (1_000_000, 5, 5)
"""Thresholds of Python's cyclic garbage collector: more containers than the largest batch creates.
At the default ones, collecting while a batch is read and applied takes as long as the work itself,
and grows faster than the batch. Requests and edits leave no cycles behind, so little waits for it.
"""


@dataclass
class Services:
    """The services of one web process; they belong to its event loop."""

    hub: Hub
    checker: Checker
    reader: Reader
    rooms: Rooms
    runner: Runner
    library: Library
    predictors: Predictors
    owner: Owner
    sweeper: asyncio.Task[None] | None = None

    async def remove_project(self, id: str) -> None:
        """Delete a project and disconnect its viewers. Raises MissingError."""
        going = await database.write(projects.delete, id)
        await self.runner.abandon(going)
        self.rooms.drop(id)
        await self.hub.publish(OPERATIONS.topic(id), {"kind": "gone"})

    async def close(self) -> int:
        """End all services; return how many runs go on without them."""
        if self.sweeper:
            self.sweeper.cancel()
        await self.predictors.close()
        await self.library.close()
        going = await self.runner.close()
        self.rooms.close()
        await self.checker.close()
        await self.reader.close()
        await self.hub.close()
        return going


_starting: asyncio.Task[Services] | None = None


async def services() -> Services:
    """Return this process's services; the first call starts them."""
    return await asyncio.shield(begin())


def begin(
    checker: Checker | None = None,
    reader: Reader | None = None,
    executor: Executor | None = None,
    data_reader: DataReader | None = None,
) -> "asyncio.Task[Services]":
    """Start the services unless they are running; defaults come from the settings."""
    global _starting  # noqa: PLW0603 one per process, like the event loop
    if _starting is None or (_starting.done() and _starting.exception()):
        _starting = asyncio.create_task(
            _start(checker, reader, executor, data_reader), name="services"
        )
    return _starting


async def end() -> int:
    """End the services if they were started; return how many runs go on without them."""
    global _starting
    starting, _starting = _starting, None
    return await (await starting).close() if starting else 0


def limits(config: Config) -> Limits:
    """Return the limits of a run, from the settings."""
    return Limits(
        seconds=config.run_seconds,
        memory=config.run_memory or memory.share(),
        threads=cores.share(config.runs_at_once),
        niceness=config.run_niceness,
    )


def _executor(config: Config, owner: Owner) -> Executor:
    """Return what starts the workers of runs, as the settings say; `owner` is this process."""
    rows = files.folder("rows")
    if config.executor == "local":
        folder, orphan = settings.HOME / "keepers", 60 * config.run_orphan_minutes
        found = config.worker_data or rows
        return KeptExecutor(Keeping(folder, orphan, limits(config), found, lock=owner.lock))
    assert config.ray_token is not None
    token = config.ray_token.get_secret_value()
    data = config.worker_data or (None if config.store else rows)
    place = Place(
        cores=config.ray_cores,
        seconds=config.run_seconds,
        memory=config.run_memory,
        niceness=config.run_niceness,
        data=str(data) if data else None,
    )
    where = config.ray_address, token, _installation(config)
    return ClusterExecutor(Cluster(*where, config.store, str(rows)), place)


def _installation(config: Config) -> str:
    """Return a name for the runs of all web processes that share a database, and of no others."""
    where = config.database_url or str(config.home)
    return salted_hmac("layerloom.installation", where, algorithm="sha256").hexdigest()[:32]


def _memory(config: Config) -> int:
    """Return the bytes of memory for all runs: this machine's share, if they train on it."""
    return memory.share() if config.executor == "local" else UNBOUNDED


async def _start(
    checker: Checker | None,
    reader: Reader | None,
    executor: Executor | None,
    data_reader: DataReader | None,
) -> Services:
    gc.set_threshold(*COLLECT_AFTER)
    layer = get_channel_layer()
    assert layer is not None
    config = settings.CONFIG
    hub = Hub(layer)
    await hub.start()
    checker = checker or Checker(config.check_seconds, config.checker_memory_mb)
    reader = reader or Reader(config.reader_seconds, config.reader_memory_mb)
    checker.warm()
    reader.warm()
    owner = Owner(settings.HOME)
    executor = executor or _executor(config, owner)
    runner = Runner(
        hub,
        reader,
        executor,
        owner,
        Queue(hub, owner.id, config.runs_at_once, _memory(config), memory_of_gpus),
        keep_paused=config.pause_seconds,
        resume=config.resume_runs,
    )
    data_reader = data_reader or DataReader(config.data_seconds, config.data_memory_mb)
    library = Library(hub, data_reader, owner.id, OPERATIONS.topic)
    predictors = Predictors(config.predictor_seconds, config.predictor_memory_mb, config.predictors)
    rooms = Rooms(hub, checker, reader)
    started = Services(hub, checker, reader, rooms, runner, library, predictors, owner)
    await runner.begin()
    await library.recover(owner.alive)
    started.sweeper = asyncio.create_task(_sweep(started), name="sweeper")
    return started


async def _sweep(parts: Services) -> None:
    """Find dropped announcements and runs of dead processes, at intervals."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await sweep(parts.hub)
            await parts.runner.recover()
            await parts.library.recover(parts.owner.alive)
        except Exception:
            logger.exception("The sweep failed")


async def sweep(hub: Hub) -> None:
    """Announce to this process's listeners the newest number of each log that they follow."""
    for log in (OPERATIONS, EVENTS):
        prefix = f"{log.name}-"
        owners = [topic.removeprefix(prefix) for topic in hub.topics() if topic.startswith(prefix)]
        heads = await database.read(log.heads, owners) if owners else {}
        for owner, number in heads.items():
            hub.deliver(log.topic(owner), reached(number))
