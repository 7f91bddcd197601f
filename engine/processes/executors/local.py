"""Runs workers as local processes, with a spare that is ready for the next run."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.processes.executors import process
from engine.processes.executors.base import Handle
from engine.processes.executors.handle import Limits, LocalHandle, failed_start
from engine.protocol import TrainText

Key = tuple[str, str]
"""Backend and device: both are fixed when a worker imports its libraries."""


class LocalExecutor:
    """Starts one process per run.

    Owns every process that it starts: the runs in progress and, with `spare`, one worker that
    has imported the libraries of the most recent backend and device. The spare is started after
    the first step of a run, so that it does not slow down the start of that run. Workers find the
    rows of data sets in the folder `data`.
    """

    def __init__(
        self, spare: bool = True, limits: Limits | None = None, data: Path | None = None
    ) -> None:
        self._with_spare, self._data = spare, data
        self._limits = limits or Limits()
        self._spare: tuple[Key, process.Worker] | None = None
        self._handles: set[LocalHandle] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self, command: TrainText) -> Handle:
        """Start a run; see Executor."""
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

    async def warm(self, backend: str, device: str) -> None:
        """Start a spare for this backend and device, unless there is one."""
        key = (backend, device)
        if not self._with_spare or self._closed or self._spare_for(key):
            return
        old, self._spare = self._spare, None
        if old:
            await old[1].end()
        try:
            spare = await self._spawn(key, warm=True)
        except OSError:  # a spare is optional; the next run reports the error
            return
        if self._closed or self._spare:
            await spare.end()
        else:
            self._spare = (key, spare)

    async def spare_ready(self) -> None:
        """Wait until the current spare, if any, has imported its libraries."""
        if self._spare:
            await self._spare[1].stdout.readline()

    async def close(self) -> None:
        """End the spare and every run; see Executor."""
        self._closed = True
        spare, self._spare = self._spare, None
        await asyncio.gather(*(handle.abandon() for handle in list(self._handles)))
        if spare:
            await spare[1].end()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _spawn(self, key: Key, warm: bool) -> process.Worker:
        limits = self._limits
        share = process.Share(limits.memory, limits.threads, limits.niceness)
        return await process.spawn(*key, share, warm=warm, data=self._data)

    def _spare_for(self, key: Key) -> process.Worker | None:
        if self._spare and self._spare[0] == key and self._spare[1].alive:
            return self._spare[1]
        return None

    def _take_spare(self, key: Key) -> process.Worker | None:
        spare = self._spare_for(key)
        if spare:
            self._spare = None
        return spare

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the background, with a reference that keeps it alive."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
