"""The training run of `python -m engine train`: its events are JSON lines on standard output."""

import asyncio
import signal
import sys
from pathlib import Path

from engine.processes.executors.handle import Limits
from engine.processes.executors.local import LocalExecutor
from engine.protocol import EndedEvent, Train, line


def train(command: Train, data: Path) -> EndedEvent:
    """Train in a worker process, print each event as a line, and return the last one.

    The worker finds the rows of data sets in the folder `data`.

    The first Ctrl-C stops training, then the model is evaluated and saved; the second ends the run.
    """
    return asyncio.run(_train(command, data))


async def _train(command: Train, data: Path) -> EndedEvent:
    executor = LocalExecutor(spare=False, limits=Limits(), data=data)
    stopping: set[asyncio.Task[None]] = set()
    try:
        handle = await executor.start(command.as_text())

        def interrupt() -> None:
            stopping.add(asyncio.create_task(handle.stop("now")))

        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupt)
        async for event in handle.events():
            sys.stdout.buffer.write(line(event))
            sys.stdout.buffer.flush()
    finally:
        await executor.close()
    assert isinstance(event, EndedEvent)
    return event
