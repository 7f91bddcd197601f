"""One run on a machine of the cluster.

The broker makes a detached actor of `Keeper`: it outlives the web process that started it. However
the actor ends, its worker ends with it (engine.processes.child).
"""

import asyncio
import os
from pathlib import Path

from engine.machine import devices
from engine.processes.executors.handle import Limits
from engine.processes.executors.local import LocalExecutor
from engine.processes.keeping.messages import Place
from engine.processes.keeping.run import KeptRun
from engine.protocol import TrainText

FORGOTTEN_AFTER = 24 * 3600.0
"""Seconds after the end of a run for which its last events wait for a reader."""
VISIBLE = "CUDA_VISIBLE_DEVICES"


class Keeper(KeptRun):
    """One run, with an executor of its own.

    `output` is the server's folder for the files of the run, kept here for whoever takes it up.
    """

    def __init__(self, place: Place, output: str = "") -> None:
        data = Path(place.data) if place.data else None
        super().__init__(LocalExecutor(spare=False, limits=limits(place), data=data))
        self._output = output
        self._forgetting: asyncio.Task[None] | None = None

    async def begin(self, command: TrainText) -> None:
        """Start the worker."""
        os.environ[VISIBLE] = visible_gpus(command.device, os.environ.get(VISIBLE, ""))
        await super().begin(command)
        self._forgetting = asyncio.create_task(self._forget())

    async def output(self) -> str:
        """Return the server's folder for the files of the run."""
        return self._output

    async def _forget(self) -> None:
        await self.ended()
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
