"""Runs workers on this machine, behind a keeper: they outlive this process.

The next one takes the runs up again, with the events that this one has not recorded.
"""

import asyncio
import logging
import subprocess
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from engine.problems import problem, sentence
from engine.processes.executors.base import Handle
from engine.processes.executors.connection import Connection, Keeping, reach
from engine.processes.executors.far import FarHandle
from engine.processes.executors.handle import FailedStart, failed_start
from engine.processes.keeping import folders
from engine.processes.keeping.messages import Begin, Expect, Kill, Order
from engine.protocol import EndedEvent, TrainText

logger = logging.getLogger(__name__)

OVER = 5.0
"""Seconds for a keeper without runs to end."""
RECORD = 5.0
"""Seconds for the last events of runs to be recorded, when this process ends."""


class KeptExecutor:
    """Starts runs in a keeper of its own, and takes up those that other keepers have.

    Owns the connections to keepers. Its own one starts when it is first needed, and again if it was
    lost.
    """

    def __init__(self, keeping: Keeping) -> None:
        self.outlived = keeping.orphan > 0
        self._keeping = keeping
        self._own: Connection | None = None
        self._connections: dict[Path, Connection] = {}
        self._starting, self._looking = asyncio.Lock(), asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self, command: TrainText, run: str) -> Handle:
        """Start a run; see Executor."""
        if command.output:
            command = replace(command, output=str(Path(command.output).resolve()))
        try:
            keeper = await self._keeper()
        except OSError as error:
            return failed_start(str(error))
        handle = self._handle(keeper, run, 0)
        await keeper.send(Begin(run=run, command=asdict(command)))
        return handle

    async def living(self) -> frozenset[str] | None:
        """Return which runs live; see Executor. Keepers that have ended are cleared up."""
        living: set[str] = set()
        silent = False
        async with self._looking:
            for folder in await asyncio.to_thread(folders.present, self._keeping.folder):
                if keeper := await self._connection(folder):
                    there = await keeper.living()
                    silent |= there is None and not folders.ended(folder)
                    living |= there or set()
                    await self._hang_up_unless_needed(keeper)
        return None if silent else frozenset(living)

    async def take_up(self, run: str, after: int) -> Handle:
        """Follow a run again; see Executor."""
        async with self._looking:
            keeper = await self._find(run)
            if keeper is None:
                return FailedStart(EndedEvent(outcome="lost", problem=problem("keeper_lost")))
            handle = self._handle(keeper, run, after)
        await handle.follow()
        return handle

    async def forget(self, run: str) -> None:
        """End a run's process, with all that is kept of it; see Executor."""
        async with self._looking:
            if keeper := await self._find(run):
                keeper.handles.pop(run, None)
                await keeper.send(Kill(run=run))
                await self._hang_up_unless_needed(keeper)

    def expect(self, backend: str, device: str) -> None:
        """Expect a run; see Executor."""
        self._in_background(self._expect(Expect(backend=backend, device=device)))

    async def _expect(self, order: Expect) -> None:
        with suppress(OSError):  # the next run reports the error
            await (await self._keeper()).send(order)

    async def close(self) -> None:
        """Let go of the runs, which go on; see Executor. Without an orphan time they end."""
        self._closed = True
        async with self._starting:
            own = self._own
        if own and not self.outlived:
            await asyncio.gather(*(handle.abandon() for handle in list(own.handles.values())))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._until_released()
        stays = own and any(not handle.over for handle in own.handles.values())
        for keeper in list(self._connections.values()):
            for handle in keeper.handles.values():
                handle.let_go()
            await keeper.close()
        if own and own.process:
            await asyncio.to_thread(_part, own.process, 0.0 if stays else OVER)

    async def _until_released(self) -> None:
        """Wait until the ends that have come are recorded: a keeper with such a run stays."""
        handles = [
            each for keeper in self._connections.values() for each in keeper.handles.values()
        ]
        released = [asyncio.ensure_future(each.released()) for each in handles if each.over]
        if released:
            _, late = await asyncio.wait(released, timeout=RECORD)
            for task in late:
                task.cancel()

    # --- keepers ------------------------------------------------------------------------------

    async def _keeper(self) -> Connection:
        """Return the connection to this process's own keeper. Raises OSError."""
        async with self._starting:
            if self._own is None:
                if self._closed:
                    raise OSError(sentence("The server is being shut down."))
                folder, started = await asyncio.to_thread(self._keeping.start)
                async with self._looking:
                    self._own = await self._connect(folder, started)
            return self._own

    async def _connect(
        self, folder: Path, started: "subprocess.Popen[bytes] | None" = None
    ) -> Connection:
        """Connect to a keeper. Raises OSError.

        To be called while nobody else looks for runs: a second connection to the same keeper would
        take the place of the first one, and orders would get lost.
        """
        streams = await reach(folder)
        keeper = self._connections[folder] = Connection(folder, streams, self._on_lost, started)
        return keeper

    async def _connection(self, folder: Path) -> Connection | None:
        """Return the connection to a keeper; None if it has ended or does not listen yet."""
        if keeper := self._connections.get(folder):
            return keeper
        try:
            return await self._connect(folder)
        except OSError:
            if folders.ended(folder) and (logged := folders.remove(folder)):
                logger.warning("A process that kept runs has ended: %s", logged[-2_000:])
            return None

    async def _find(self, run: str) -> Connection | None:
        """Return the connection to the keeper of a run, if there is one."""
        for keeper in self._connections.values():
            if run in keeper.handles:
                return keeper
        for folder in await asyncio.to_thread(folders.present, self._keeping.folder):
            if found := await self._connection(folder):
                if run in (await found.living() or ()):
                    return found
                await self._hang_up_unless_needed(found)
        return None

    async def _hang_up_unless_needed(self, keeper: Connection) -> None:
        if keeper is not self._own and not keeper.handles:
            self._connections.pop(keeper.folder, None)
            await keeper.close()

    def _handle(self, keeper: Connection, run: str, after: int) -> FarHandle:
        handle = FarHandle(run, after, partial(self._send, run), self.forget)
        keeper.handles[run] = handle
        return handle

    async def _send(self, run: str, order: Order) -> None:
        """Send an order about a run to its keeper, if this process follows it there."""
        for keeper in self._connections.values():
            if run in keeper.handles:
                await keeper.send(order)
                return

    def _on_lost(self, keeper: Connection) -> None:
        """Connect again, or end the runs of a keeper that has ended."""
        self._connections.pop(keeper.folder, None)
        if keeper is self._own:
            self._own = None
        if not self._closed:
            self._in_background(self._come_back(keeper))

    async def _come_back(self, lost: Connection) -> None:
        try:
            async with self._looking:
                keeper = await self._connect(lost.folder, lost.process)
        except OSError:
            for handle in lost.handles.values():
                handle.end(problem("keeper_lost"))
            if lost.process:
                await asyncio.to_thread(lost.process.communicate)
            return
        keeper.handles = lost.handles
        for handle in keeper.handles.values():
            await handle.follow()

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _part(keeper: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Wait for a keeper to end; after so many seconds, leave it to itself: it has runs."""
    try:
        keeper.wait(seconds)
    except subprocess.TimeoutExpired:
        keeper.returncode = 0  # so that Popen does not warn of a process that goes on
