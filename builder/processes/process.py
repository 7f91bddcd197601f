"""The web process's side of a fork server and its copies.

A fork server (engine.processes.fork_server) imports slow libraries once and forks copies of itself.
One copy at a time answers requests, in the protocol of engine.processes.exchange. Forking a copy
takes milliseconds, starting a fork server seconds.
"""

import asyncio
import contextlib
import json
import logging
import resource
import socket
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from builder.settings.config import ROOT
from engine.problems import sentence

logger = logging.getLogger(__name__)

WARM_SECONDS = 120.0
END_SECONDS = 5.0
LINE_LIMIT = 1_000_000


class StartError(Exception):
    """The process did not start; the text is the end of its standard error."""


class KilledError(StartError):
    """The process or its copy was killed before it was ready; starting it again may work."""


class Reply(NamedTuple):
    """An answer: its type, the other fields of its head, and its body."""

    type: str
    fields: dict[str, Any]
    body: bytes


class Copy:
    """One forked copy; owns the socket to it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._number = 0
        self.served = 0
        self.ready: dict[str, Any] = {}

    @property
    def alive(self) -> bool:
        """False once the process is known to have ended."""
        return not (self._reader.at_eof() or self._writer.is_closing())

    async def warm(self) -> None:
        """Wait until it reports that it is ready. Raises OSError, EOFError or ValueError."""
        self.ready = (await self._read()).fields

    async def exchange(self, type: str, body: bytes, fields: Mapping[str, object]) -> Reply:
        """Send a request and return its answer. Raises OSError, EOFError or ValueError."""
        self._number += 1
        head = {"id": self._number, "type": type, "length": len(body), **fields}
        self._writer.write(json.dumps(head).encode() + b"\n")
        self._writer.write(body)
        await self._writer.drain()
        reply = await self._read()
        if reply.fields.get("id") != self._number:
            raise ValueError(f"expected an answer to {self._number}, not {reply.fields.get('id')}")
        self.served += 1
        return reply

    def close(self) -> None:
        """Close the socket; the fork server kills this copy when it forks the next one or ends."""
        self._writer.close()

    async def _read(self) -> Reply:
        line = await self._reader.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        head: dict[str, Any] = json.loads(line)
        body = await self._reader.readexactly(head.get("length", 0))
        return Reply(str(head["type"]), head, body)


class ForkServer:
    """A process that forks copies of itself; owns the process and its control socket."""

    def __init__(
        self, name: str, process: asyncio.subprocess.Process, control: socket.socket
    ) -> None:
        self._name, self._process, self._control = name, process, control
        self._printed: deque[str] = deque(maxlen=40)
        self._stderr_task = asyncio.create_task(self._read_stderr(), name=f"{name}-stderr")
        self._copies = 0

    @classmethod
    async def start(cls, name: str, command: Sequence[str], memory: int) -> "ForkServer":
        """Start the process with a memory limit in bytes (0: none). Raises StartError."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.PIPE,
                    cwd=ROOT,
                )
            except BaseException as error:
                ours.close()
                if isinstance(error, OSError):
                    raise StartError(str(error)) from None
                raise
        _limit_memory(process.pid, memory)
        return cls(name, process, ours)

    @property
    def alive(self) -> bool:
        """False once the process is known to have ended."""
        return self._process.returncode is None

    async def copy(self) -> Copy:
        """Kill the present copy, and return a new one once it is ready. Raises StartError."""
        ours, theirs = socket.socketpair()
        try:
            reader, writer = await asyncio.open_connection(sock=ours, limit=LINE_LIMIT)
        except BaseException:
            ours.close()
            theirs.close()
            raise
        copy = Copy(reader, writer)
        try:
            with theirs:
                socket.send_fds(self._control, [b"+"], [theirs.fileno()])
            async with asyncio.timeout(WARM_SECONDS):
                await copy.warm()
        except TimeoutError:
            copy.close()
            await self.end()
            why = sentence("it was not ready within {seconds:g} s", seconds=WARM_SECONDS)
            raise StartError(why) from None
        except (OSError, EOFError, ValueError):
            copy.close()
            await self._shut_down()
            raise self._start_error() from None
        except BaseException:
            copy.close()
            raise
        self._log_replacement()
        return copy

    async def end(self) -> None:
        """End the process and its copy, and wait for their exit."""
        if not self._copies:  # it may be importing, and not notice a closed input
            self._kill()
        await self._shut_down()

    async def _shut_down(self) -> None:
        """Close the process's input, which makes it and its copy exit, and wait for that."""
        self._control.close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._kill()
        await self._process.wait()
        await asyncio.gather(self._stderr_task, return_exceptions=True)

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def _start_error(self) -> StartError:
        """Return the error of a process that exited by itself before its copy was ready."""
        printed, status = "\n".join(self._printed), self._process.returncode or 0
        if status > 0:
            why = sentence("it ended with exit status {status}", status=status)
            return StartError(printed or why)
        return KilledError(printed or sentence("it was killed while it started"))

    def _log_replacement(self) -> None:
        if self._copies:
            logger.warning(
                "The %s was replaced. The old one printed: %s",
                self._name,
                "\n".join(self._printed),
            )
        self._copies += 1
        self._printed.clear()

    async def _read_stderr(self) -> None:
        """Keep the last lines of standard error, for error messages."""
        assert self._process.stderr
        while line := await self._process.stderr.readline():
            self._printed.append(line.decode(errors="replace").rstrip())
            logger.debug("%s: %s", self._name, self._printed[-1])


def _limit_memory(pid: int, memory: int) -> None:
    """Limit the data segment; RLIMIT_AS would also count reserved address space."""
    if memory and hasattr(resource, "prlimit"):
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_DATA, (memory, memory))
