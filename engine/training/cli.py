"""`python -m engine train`: a run in a worker process, its events as JSON lines on stdout."""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from engine.document import Backend, Document
from engine.executors.local import LocalExecutor
from engine.protocol import EndedEvent, Train, line


def train(
    document: Document,
    backend: Backend | None = None,
    device: str | None = None,
    epochs: int | None = None,
    output: str | None = None,
) -> int:
    """Train and print; return 0 when the run finished or was stopped, else 1.

    What is not None takes the place of what the document says. Artefacts go to the folder
    `output`, which is made when it is missing; without one they are thrown away. The first
    Ctrl-C stops the run and evaluates, the second ends it.

    Raises:
        ValueError: for a backend or device that does not exist, or epochs out of range.
        OSError: when the folder can't be made.
    """
    chosen = _with(document, backend, device, epochs)
    if output is None:
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(_run(Train(document=chosen, output=folder)))
    Path(output).mkdir(parents=True, exist_ok=True)
    return asyncio.run(_run(Train(document=chosen, output=output)))


def _with(
    document: Document, backend: Backend | None, device: str | None, epochs: int | None
) -> Document:
    values = document.to_json()
    said = {"backend": backend, "device": device}
    values["target"] |= {name: value for name, value in said.items() if value is not None}
    if epochs is not None:
        values["training"]["epochs"] = epochs
    return Document.model_validate(values)


async def _run(command: Train) -> int:
    executor = LocalExecutor(spare=False)
    stopping: set[asyncio.Task[None]] = set()
    try:
        handle = await executor.start(command)

        def interrupt() -> None:
            stopping.add(asyncio.create_task(handle.stop("now")))

        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupt)
        async for event in handle.events():
            sys.stdout.buffer.write(line(event))
            sys.stdout.buffer.flush()
    finally:
        await executor.close()
    assert isinstance(event, EndedEvent)
    return 0 if event.outcome in ("finished", "stopped") else 1
