"""Time from a WebSocket edit to its verdict on a real server, and the server's peak memory."""

import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bench import Row, documents
from bench.timing import milliseconds

ROOT = Path(__file__).resolve().parent.parent
LAYERS = 100
EVERY = 5.0
SECONDS = 30.0
_REVISION = re.compile(r'\{"type":"(checked|edited)","revision":(\d+)')
_batches = itertools.count()


def rows() -> Iterator[Row]:
    """Edits of a 100-layer graph: by one editor without pause, and by 50 editors."""
    with tempfile.TemporaryDirectory() as home, server(Path(home)) as (url, pid):
        project = new_project(url)
        alone = asyncio.run(_alone(url, project, edits=200))
        yield _row("one editor, one edit after the other", alone, 0.050)
        many = asyncio.run(_many(url, project, editors=50))
        yield _row(f"50 editors, one edit per {EVERY:g} s each", many, 0.100)
        memory = peak_memory(pid)
        yield Row("memory of the web process with 50 editors", f"{memory:.0f} MB", "limit 150 MB")


def _row(who: str, times: list[float], limit: float) -> Row:
    p99 = statistics.quantiles(times, n=100)[98]
    detail = (
        f"p50 {milliseconds(statistics.median(times))}, {len(times)} edits of {LAYERS} layers; "
        f"limit {milliseconds(limit)}"
    )
    return Row(f"edit to verdict, {who} (p99)", milliseconds(p99), detail)


@contextlib.contextmanager
def server(home: Path, serve: Sequence[str] = ()) -> Iterator[tuple[str, int]]:
    """Run a server with an empty home directory; yield its address and process id.

    `serve` is the program that takes the arguments of `manage.py serve`, if not that itself.
    """
    manage = [sys.executable, str(ROOT / "manage.py")]
    env = {**os.environ, "LAYERLOOM_HOME": str(home), "LAYERLOOM_RUN_ORPHAN_MINUTES": "0"}
    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
    command = [*(serve or (*manage, "serve")), "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        address = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert address, "the server did not start"
        yield address[0], process.pid
    finally:
        process.terminate()
        process.wait(60)


def new_project(url: str) -> str:
    """Create the project and wait for its first verdict, which warms up the checker."""
    body = json.dumps({"document": documents.chain(LAYERS).to_json()}).encode()
    request = urllib.request.Request(f"{url}/api/projects", data=body)
    with urllib.request.urlopen(request, timeout=60) as answer:
        id = str(json.load(answer)["id"])
    with urllib.request.urlopen(f"{url}/api/projects/{id}/check", timeout=120) as answer:
        assert json.load(answer)["ok"]
    return id


async def _alone(url: str, project: str, edits: int) -> list[float]:
    async with editing(url, project) as editor:
        return [await editor.edit() for _ in range(edits)]


async def _many(url: str, project: str, editors: int) -> list[float]:
    async with contextlib.AsyncExitStack() as stack:
        joined = [await stack.enter_async_context(editing(url, project)) for _ in range(editors)]
        times = await asyncio.gather(*(editor.edit_repeatedly() for editor in joined))
    return [seconds for of_editor in times for seconds in of_editor]


@contextlib.asynccontextmanager
async def editing(url: str, project: str) -> AsyncIterator["Editor"]:
    address = f"{url.replace('http', 'ws')}/ws/projects/{project}"
    async with connect(address, origin=Origin(url), max_size=None, compression=None) as socket:
        await socket.send(json.dumps({"type": "join", "name": "bench"}))
        editor = Editor(socket)
        listening = asyncio.create_task(editor.listen())
        yield editor
        listening.cancel()


class Editor:
    """One browser tab: sends an edit and waits for the verdict on it or on a later revision.

    Parses only the beginnings of messages, so that mainly the server is measured.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._received = 0
        self._batch = ""
        self._revision: int | None = None
        self._checked = asyncio.Event()

    async def listen(self) -> None:
        """Read and acknowledge messages until cancelled."""
        async for text in self._socket:
            assert isinstance(text, str)
            self._received += 1
            if self._received % 16 == 0:
                message = {"type": "acknowledge", "messages": self._received}
                await self._socket.send(json.dumps(message))
            if head := _REVISION.match(text):
                self._note(head[1], int(head[2]), text)

    def _note(self, type: str, revision: int, text: str) -> None:
        if type == "edited" and f'"id":"{self._batch}"' in text[:200]:
            self._revision = revision
        elif type == "checked" and self._revision is not None and revision >= self._revision:
            self._checked.set()

    async def edit_repeatedly(self) -> list[float]:
        """Edit every few seconds, starting at a random moment; return the seconds of each."""
        await asyncio.sleep(random.uniform(0, EVERY))
        times = []
        for _ in range(round(SECONDS / EVERY)):
            seconds = await self.edit()
            times.append(seconds)
            await asyncio.sleep(max(0.0, EVERY - seconds))
        return times

    async def edit(self, node: str = "") -> float:
        """Change the width of a Dense layer; return the seconds until its verdict arrives."""
        self._batch, self._revision = f"bench-{next(_batches):08}", None
        self._checked.clear()
        node = node or f"n{random.randrange(1, LAYERS)}"
        path = ["graphs", "main", "nodes", node, "params", "units"]
        change = {"type": "set", "path": path, "value": random.randrange(8, 2_000)}
        message = {"type": "edit", "id": self._batch, "base": 0, "operations": [change]}
        began = time.perf_counter()
        await self._socket.send(json.dumps(message))
        await asyncio.wait_for(self._checked.wait(), 60)
        return time.perf_counter() - began


def peak_memory(pid: int) -> float:
    """The peak resident memory of a process so far, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak
    return int(peak[1]) / 1000
