"""The server's backends and devices, detected without importing a backend."""

import asyncio
import contextlib
import shutil
from importlib.metadata import PackageNotFoundError, version

from builder.wire.schemas import BackendOut, Device, Environment
from engine import catalogue
from engine.machine.backends import BACKENDS, Backend
from engine.problems import sentence

_QUERY = ("--query-gpu=name,memory.total", "--format=csv,noheader,nounits")


async def environment() -> Environment:
    """Return the versions, backends and devices of this server."""
    return Environment(
        version=installed("layerloom") or "0.1.0",
        keras=installed("keras") or catalogue.load().keras,
        backends=tuple(map(backend, BACKENDS)),
        devices=(Device(id="cpu", title="CPU"), *await gpus()),
    )


def installed(package: str) -> str | None:
    """Return the version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def backend(row: Backend) -> BackendOut:
    """Describe a backend, with a hint if it is not installed."""
    present = installed(row.package)
    hint = None if present else _install_hint(row)
    return BackendOut(id=row.id, title=row.title, version=present, hint=hint)


def _install_hint(row: Backend) -> str:
    if row.extra:
        command = f".venv/bin/pip install '.[{row.extra}]'"
        return sentence("Install it with: {command}", command=command)
    return sentence("Run “make install” again.")


async def gpus() -> tuple[Device, ...]:
    """Return the NVIDIA GPUs that the driver lists."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    with contextlib.suppress(OSError, TimeoutError):
        process = await asyncio.create_subprocess_exec(
            program, *_QUERY, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(5):
                output, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        return tuple(read_gpus(output.decode(errors="replace")))
    return ()


def read_gpus(text: str) -> list[Device]:
    """Parse the output of nvidia-smi: one line per GPU, "name, mebibytes"."""
    devices = []
    for number, line in enumerate(text.splitlines()):
        name, _, memory = line.rpartition(", ")
        size = int(memory) * 2**20 if memory.strip().isdigit() else None
        devices.append(Device(id=f"gpu:{number}", title=name or line.strip(), memory_bytes=size))
    return devices
