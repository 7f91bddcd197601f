"""Supervises the checker: one warm process that holds Keras, so that this one need not.

Requests are served one at a time. A request that takes too long, or on which the process dies,
is answered with a problem, and the next one finds a fresh process; others only wait for it.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

from builder.checking.process import Copy, KilledError, Nursery, StartError
from engine.check.verdict import Verdict
from engine.data.preview import Preview
from engine.problems import Problem, problem
from engine.processes import child

logger = logging.getLogger(__name__)

STARTS = 3
"""How often a process that is killed while it starts is started for one question."""
ENDING = "The server is ending."
_PROBLEMS = list[Problem]


class CheckerError(Exception):
    """A request that got no answer; carries the problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem

    @property
    def verdict(self) -> Verdict:
        """What to answer whoever waits; the document itself has no verdict yet."""
        return Verdict(ok=False, problems=(self.problem,))


class Checker:
    """The one checker of a web process; owns the child process and the queue in front of it."""

    def __init__(self, seconds: float, memory_mb: int = 0, command: Sequence[str] = ()) -> None:
        self._seconds, self._memory = seconds, memory_mb * 1_000_000
        self._command = command or child.command("engine.processes.checker")
        self._turn = asyncio.Lock()
        self._nursery: Nursery | None = None
        self._copy: Copy | None = None
        self._starting: asyncio.Task[Copy] | None = None
        self._closed = False

    def warm(self) -> None:
        """Begin to start the process, so that the first request finds it ready."""
        if self._copy is None and self._starting is None and not self._closed:
            self._starting = asyncio.create_task(self._start(), name="checker")

    @property
    def pid(self) -> int:
        """The process that answers now; 0 while there is none."""
        return int(self._copy.ready.get("pid", 0)) if self._copy else 0

    async def check(self, document: str) -> Verdict:
        """Return the verdict on a document given as JSON, or why there is none right now."""
        try:
            return await self.judge(document)
        except CheckerError as error:
            return error.verdict

    async def judge(self, document: str) -> Verdict:
        """Return the verdict on a document given as JSON. Raises CheckerError."""
        reply = await self._ask("check", "document", document)
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
        """End the processes; nothing can be asked afterwards."""
        self._closed = True
        if self._starting:
            self._starting.cancel()
            (started,) = await asyncio.gather(self._starting, return_exceptions=True)
            if isinstance(started, Copy):  # it was there before it could be called off
                started.close()
            self._starting = None
        self._drop()
        if self._nursery:
            await self._nursery.end()

    async def _ask(self, type: str, field: str, value: str) -> dict[str, Any]:
        """Send one request, of which `value` is already JSON, and wait for its answer."""
        async with self._turn:
            while True:
                copy = await self._running()
                try:
                    async with asyncio.timeout(self._seconds):
                        return await copy.exchange(type, field, value)
                except TimeoutError:
                    self._replace()
                    raise CheckerError(problem("checker_slow", seconds=self._seconds)) from None
                except (OSError, EOFError, ValueError):
                    self._replace()
                    if copy.served == 0:
                        raise CheckerError(problem("checker_died")) from None
                    # It may have died of what came before: a fresh one decides.
                except asyncio.CancelledError:
                    self._replace()  # its answer would be taken for the next one's
                    raise

    async def _running(self) -> Copy:
        if self._copy and self._copy.alive:
            return self._copy
        self._drop()
        self.warm()
        starting = self._starting
        if starting is None:
            raise CheckerError(problem("checker_missing", detail=ENDING))
        try:
            self._copy = await asyncio.shield(starting)
        except asyncio.CancelledError:
            if starting.cancelled():
                raise CheckerError(problem("checker_missing", detail=ENDING)) from None
            raise
        except StartError as error:
            logger.error("The checker does not start: %s", error)
            raise CheckerError(problem("checker_missing", detail=str(error))) from None
        finally:
            if starting.done():
                self._starting = None
        return self._copy

    async def _start(self) -> Copy:
        """Return a fresh copy, from a fresh nursery if need be. Raises StartError."""
        if self._nursery and self._nursery.alive:
            try:
                return await self._nursery.copy()
            except StartError as error:  # it has just died: its end is not yet known here
                logger.info("The checker is started again: %s", error)
        for _ in range(STARTS - 1):
            try:
                return await self._start_nursery()
            except KilledError as error:
                logger.info("The checker is started again: %s", error)
        return await self._start_nursery()

    async def _start_nursery(self) -> Copy:
        if self._nursery:
            await self._nursery.end()
        self._nursery = await Nursery.start(self._command, self._memory)
        return await self._nursery.copy()

    def _replace(self) -> None:
        """Put a fresh process in the place of this one, ready for whoever asks next."""
        self._drop()
        self.warm()

    def _drop(self) -> None:
        copy, self._copy = self._copy, None
        if copy:
            copy.close()


def _problems(reply: dict[str, Any]) -> _PROBLEMS:
    return [Problem.model_validate(item) for item in reply.get("problems", [])]
