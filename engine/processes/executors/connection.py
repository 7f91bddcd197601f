"""The connection to a keeper (engine.processes.keeping): its process, its socket, and its runs."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from engine.processes.executors.far import FarHandle
from engine.processes.executors.handle import Limits
from engine.processes.executors.process import ROOT
from engine.processes.executors.streams import lines
from engine.processes.keeping import folders
from engine.processes.keeping.messages import NEWS, Gone, List, Living, Order, Passed
from engine.protocol import line

LONGEST = 64_000_000
"""Bytes of the longest news: a frame, or the report of an epoch."""
ANSWER = 5.0
"""Seconds for a keeper to say which runs it has."""
PROGRAM = (sys.executable, "-m", "engine.processes.keeping.keeper")


@dataclass(frozen=True)
class Keeping:
    """How keepers are started.

    Their folders are in `folder`; runs live for `orphan` seconds without a web process. `limits`
    are those of each run, whose worker finds rows in the folder `data`. With `spare`, workers are
    kept ready. `lock` is the descriptor of a lock that is released when the web process has ended;
    without an orphan time, keepers hold it as well, so that it has not before its runs have.
    """

    folder: Path
    orphan: float
    limits: Limits
    data: Path | None = None
    spare: bool = True
    lock: int | None = None
    program: tuple[str, ...] = PROGRAM

    def start(self) -> tuple[Path, "subprocess.Popen[bytes]"]:
        """Start a keeper; return its folder and process once it listens. Raises OSError.

        It has a session of its own, which a Ctrl+C in the terminal doesn't reach.
        """
        folder, lock = folders.make(self.folder, uuid4().hex[:12])
        held = (lock,) if self.lock is None or self.orphan > 0 else (lock, self.lock)
        try:
            with (folder / folders.LOG).open("wb") as log:
                process = subprocess.Popen(  # noqa: S603 of this program
                    self._command(folder),
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    start_new_session=True,
                    pass_fds=held,
                )
        finally:
            os.close(lock)
        assert process.stdout
        with process.stdout as ready:
            if not ready.readline():
                process.communicate()
                raise OSError(folders.remove(folder)[-2_000:])
        return folder, process

    def _command(self, folder: Path) -> list[str]:
        options = ["--folder", str(folder), "--orphan", str(self.orphan)]
        options += ["--limits", json.dumps(asdict(self.limits))]
        options += ["--data", str(self.data)] if self.data else []
        return [*self.program, *options, *(["--spare"] if self.spare else [])]


class Connection:
    """The connection to one keeper; owns the handles of the runs that this process follows there.

    `process` is the keeper's, if this process has started it. `lost` is called when the connection
    has broken.
    """

    def __init__(
        self,
        folder: Path,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        lost: Callable[["Connection"], None],
        process: "subprocess.Popen[bytes] | None" = None,
    ) -> None:
        self.folder, self.process = folder, process
        self.handles: dict[str, FarHandle] = {}
        self._reader, self._writer = streams
        self._lost = lost
        self._asked: list[asyncio.Future[frozenset[str]]] = []
        self._reading = asyncio.create_task(self._read(), name=f"keeper-{folder.name}")

    async def send(self, order: Order) -> None:
        """Send an order; do nothing if the connection has broken, which is reported."""
        with suppress(ConnectionError, RuntimeError):
            self._writer.write(line(order))
            await self._writer.drain()

    async def living(self) -> frozenset[str] | None:
        """Return the runs that this keeper has; None if it does not answer."""
        answer: asyncio.Future[frozenset[str]] = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        await self.send(List())
        try:
            return await asyncio.wait_for(answer, ANSWER)
        except (TimeoutError, ConnectionError):
            return None

    async def close(self) -> None:
        """Hang up: the keeper goes on with its runs."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._writer.close()
        if self.process and self.process.stdin:
            self.process.stdin.close()

    async def _read(self) -> None:
        with suppress(ConnectionError):
            async for text in lines(self._reader, LONGEST):
                with suppress(ValidationError):  # of another version
                    self._take(text)
        self._writer.close()
        for answer in self._asked:
            if not answer.done():
                answer.set_exception(ConnectionError())
        self._lost(self)

    def _take(self, text: bytes) -> None:
        match news := NEWS.validate_json(text):
            case Living():
                asked, self._asked = self._asked, []
                for answer in asked:
                    if not answer.done():
                        answer.set_result(frozenset(news.runs))
            case Passed() | Gone() if handle := self.handles.get(news.run):
                handle.take(news)


async def reach(folder: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the keeper in a folder. Raises OSError."""
    with folders.address(folder) as path:
        return await asyncio.open_unix_connection(path)
