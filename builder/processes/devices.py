"""The devices of this machine that a run can be given, as its driver lists them.

nvidia-smi is a process of its own: a driver that hangs or crashes does nothing to the web process.
"""

import asyncio
import contextlib
import os
import re
import shutil

from builder.wire.schemas import Device
from engine.machine.cores import cores

_FIELDS = ("index", "uuid", "name", "memory.total", "memory.free", "mig.mode.current")
_QUERY = (f"--query-gpu={','.join(_FIELDS)}", "--format=csv,noheader,nounits")
_ROW = re.compile(
    r"(?P<index>\d+), (?P<uuid>GPU-[^,]+), (?P<name>.+), (?P<total>[^,]+), (?P<free>[^,]+)"
    r", (?P<mig>[^,]+)"
)
SECONDS = 5
"""For nvidia-smi to answer; a GPU that is going away makes it wait."""
MOST_PARTS = 8
"""Devices into which a processor may be divided."""
MIG = "Enabled"
"""A GPU that is divided into several: the first part trains, and its memory is not told here."""


async def devices() -> tuple[Device, ...]:
    """Return the devices that a run can be given."""
    return (Device(id="cpu", title="CPU"), *await gpus())


def cpu_parts() -> int:
    """Return into how many devices the processor may be divided, as if they were GPUs."""
    return max(1, min(MOST_PARTS, cores()))


async def gpus() -> tuple[Device, ...]:
    """Return the NVIDIA GPUs that the driver lists and this server may see; none if it fails."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    with contextlib.suppress(OSError, TimeoutError):
        process = await asyncio.create_subprocess_exec(
            program, *_QUERY, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(SECONDS):
                output, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        visible = os.environ.get("CUDA_VISIBLE_DEVICES", "")
        return tuple(read_gpus(output.decode(errors="replace"), visible))
    return ()


def read_gpus(text: str, visible: str = "") -> list[Device]:
    """Parse the output of nvidia-smi: a line for each GPU, with its memory in mebibytes.

    `visible` is CUDA_VISIBLE_DEVICES: the GPUs that runs can have, by index or UUID, in the order
    in which documents count them; without it, all. Other lines are messages of a driver that fails,
    or of a GPU that is lost.
    """
    rows = [row for row in map(_ROW.fullmatch, text.splitlines()) if row and not _lost(row)]
    asked = [name.strip() for name in visible.split(",") if name.strip()]
    if not asked:
        return [_device(int(row["index"]), row) for row in rows]
    named = {name: row for row in rows for name in (row["index"], row["uuid"])}
    return [_device(at, named[name]) for at, name in enumerate(asked) if name in named]


def _lost(row: re.Match[str]) -> bool:
    return "lost" in row["total"] or "Unknown" in row["total"]


def _device(number: int, row: re.Match[str]) -> Device:
    """A GPU; of one that is divided, the memory of a part is not known."""
    divided = row["mig"] == MIG
    return Device(
        id=f"gpu:{number}",
        title=f"{row['name']} (MIG)" if divided else row["name"],
        memory_bytes=None if divided else _bytes(row["total"]),
        free_bytes=None if divided else _bytes(row["free"]),
    )


def _bytes(mebibytes: str) -> int | None:
    return int(mebibytes) * 2**20 if mebibytes.isdigit() else None


async def memory_of_gpus() -> dict[str, int | None]:
    """Return the memory of each GPU, None where the driver does not say."""
    return {gpu.id: gpu.memory_bytes for gpu in await gpus()}
