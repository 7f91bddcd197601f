"""`python -m tests.faults.small.web`: forks web processes that only execute runs.

It reads JSON lines: each starts a process, which takes requests on the socket that the line names.
All imports are done before, so that a process starts in milliseconds. Printed are the ids of the
processes. They end with this one.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from builder import database  # noqa: E402
from builder.access import MissingError  # noqa: E402
from builder.log.hub import Hub  # noqa: E402
from builder.projects import actions as projects  # noqa: E402
from builder.projects.states import of_row  # noqa: E402
from builder.runs.actions import OverError  # noqa: E402
from builder.runs.owners import Owner  # noqa: E402
from builder.runs.queue import Queue  # noqa: E402
from builder.runs.runner import Runner  # noqa: E402
from engine.document import Document  # noqa: E402
from engine.document.stored import to_text  # noqa: E402
from engine.processes import child  # noqa: E402
from engine.processes.executors.connection import Keeping  # noqa: E402
from engine.processes.executors.handle import Limits  # noqa: E402
from engine.processes.executors.kept import KeptExecutor  # noqa: E402
from tests.faults.small.layer import FaultyLayer  # noqa: E402

SWEEP = 0.3
"""Seconds between looking for runs of processes that have ended."""
AT_ONCE = 3
ORPHAN = 30.0
KEEPER = (sys.executable, "-m", "tests.faults.small.keeper")


class Web:
    """One web process; `runner` executes the runs that it is asked for."""

    def __init__(self, seed: int, resume: bool, lasting: bool) -> None:
        home = settings.HOME
        self._hub = Hub(FaultyLayer(home / "layer", seed))
        owner = Owner(home)
        limits = Limits(memory=2**30, niceness=0, stop=20.0)
        orphan = ORPHAN if lasting else 0.0
        keeping = Keeping(
            home / "keepers", orphan, limits, spare=False, lock=owner.lock, program=KEEPER
        )
        queue = Queue(self._hub, owner.id, AT_ONCE, 2**40)
        executor = KeptExecutor(keeping)
        self.runner = Runner(self._hub, None, executor, owner, queue, resume=resume)  # type: ignore[arg-type]
        self._over = asyncio.Event()

    async def serve(self, path: str) -> None:
        """Take requests until this process is killed, or asked to end."""
        await self._hub.start()
        await self.runner.begin()
        server = await asyncio.start_unix_server(self._meet, path)
        sweeping = asyncio.create_task(self._sweep())
        await self._over.wait()
        sweeping.cancel()
        server.close()
        await self.runner.close()
        await self._hub.close()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            await self.runner.recover()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        request = json.loads(await reader.readline())
        try:
            answer = await self._do(**request)
        except (OverError, MissingError) as error:
            answer = type(error).__name__
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        writer.close()

    async def _do(self, what: str, run: str = "", epochs: int = 0) -> Any:
        match what:
            case "begin":
                document = Document.model_validate({"training": {"epochs": epochs}})
                text = to_text(document)
                project = await database.write(projects.store, "small", 0, text)
                row = await database.read(projects.find, project.id)
                return (await self.runner.start(project.id, of_row(row))).id
            case "stop":
                await self.runner.stop(run, "now")
            case "pause" | "resume":
                await self.runner.pause(run, what)
            case "end":
                self._over.set()
        return None


def fork(parent: int, order: dict[str, Any]) -> int:
    """Start a web process; return its id."""
    if pid := os.fork():
        return pid
    child.end_with(parent)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.close(0)
    path = order.pop("path")
    asyncio.run(Web(**order).serve(path))
    database.close()
    os._exit(0)


def migrate() -> None:
    """Make the tables in a process of its own, so that no connection is inherited."""
    if not (pid := os.fork()):
        call_command("migrate", verbosity=0)
        os._exit(0)
    os.waitpid(pid, 0)


def main() -> None:
    """Fork processes as asked."""
    (Path(settings.HOME) / "layer").mkdir()
    migrate()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    me = os.getpid()
    for text in sys.stdin:
        print(fork(me, json.loads(text)), flush=True)


if __name__ == "__main__":
    main()
