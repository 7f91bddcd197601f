"""A worker process in asyncio: start it, write to it, signal its group, wait for its end.

Its temporary files lie in a folder of their own, which is removed at its end: TensorFlow writes
some for each model, and a process that is killed, or ends at once, leaves them.
"""

import asyncio
import os
import shutil
import signal
import tempfile
from asyncio.subprocess import PIPE, SubprocessStreamProtocol
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import engine
from engine.data.stores import FOLDER
from engine.machine.priority import OF_RUNS
from engine.processes import child

ROOT = Path(engine.__file__).parent.parent
KILL_AFTER = 10.0
"""Seconds between SIGTERM and SIGKILL."""
DRAIN = 5.0
"""Seconds to wait for the last output of a process after its end."""


class _Protocol(SubprocessStreamProtocol):
    """Reports when the process exits.

    asyncio's own `wait` also waits until its pipes close, which a child process may keep open.
    """

    def __init__(self) -> None:
        super().__init__(limit=2**16, loop=asyncio.get_running_loop())
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()


@dataclass(frozen=True, eq=False)
class Worker:
    """A started process, leader of its own session and group; owns its temporary files."""

    scratch: Path
    transport: asyncio.SubprocessTransport
    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader
    exited: asyncio.Event

    @property
    def pid(self) -> int:
        """The process id, which is its group's and session's too."""
        return self.transport.get_pid()

    @property
    def alive(self) -> bool:
        """Whether the process has not exited."""
        return not self.exited.is_set()

    @property
    def code(self) -> int | None:
        """The exit code; if negative, the signal that ended the process."""
        return self.transport.get_returncode()

    async def send(self, line: bytes) -> None:
        """Write a command; do nothing if the process has ended, which its outputs report."""
        with suppress(ConnectionError, RuntimeError):
            self.stdin.write(line)
            await self.stdin.drain()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and its children."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    async def end(self, grace: float = KILL_AFTER) -> None:
        """Send SIGTERM, and SIGKILL after `grace` seconds; return when the process has exited."""
        if self.alive:
            self.signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.exited.wait(), grace)
        self.signal(signal.SIGKILL)
        await self.exited.wait()
        self._close()

    async def clear_up(self, drain: float = DRAIN) -> None:
        """Wait for the process to exit, then make sure that its children don't keep its pipes open.

        Its group is killed; output of children outside of the group is read for `drain` seconds.
        """
        await self.exited.wait()
        self.signal(signal.SIGKILL)
        await asyncio.sleep(drain)
        self._close()

    def _close(self) -> None:
        self.transport.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


@dataclass(frozen=True)
class Share:
    """What a worker may use: bytes of memory, threads (None: one for each core); its niceness."""

    memory: int
    threads: int | None = None
    niceness: int = OF_RUNS


def arguments(backend: str, device: str, share: Share, warm: bool) -> list[str]:
    """Return the command line of a worker."""
    options = ["--backend", backend, "--device", device, "--memory", str(share.memory)]
    options += ["--niceness", str(share.niceness)]
    if share.threads:
        options += ["--threads", str(share.threads)]
    return child.command("engine.processes.worker", *options, *(["--warm"] if warm else []))


async def spawn(
    backend: str, device: str, share: Share, *, warm: bool, data: Path | None = None
) -> Worker:
    """Start a worker in a session of its own; it finds rows in the folder `data`.

    Raises OSError if the system can't.
    """
    variables = {FOLDER: str(data)} if data else {}
    return await launch(arguments(backend, device, share, warm), variables)


async def launch(command: Sequence[str], variables: Mapping[str, str] | None = None) -> Worker:
    """Start a process with a pipe on each standard descriptor, in a session of its own.

    `variables` are added to the environment of this process.
    """
    loop = asyncio.get_running_loop()
    scratch = Path(tempfile.mkdtemp(prefix="layerloom-"))
    try:
        transport, protocol = await loop.subprocess_exec(
            _Protocol,
            *command,
            cwd=ROOT,
            env={**os.environ, **(variables or {}), "TMPDIR": str(scratch)},
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
        )
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    stdin, stdout, stderr = protocol.stdin, protocol.stdout, protocol.stderr
    assert stdin is not None
    assert stdout is not None
    assert stderr is not None
    return Worker(scratch, transport, stdin, stdout, stderr, protocol.exited)
