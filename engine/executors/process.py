"""A worker process as asyncio sees it: start it, write to it, signal its group."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

import engine
from engine.document import Frozen
from engine.protocol import line

ROOT = Path(engine.__file__).parent.parent
KILL_AFTER = 10.0
"""Seconds between SIGTERM and SIGKILL."""


async def spawn(backend: str, device: str, *, warm: bool) -> Process:
    """Start a worker in a session of its own. Raises OSError when the machine refuses."""
    arguments = ["--backend", backend, "--device", device, *(["--warm"] if warm else [])]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "engine.worker", *arguments),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
    )


async def send(process: Process, command: Frozen) -> None:
    """Write a command; a process that is gone says so on its other descriptors."""
    assert process.stdin is not None
    with suppress(ConnectionError, RuntimeError):
        process.stdin.write(line(command))
        await process.stdin.drain()


def signal_group(process: Process, number: signal.Signals) -> None:
    """Signal the process and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


async def end(process: Process, grace: float = KILL_AFTER) -> None:
    """SIGTERM, then SIGKILL after `grace` seconds; returns once the process is gone."""
    if process.returncode is None:
        signal_group(process, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), grace)
    signal_group(process, signal.SIGKILL)
    await process.wait()
