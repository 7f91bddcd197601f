"""Supervises one child process that does work the web process must not do itself.

Requests are served one at a time. If a request takes too long or the process dies, the answer is
a problem, and the process is replaced before the next request is served.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from builder.processes.process import Copy, ForkServer, KilledError, Reply, StartError
from engine.problems import Problem, problem, sentence

logger = logging.getLogger(__name__)

STARTS = 3
"""How often a process that is killed during its start is started for one request."""
ENDING = sentence("The server is shutting down.")


class UnansweredError(Exception):
    """A request that got no answer; `problem` is what to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


Failure = Literal["died", "slow", "missing"]


class Supervised:
    """The one process of its kind; owns the child process and the queue in front of it."""

    CODES: Mapping[Failure, str]
    """The codes of what may go wrong with it (see engine.problems)."""

    def __init__(
        self, name: str, command: Sequence[str], seconds: float, memory_mb: int = 0
    ) -> None:
        self._name, self._command = name, command
        self._seconds, self._memory = seconds, memory_mb * 1_000_000
        self._lock = asyncio.Lock()
        self._fork_server: ForkServer | None = None
        self._copy: Copy | None = None
        self._starting: asyncio.Task[Copy] | None = None
        self._closed = False

    def warm(self) -> None:
        """Start the process in the background, before the first request."""
        if self._copy is None and self._starting is None and not self._closed:
            self._starting = asyncio.create_task(self._start(), name=self._name)

    @property
    def pid(self) -> int:
        """The id of the present copy's process; 0 if there is none."""
        return int(self._copy.ready.get("pid", 0)) if self._copy else 0

    @property
    def busy(self) -> bool:
        """Whether a request is in progress."""
        return self._lock.locked()

    async def close(self) -> None:
        """End the processes; later requests fail."""
        self._closed = True
        if self._starting:
            self._starting.cancel()
            (started,) = await asyncio.gather(self._starting, return_exceptions=True)
            if isinstance(started, Copy):  # it was ready before it could be cancelled
                started.close()
            self._starting = None
        self._drop()
        if self._fork_server:
            await self._fork_server.end()

    async def ask(self, type: str, body: bytes = b"", **fields: object) -> Reply:
        """Send a request and return its answer. Raises UnansweredError."""
        async with self._lock:
            while True:
                copy = await self._ensure_copy()
                try:
                    async with asyncio.timeout(self._seconds):
                        return await copy.exchange(type, body, fields)
                except TimeoutError:
                    self._replace()
                    raise self._error("slow", seconds=self._seconds) from None
                except (OSError, EOFError, ValueError):
                    self._replace()
                    if copy.served == 0:
                        raise self._error("died") from None
                    # An earlier request may have caused this: try again with a new copy.
                except asyncio.CancelledError:
                    self._replace()  # or its answer would be read as that of the next request
                    raise

    async def _ensure_copy(self) -> Copy:
        if self._copy and self._copy.alive:
            return self._copy
        self._drop()
        self.warm()
        starting = self._starting
        if starting is None:
            raise self._error("missing", detail=ENDING)
        try:
            self._copy = await asyncio.shield(starting)
        except asyncio.CancelledError:
            if starting.cancelled():
                raise self._error("missing", detail=ENDING) from None
            raise
        except StartError as error:
            logger.error("The %s could not be started: %s", self._name, error)
            raise self._error("missing", detail=str(error)) from None
        finally:
            if starting.done():
                self._starting = None
        return self._copy

    async def _start(self) -> Copy:
        """Return a new copy, from a new fork server if necessary. Raises StartError."""
        if self._fork_server and self._fork_server.alive:
            try:
                return await self._fork_server.copy()
            except StartError as error:  # it has just died, which `alive` doesn't show yet
                logger.info("Starting the %s again: %s", self._name, error)
        for _ in range(STARTS - 1):
            try:
                return await self._start_fork_server()
            except KilledError as error:
                logger.info("Starting the %s again: %s", self._name, error)
        return await self._start_fork_server()

    async def _start_fork_server(self) -> Copy:
        if self._fork_server:
            await self._fork_server.end()
        self._fork_server = await ForkServer.start(self._name, self._command, self._memory)
        return await self._fork_server.copy()

    def _error(self, what: Failure, **arguments: Any) -> UnansweredError:
        return UnansweredError(problem(self.CODES[what], **arguments))

    def _replace(self) -> None:
        """Replace the process, so that the next request finds a new one."""
        self._drop()
        self.warm()

    def _drop(self) -> None:
        copy, self._copy = self._copy, None
        if copy:
            copy.close()


def parts(reply: Reply, *names: str) -> list[str]:
    """Return the parts of a body; its head has the length of each but the last under its name."""
    texts, start = [], 0
    for name in names:
        texts.append(reply.body[start : start + reply.fields[name]].decode())
        start += reply.fields[name]
    return [*texts, reply.body[start:].decode()]


def problems(reply: Reply) -> list[Problem]:
    """Return the problems in a reply that has no result."""
    return [Problem.model_validate(item) for item in json.loads(reply.body)]
