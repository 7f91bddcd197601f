"""The devices of this machine that a run can be given, as its drivers list them."""

import asyncio
import contextlib
import shutil

from builder.wire.schemas import Device

_QUERY = ("--query-gpu=name,memory.total", "--format=csv,noheader,nounits")


async def devices() -> tuple[Device, ...]:
    """Return the devices that a run can be given."""
    return (Device(id="cpu", title="CPU"), *await gpus())


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


async def memory_of_gpus() -> dict[str, int | None]:
    """Return the memory of each GPU, None where the driver does not say."""
    return {gpu.id: gpu.memory_bytes for gpu in await gpus()}
