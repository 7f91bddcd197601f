"""A WebSocket edit to its verdict, against a real server, and the server's memory meanwhile."""

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
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bench import Row, documents
from bench.timing import milliseconds

ROOT = Path(__file__).resolve().parent.parent
LAYERS = 100
EVERY = 5.0
SECONDS = 30.0
_REVISION = re.compile(r'\{"type":"(judged|edited)","revision":(\d+)')
_batches = itertools.count()


def rows() -> Iterator[Row]:
    """Edits of a 100-layer graph: alone as fast as the verdicts come, and with 50 editors."""
    with tempfile.TemporaryDirectory() as home, server(Path(home)) as (url, pid):
        project = _project(url)
        alone = asyncio.run(_alone(url, project, edits=200))
        yield _row("one editor, one edit after the other", alone, 0.050)
        many = asyncio.run(_many(url, project, editors=50))
        yield _row(f"50 editors, one edit per {EVERY:g} s each", many, 0.100)
        memory = _resident(pid)
        yield Row("memory of the web process with 50 editors", f"{memory:.0f} MB", "limit 150 MB")


def _row(who: str, taken: list[float], limit: float) -> Row:
    p99 = statistics.quantiles(taken, n=100)[98]
    detail = (
        f"p50 {milliseconds(statistics.median(taken))}, {len(taken)} edits of {LAYERS} layers; "
        f"limit {milliseconds(limit)}"
    )
    return Row(f"edit to verdict, {who} (p99)", milliseconds(p99), detail)


@contextlib.contextmanager
def server(home: Path) -> Iterator[tuple[str, int]]:
    """A server in a process of its own with an empty home: its address and process id."""
    manage = [sys.executable, str(ROOT / "manage.py")]
    env = {**os.environ, "LAYERLOOM_HOME": str(home)}
    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
    command = [*manage, "serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        found = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert found, "the server did not start"
        yield found[0], process.pid
    finally:
        process.terminate()
        process.wait(60)


def _project(url: str) -> str:
    """Make the project and wait for its first verdict, which warms the checker up."""
    body = json.dumps({"document": documents.chain(LAYERS).to_json()}).encode()
    request = urllib.request.Request(f"{url}/api/projects", data=body)
    with urllib.request.urlopen(request, timeout=60) as answer:
        id = str(json.load(answer)["id"])
    with urllib.request.urlopen(f"{url}/api/projects/{id}/check", timeout=120) as answer:
        assert json.load(answer)["ok"]
    return id


async def _alone(url: str, project: str, edits: int) -> list[float]:
    async with _editor(url, project) as editor:
        return [await editor.edit() for _ in range(edits)]


async def _many(url: str, project: str, editors: int) -> list[float]:
    async with contextlib.AsyncExitStack() as stack:
        joined = [await stack.enter_async_context(_editor(url, project)) for _ in range(editors)]
        taken = await asyncio.gather(*(_keep_editing(editor) for editor in joined))
    return [seconds for one in taken for seconds in one]


async def _keep_editing(editor: "Editor") -> list[float]:
    """Edit every few seconds, from a moment of one's own on."""
    await asyncio.sleep(random.uniform(0, EVERY))
    taken = []
    for _ in range(round(SECONDS / EVERY)):
        seconds = await editor.edit()
        taken.append(seconds)
        await asyncio.sleep(max(0.0, EVERY - seconds))
    return taken


@contextlib.asynccontextmanager
async def _editor(url: str, project: str) -> AsyncIterator["Editor"]:
    address = f"{url.replace('http', 'ws')}/ws/projects/{project}"
    async with connect(address, origin=Origin(url), max_size=None, compression=None) as socket:
        await socket.send(json.dumps({"type": "join", "name": "bench"}))
        editor = Editor(socket)
        listening = asyncio.create_task(editor.listen())
        yield editor
        listening.cancel()


class Editor:
    """One tab: sends an edit and notes when a verdict on it, or on a later one, arrives.

    Reads only the heads of messages, so that what is measured is the server.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._received = 0
        self._batch = ""
        self._revision: int | None = None
        self._judged = asyncio.Event()

    async def listen(self) -> None:
        """Read and acknowledge, for ever."""
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
        elif type == "judged" and self._revision is not None and revision >= self._revision:
            self._judged.set()

    async def edit(self) -> float:
        """Change the width of one layer; return the seconds until its verdict is here."""
        self._batch, self._revision = f"bench-{next(_batches):08}", None
        self._judged.clear()
        node = f"n{random.randrange(1, LAYERS)}"
        path = ["graphs", "main", "nodes", node, "params", "units"]
        change = {"type": "set", "path": path, "value": random.randrange(8, 2_000)}
        message = {"type": "edit", "id": self._batch, "base": 0, "operations": [change]}
        began = time.perf_counter()
        await self._socket.send(json.dumps(message))
        await asyncio.wait_for(self._judged.wait(), 60)
        return time.perf_counter() - began


def _resident(pid: int) -> float:
    """The most memory that a process has had in use so far, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1000
