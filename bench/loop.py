"""Pauses of the event loop while the largest legal requests pass through a real server.

The server runs with a heartbeat: a task of its event loop that notes how late it wakes, while a
page's socket is connected. Of the lateness, at most the processor time that the server used
meanwhile is counted: the rest is time for which other programs had the processor.
"""

import asyncio
import contextlib
import itertools
import json
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bench import Row, documents
from bench.batches import batches
from bench.socket import server
from bench.timing import milliseconds
from engine.document.schema import MAX_EDGES, MAX_NODES, VERSION

BEAT = 0.005
LIMIT = 0.050
NODES = 5_000
SMALL = {"type": "set", "path": ["training", "epochs"], "value": 3}
Json = dict[str, Any]
Send = Callable[[], object]
Pause = tuple[str, str, float]
"""A route, what was sent on it, and the longest pause in seconds."""
_batches = itertools.count()


def rows() -> Iterator[Row]:
    """The longest pause on each route, with the document for which it was longest."""
    with tempfile.TemporaryDirectory() as home:
        beats = Path(home) / "beats"
        program = (sys.executable, "-m", "bench.loop", str(beats))
        with server(Path(home), program) as (url, _):
            pauses = [*_of_documents(url, beats), *_of_batches(url, beats)]
    for route in dict.fromkeys(route for route, _, _ in pauses):
        longest, what = max((pause, what) for name, what, pause in pauses if name == route)
        detail = f"{milliseconds(longest)} for {what}, limit {milliseconds(LIMIT)}"
        yield Row(f"pause of the event loop / its limit: {route}", f"{longest / LIMIT:.2f}", detail)


def _of_documents(url: str, beats: Path) -> Iterator[Pause]:
    for what, document in _documents().items():
        page = Page(url)
        for route, send in _requests(page, document):
            yield route, what, _pause(beats, page, send)


def _of_batches(url: str, beats: Path) -> Iterator[Pause]:
    page = Page(url)
    for route, operations in batches(NODES).items():
        send = page.over_http(*operations)
        yield route, f"{NODES:,} nodes", _pause(beats, page, send)


def _pause(beats: Path, page: "Page", send: Send) -> float:
    """The longest pause until a request is answered and the project has its verdict."""
    began = time.monotonic()
    with page.connected():
        send()
        page.get("/check")()
    return _longest(beats, began, time.monotonic())


def _documents() -> dict[str, Json]:
    """Documents about as large as a request may be."""
    words = [f"a word of the vocabulary {index}" for index in range(20_000)]
    text = {"layer": "TextVectorization", "params": {"vocabulary": words}}
    bindings = [{"node": f"n{index}", "column": "x"} for index in range(100_000)]
    wide = documents.chain(MAX_NODES).to_json()
    graph = wide["graphs"][0]
    while len(graph["edges"]) < MAX_EDGES:
        graph["edges"] += [
            edge | {"id": f"{edge['id']}-{len(graph['edges'])}"} for edge in graph["edges"]
        ]
    del graph["edges"][MAX_EDGES:]
    return {
        "9 MB of words": _document([{"id": f"text{index}", **text} for index in range(14)]),
        "100,000 bindings": _document([], bindings=bindings),
        f"{NODES:,} nodes": documents.chain(NODES).to_json(),
        f"{MAX_NODES:,} nodes and {MAX_EDGES:,} edges": wide,
    }


def _document(nodes: list[Json], **training: object) -> Json:
    graph = {"id": "main", "nodes": nodes}
    return {"version": VERSION, "graphs": [graph], "training": training}


