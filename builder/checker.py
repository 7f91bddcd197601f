"""Supervises the checker: one warm process that holds Keras, so that this one need not.

Requests are served one at a time. A request that takes too long, or on which the process dies,
is answered with a problem, and the next one finds a fresh process.
"""

import asyncio
import contextlib
import json
import logging
import resource
import sys
from collections import deque
from collections.abc import Sequence
from typing import Any

from builder.config import ROOT
from builder.problems import checker_died, checker_missing, checker_slow
from engine.data.preview import Preview
from engine.problems import Problem
from engine.verdict import Verdict

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "engine.checker")
WARM_SECONDS = 120.0
LINE_LIMIT = 256_000_000
ENDING = "The server is ending."
_PROBLEMS = list[Problem]


class CheckerError(Exception):
    """A request that got no answer; carries the problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Checker:
    """The one checker of a web process; owns the child process and the queue in front of it."""

    def __init__(
        self, seconds: float, memory_mb: int = 0, command: Sequence[str] = COMMAND
    ) -> None:
        self._seconds, self._memory, self._command = seconds, memory_mb * 1_000_000, command
        self._turn = asyncio.Lock()
        self._process: _Process | None = None
        self._starting: asyncio.Task[_Process] | None = None
        self._closed = False

    def warm(self) -> None:
        """Begin to start the process, so that the first request finds it ready."""
        if self._process is None and self._starting is None and not self._closed:
            starting = _Process.start(self._command, self._memory)
            self._starting = asyncio.create_task(starting, name="checker")

    async def check(self, document: str) -> Verdict:
        """Return what the checker says of a document given as JSON; never raises for a graph."""
        try:
            reply = await self._ask("check", "document", document)
        except CheckerError as error:
            return Verdict(ok=False, problems=(error.problem,))
        if reply.get("type") == "verdict":
            return Verdict.model_validate(reply["verdict"])
        return Verdict(ok=False, problems=tuple(_problems(reply)))

    async def summary(self, document: str) -> str | _PROBLEMS:
        """Return Keras's table for a document given as JSON. Raises CheckerError."""
        reply = await self._ask("summary", "document", document)
        return str(reply["text"]) if reply.get("type") == "summary" else _problems(reply)

    async def preview(self, data: str) -> Preview | _PROBLEMS:
        """Return a look at a data set. Raises CheckerError."""
        reply = await self._ask("preview", "data", json.dumps(data))
        if reply.get("type") == "preview":
            return Preview.model_validate(reply["preview"])
        return _problems(reply)

    async def close(self) -> None:
        """End the process; nothing can be asked afterwards."""
        self._closed = True
        if self._starting:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
            self._starting = None
        await self._end()

    async def _ask(self, type: str, field: str, value: str) -> dict[str, Any]:
        """Send one request, of which `value` is already JSON, and wait for its answer."""
        async with self._turn:
            while True:
                worker = await self._running()
                try:
                    async with asyncio.timeout(self._seconds):
                        return await worker.exchange(type, field, value)
                except TimeoutError:
                    await self._replace()
                    raise CheckerError(checker_slow(self._seconds)) from None
                except (OSError, EOFError, ValueError):
                    logger.warning("The checker died: %s", worker.last_words)
                    await self._replace()
                    if worker.served == 0:
                        raise CheckerError(checker_died()) from None
                    # It may have died of what came before: a fresh one decides.
                except asyncio.CancelledError:
                    await self._replace()  # its answer would be taken for the next one's
                    raise

    async def _running(self) -> "_Process":
        if self._process and self._process.alive:
            return self._process
        await self._end()
        self.warm()
        starting = self._starting
        if starting is None:
            raise CheckerError(checker_missing(ENDING))
        try:
            self._process = await asyncio.shield(starting)
        except asyncio.CancelledError:
            if starting.cancelled():
                raise CheckerError(checker_missing(ENDING)) from None
            raise
        except StartError as error:
            logger.error("The checker does not start: %s", error)
            raise CheckerError(checker_missing(str(error))) from None
        finally:
            if starting.done():
                self._starting = None
        return self._process

    async def _replace(self) -> None:
        """Put a fresh process in the place of this one, ready for whoever asks next."""
        await self._end()
        self.warm()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            await process.end()


class StartError(Exception):
    """The process did not come up; the text is the end of what it said."""


class _Process:
    """One life of the checker process, from warm to dead."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said: deque[str] = deque(maxlen=40)
        self._listening = asyncio.create_task(self._listen(), name="checker-stderr")
        self._number = 0
        self.served = 0
        self.ready: dict[str, Any] = {}

    @classmethod
    async def start(cls, command: Sequence[str], memory: int) -> "_Process":
        """Start a process and wait until it is warm. Raises StartError."""
        try:
            child = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=ROOT,
                limit=LINE_LIMIT,
            )
        except OSError as error:
            raise StartError(str(error)) from None
        process = cls(child)
        try:
            _limit_memory(child.pid, memory)
            async with asyncio.timeout(WARM_SECONDS):
                process.ready = await process._read()
        except (EOFError, ValueError, TimeoutError):
            await process.end()
            raise StartError(process.last_words or "it said nothing") from None
        except BaseException:
            await process.end()
            raise
        return process

    @property
    def alive(self) -> bool:
        """False once the process is known to have ended."""
        return self._process.returncode is None

    @property
    def last_words(self) -> str:
        """The end of what it wrote to standard error."""
        return "\n".join(self._said)

    async def exchange(self, type: str, field: str, value: str) -> dict[str, Any]:
        """Send a request and return its answer. Raises OSError, EOFError or ValueError."""
        self._number += 1
        line = f'{{"id": {self._number}, "type": "{type}", "{field}": {value}}}\n'
        assert self._process.stdin
        self._process.stdin.write(line.encode())
        await self._process.stdin.drain()
        reply = await self._read()
        if reply.get("id") != self._number:
            raise ValueError(f"expected an answer to {self._number}, got {reply.get('id')}")
        self.served += 1
        return reply

    async def end(self) -> None:
        """Kill the process and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await asyncio.gather(self._listening, return_exceptions=True)
        assert self._process.stdin
        self._process.stdin.close()

    async def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        message: dict[str, Any] = json.loads(line)
        return message

    async def _listen(self) -> None:
        """Keep the last lines of standard error, for when the process dies."""
        assert self._process.stderr
        while line := await self._process.stderr.readline():
            self._said.append(line.decode(errors="replace").rstrip())
            logger.debug("checker: %s", self._said[-1])


def _limit_memory(pid: int, memory: int) -> None:
    """Bound the data segment: address space would also count what is only reserved."""
    if memory and hasattr(resource, "prlimit"):
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_DATA, (memory, memory))


def _problems(reply: dict[str, Any]) -> _PROBLEMS:
    return [Problem.model_validate(item) for item in reply.get("problems", [])]
