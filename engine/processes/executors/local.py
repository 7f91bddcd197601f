"""Runs workers as local processes, with spares that are ready for the next runs."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.machine import memory
from engine.machine.backends import BACKENDS
from engine.processes.executors import process
from engine.processes.executors.base import Handle
from engine.processes.executors.handle import Limits, LocalHandle, failed_start
from engine.protocol import TrainText

Key = tuple[str, str]
"""Backend and device: both are fixed when a worker imports its libraries."""

SPARE_BYTES = 3 << 30
"""The memory of the machine for which there may be one spare; it takes about a fifth of it."""


class LocalExecutor:
    """Starts one process per run.

    Owns every process that it starts: the runs in progress and, with `spare`, workers that have
    imported the libraries of the backends and devices that were expected or used last, as many as
    the memory allows. After a run has taken one, the next is started after its first step, so that
    it does not slow down the start of that run. Workers find the rows of data sets in the folder
    `data`.
    """

    outlived = False

    def __init__(
        self, spare: bool = True, limits: Limits | None = None, data: Path | None = None
    ) -> None:
        self._with_spare, self._data = spare, data
        self._limits = limits or Limits()
        self._most = max(1, min(len(BACKENDS), memory.share() // SPARE_BYTES))
        self._spares: dict[Key, process.Worker] = {}
        self._warming: set[Key] = set()
        self._handles: set[LocalHandle] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self, command: TrainText, run: str = "") -> Handle:  # noqa: ARG002
        """Start a run; see Executor. Its process ends with this one, so it needs no name."""
        if command.output:
            command = replace(command, output=str(Path(command.output).resolve()))
        key = (command.backend, command.device)
        try:
            worker = self._take_spare(key) or await self._spawn(key, warm=False)
        except OSError as error:
            return failed_start(str(error))
        handle = LocalHandle(worker, self._limits)
        self._handles.add(handle)
        handle.on_first_step(lambda: self._in_background(self.warm(*key)))
        handle.on_exit(lambda: self._handles.discard(handle))
        await handle.begin(command)
        return handle

    async def living(self) -> frozenset[str]:
        """Return nothing: no run outlives this process; see Executor."""
        return frozenset()

    async def take_up(self, run: str, after: int) -> Handle:
        """Report that there is no such run; see Executor."""
        return failed_start(f"{run}, {after}")

    async def forget(self, run: str) -> None:
        """Do nothing; see Executor."""

    def expect(self, backend: str, device: str) -> None:
        """Expect a run; see Executor."""
        self._in_background(self.warm(backend, device))

    async def warm(self, backend: str, device: str) -> None:
        """Start a spare for this backend and device, unless there is one; the oldest may end."""
        key = (backend, device)
        if not self._with_spare or self._closed or key in self._warming:
            return
        if present := self._take_spare(key):
            self._spares[key] = present  # as the newest
            return
        self._warming.add(key)
        try:
            self._spares[key] = await self._spawn(key, warm=True)
        except OSError:  # a spare is optional; the next run reports the error
            return
        finally:
            self._warming.discard(key)
        while len(self._spares) > (self._most if self._with_spare and not self._closed else 0):
            await self._spares.pop(next(iter(self._spares))).end()

    async def spare_ready(self) -> None:
        """Wait until the newest spare, if any, has imported its libraries."""
        if self._spares:
            await list(self._spares.values())[-1].stdout.readline()

    async def cool(self) -> None:
        """End the spares, and start no more of them."""
        self._with_spare = False
        spares, self._spares = list(self._spares.values()), {}
        await asyncio.gather(*(spare.end() for spare in spares))

    async def close(self) -> None:
        """End the spares and every run; see Executor."""
        self._closed = True
        await asyncio.gather(*(handle.abandon() for handle in list(self._handles)))
        await self.cool()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _spawn(self, key: Key, warm: bool) -> process.Worker:
        limits = self._limits
        share = process.Share(limits.memory, limits.threads, limits.niceness)
        return await process.spawn(*key, share, warm=warm, data=self._data)

    def _take_spare(self, key: Key) -> process.Worker | None:
        spare = self._spares.pop(key, None)
        return spare if spare and spare.alive else None

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the background, with a reference that keeps it alive."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
