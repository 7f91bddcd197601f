"""One run on a machine of the cluster: its worker, and its events until they are acknowledged.

The broker makes a detached actor of `Keeper`: it outlives the web process that started it. It runs
the worker as a child, as the local executor does, with the same limits and the same last words.
However the actor ends, its child ends with it (engine.processes.child).
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from engine.machine import devices
from engine.processes.cluster.kept import Kept
from engine.processes.cluster.messages import Place
from engine.processes.executors.base import Handle
from engine.processes.executors.handle import Limits
from engine.processes.executors.local import LocalExecutor
from engine.protocol import EndedEvent, TrainText, When, line
from engine.protocol.frames import Look

FORGOTTEN_AFTER = 24 * 3600.0
"""Seconds after the end of a run for which its last events wait for a reader."""
VISIBLE = "CUDA_VISIBLE_DEVICES"


class Keeper:
    """One run; owns its worker through an executor of its own, and its unread events.

    `output` is the server's folder for the files of the run, kept here for whoever takes it up.
    """

    def __init__(self, place: Place, output: str = "") -> None:
        self._kept, self._output = Kept(), output
        data = Path(place.data) if place.data else None
        self._executor = LocalExecutor(spare=False, limits=limits(place), data=data)
        self._handle: Handle | None = None
        self._stops: set[str] = set()
        self._following: asyncio.Task[None] | None = None

    async def begin(self, command: TrainText) -> None:
        """Start the worker."""
        os.environ[VISIBLE] = visible_gpus(command.device, os.environ.get(VISIBLE, ""))
        self._handle = await self._executor.start(command)
        self._following = asyncio.create_task(self._follow(self._handle))

    async def output(self) -> str:
        """Return the server's folder for the files of the run."""
        return self._output

    async def events(self, after: int) -> AsyncIterator[tuple[int, bytes]]:
        """Yield the events after number `after` as JSON, with their numbers, up to the last one.

        A later call ends this one.
        """
        async for number, event in self._kept.after(after):
            yield number, line(event)
            if isinstance(event, EndedEvent):
                return

    async def acknowledge(self, number: int) -> None:
        """Forget the events up to this number: they are recorded."""
        self._kept.acknowledge(number)

    async def stop(self, when: When, id: str) -> None:
        """Request a stop, once for each `id`; see Handle."""
        if self._handle and id not in self._stops:
            self._stops.add(id)
            await self._handle.stop(when)

    async def look(self, look: Look) -> None:
        """Ask for frames; see Handle."""
        if self._handle:
            await self._handle.look(look)

    async def pause(self) -> None:
        """Request a pause; see Handle."""
        if self._handle:
            await self._handle.pause()

    async def resume(self) -> None:
        """Let a paused run go on; see Handle."""
        if self._handle:
            await self._handle.resume()

    async def abandon(self) -> None:
        """End the worker; see Handle."""
        if self._handle:
            await self._handle.abandon()

    async def _follow(self, handle: Handle) -> None:
        async for event in handle.events():
            self._kept.put(event)
        await asyncio.sleep(FORGOTTEN_AFTER)
        os._exit(0)


def limits(place: Place) -> Limits:
    """Return the limits of the worker; the share of memory is that of this machine."""
    share = {} if place.memory is None else {"memory": place.memory}
    return Limits(seconds=place.seconds, threads=place.cores, niceness=place.niceness, **share)


def visible_gpus(device: str, given: str) -> str:
    """Return the GPUs that the worker of a run may see, from those that Ray gave to the actor.

    A run on the CPU sees none. Documents count the GPUs of the server's machine: whatever numbers
    stand in one, they are the GPUs that were given.
    """
    asked = devices.read(device)
    if asked.kind == "cpu" or not given:
        return ""
    own = given.split(",")
    places = dict(zip(asked.numbers, own, strict=False))
    return ",".join(places.get(number, own[0]) for number in range(max(asked.numbers) + 1))
