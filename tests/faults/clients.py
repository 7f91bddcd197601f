"""Clients that reconnect to a server that is killed: one edits, one trains."""

import asyncio
import itertools
import json
import random
import urllib.error
import urllib.request
from typing import Any

import websockets

AGAIN = 0.1
"""Seconds between attempts to reach a server that is down."""
PAUSE = 0.01
"""Seconds between edits."""
UNREACHABLE = (OSError, websockets.WebSocketException, TimeoutError)


def call(url: str, method: str, path: str, body: Any = None) -> Any:
    """Call the HTTP API. Raises OSError if the server is down or returns an error."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{url}{path}", data=data, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"null")


class Editor:
    """A tab that edits one project, and records which edits the server reported as saved."""

    def __init__(self, url: str, project: str) -> None:
        self.project = project
        self.saved: dict[str, int] = {}
        self._origin, self._url = url, f"{url.replace('http', 'ws')}/ws/projects/{project}"
        self._numbers = itertools.count(1)
        self._pending: dict[str, Any] | None = None

    async def work(self, stop: asyncio.Event) -> None:
        """Edit until `stop` is set, and resend edits that were not saved."""
        while not stop.is_set():
            try:
                async with websockets.connect(self._url, origin=self._origin) as tab:  # type: ignore[arg-type]
                    await self._join(tab, stop)
            except UNREACHABLE:
                await asyncio.sleep(AGAIN)

    async def _join(self, tab: Any, stop: asyncio.Event) -> None:
        received = 0
        await tab.send(json.dumps({"type": "join", "revision": None, "name": "Ada"}))
        await self._send(tab)
        while not stop.is_set():
            message = json.loads(await asyncio.wait_for(tab.recv(), 30))
            received += 1
            await tab.send(json.dumps({"type": "acknowledge", "messages": received}))
            if isinstance(message, list):  # of a run's events
                continue
            if message["type"] == "failed" and message["problem"]["code"] != "not_saved":
                raise AssertionError(message)
            if message["type"] == "failed" or self._is_saved(message):
                await asyncio.sleep(PAUSE)
                await self._send(tab)

    def _is_saved(self, message: dict[str, Any]) -> bool:
        pending = self._pending
        if message["type"] != "edited" or pending is None or message["id"] != pending["id"]:
            return False
        self.saved[message["id"]] = message["revision"]
        self._pending = None
        return True

    async def _send(self, tab: Any) -> None:
        if self._pending is None:
            number = next(self._numbers)
            change = {"type": "set", "path": ["training", "epochs"], "value": number}
            self._pending = {"id": f"batch-{number:08}", "base": 0, "operations": [change]}
        await tab.send(json.dumps({"type": "edit", **self._pending}))


class Trainer:
    """A client that starts runs of one project, and sometimes disconnects before the response."""

    def __init__(self, url: str, project: str, chance: random.Random) -> None:
        self._url, self._project, self._chance = url, project, chance

    async def work(self, stop: asyncio.Event) -> None:
        """Train until `stop` is set."""
        while not stop.is_set():
            try:
                if self._chance.random() < 0.3:
                    await self._disconnect_early()
                run = await self._call("POST", f"/api/projects/{self._project}/runs")
                await self._wait(run["id"], stop)
            except UNREACHABLE:
                await asyncio.sleep(AGAIN)

    async def end_all(self) -> None:
        """Stop all active runs, and wait until every run has an outcome."""
        path = f"/api/projects/{self._project}/runs"
        while active := [run for run in await self._call("GET", path) if run["outcome"] is None]:
            for run in active:
                try:
                    await self._call("POST", f"{path}/{run['id']}/stop", {"when": "now"})
                except urllib.error.HTTPError:  # it has just ended
                    continue
            await asyncio.sleep(1)

    async def _wait(self, run: str, stop: asyncio.Event) -> None:
        while not stop.is_set() and not (await self._call("GET", f"/api/runs/{run}"))["outcome"]:
            await asyncio.sleep(0.5)

    async def _disconnect_early(self) -> None:
        host = self._url.removeprefix("http://")
        _, writer = await asyncio.open_connection(*host.split(":"))
        head = f"POST /api/projects/{self._project}/runs HTTP/1.1\r\nHost: {host}\r\n"
        writer.write(f"{head}Content-Length: 0\r\n\r\n".encode())
        await writer.drain()
        await asyncio.sleep(self._chance.uniform(0, 0.05))
        writer.close()

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        return await asyncio.to_thread(call, self._url, method, path, body)