def _requests(page: "Page", document: Json) -> Iterator[tuple[str, Send]]:
    """What is sent, by the name of its route."""
    replace = {"type": "replace", "document": document}
    yield "check", page.post("/api/check", document)
    yield "code", page.post("/api/code", document)
    yield "import", page.post("/api/import", document)
    yield "create", page.post("/api/projects", {"document": document})
    yield "operations over HTTP", page.over_http(replace)
    yield "operations over the socket", page.over_socket(replace)
    yield "small edit", page.over_socket(SMALL)
    yield "join and verdict", page.get("/check")
    yield "project", page.get("")
    yield "document", page.get("/document")
    yield "code of the project", page.get("/code")
    yield "summary", page.get("/summary")
    yield "refused training", page.post(f"/api/projects/{page.project}/runs", {})
    yield "projects", page.post("/api/projects", None)
    yield "copy", page.post(f"/api/projects/{page.project}/copy", {})


class Page:
    """A page on a project of its own, and what it sends."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.project = str(json.loads(self.post("/api/projects", {})())["id"])
        self._socket: ClientConnection | None = None
        self._answered = threading.Event()

    @contextlib.contextmanager
    def connected(self) -> Iterator[None]:
        """Join the project and read what comes, until the end."""
        address = f"{self._url.replace('http', 'ws')}/ws/projects/{self.project}"
        origin = Origin(self._url)
        with connect(address, origin=origin, max_size=None, compression=None) as self._socket:
            self._socket.send(json.dumps({"type": "join", "name": "bench"}))
            reading = threading.Thread(target=self._read, args=(self._socket,))
            reading.start()
            yield
        reading.join()

    def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            for count, text in enumerate(socket, start=1):
                socket.send(json.dumps({"type": "acknowledge", "messages": count}))
                if str(text)[:18] in (
                    '{"type":"edited","',
                    '{"type":"refused",',
                    '{"type":"failed","',
                ):
                    self._answered.set()

    def over_socket(self, *operations: Json) -> Send:
        """Send a batch over the socket and wait for its answer."""
        text = json.dumps({"type": "edit", **_batch(operations)})

        def send() -> None:
            assert self._socket
            self._answered.clear()
            self._socket.send(text)
            assert self._answered.wait(120)

        return send

    def over_http(self, *operations: Json) -> Send:
        """Send a batch over HTTP."""
        return self.post(f"/api/projects/{self.project}/operations", _batch(operations))

    def get(self, path: str) -> Send:
        """Ask for something of the project."""
        return self.post(f"/api/projects/{self.project}{path}", None)

    def post(self, path: str, body: Json | None) -> Callable[[], bytes]:
        """Send a request, with a body if there is one; a refusal is an answer as well."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, {"Origin": self._url})
        request.add_header("Content-Type", "application/json")

        def send() -> bytes:
            try:
                with urllib.request.urlopen(request, timeout=300) as answer:
                    return bytes(answer.read())
            except urllib.error.HTTPError as error:
                return error.read()

        return send


def _batch(operations: tuple[Json, ...]) -> Json:
    return {"id": f"bench-{next(_batches):08}", "base": 0, "operations": operations}


def _longest(beats: Path, began: float, ended: float) -> float:
    """The longest pause between two times, in seconds."""
    lines = (line.split() for line in beats.read_text(encoding="ascii").splitlines())
    pauses = [float(pause) for at, pause in lines if began <= float(at) <= ended + BEAT]
    return max(pauses, default=0.0)


async def _beat(beats: Path) -> None:
    """Write the time and length of each pause to a file, for ever."""
    with beats.open("w", encoding="ascii", buffering=1) as file:
        while True:
            slept, used = time.monotonic(), time.process_time()
            await asyncio.sleep(BEAT)
            now = time.monotonic()
            pause = min(now - slept - BEAT, time.process_time() - used)
            if pause > BEAT:
                file.write(f"{now} {pause}\n")


def _serve(beats: Path, arguments: list[str]) -> None:
    """Run the server's own command, with a heartbeat in its event loop."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from builder import services, tasks

    start = services._start

    async def start_with_heartbeat(*given: Any) -> services.Services:
        tasks.start(_beat(beats))
        return await start(*given)

    services._start = start_with_heartbeat
    call_command("serve", *arguments)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), sys.argv[2:])
