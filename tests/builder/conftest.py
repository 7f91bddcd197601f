"""Fixtures for tests of the web application: services with a fake checker and fake workers."""

import asyncio
import itertools
import json
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator
from django.test import AsyncClient

from builder import database
from builder import services as services_module
from builder.asgi import application
from builder.checking.checker import Checker
from builder.datasets.reader import DataReader
from builder.processes.process import Reply
from builder.projects import actions as projects
from builder.reading.reader import Reader
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.document import Document
from engine.document.stored import count_layers, to_text
from engine.processes.data_reader import SERVE as DATA_READER
from engine.processes.reader import SERVE as READER
from engine.protocol import COMMAND, EndedEvent, PhaseEvent, Report, Train, TrainText
from engine.protocol.frames import Look

HOST = "localhost:8000"
FAKE_CHECKER = (sys.executable, str(Path(__file__).parent / "checking" / "fake_checker.py"))
LONG = 30.0


class FakeHandle:
    """A worker that emits the events that the test queues."""

    number = 0

    def __init__(self, command: TrainText) -> None:
        received = COMMAND.validate_json(command.line())
        assert isinstance(received, Train)
        self.command = received
        self.stops: list[str] = []
        self.deaf = False
        self.stopped, self.released = asyncio.Event(), asyncio.Event()
        self.looks: asyncio.Queue[Look] = asyncio.Queue()
        self.queued: asyncio.Queue[Report | Exception] = asyncio.Queue()

    def emit(self, *events: Report | Exception) -> None:
        """Queue events to be emitted next."""
        for event in events:
            self.queued.put_nowait(event)

    async def events(self) -> AsyncIterator[Report]:
        """Yield the queued events up to the `ended` event; raise queued exceptions."""
        while True:
            event = await self.queued.get()
            if isinstance(event, Exception):
                raise event
            yield event
            if isinstance(event, EndedEvent):
                return

    async def acknowledge(self, number: int) -> None:
        """Keep nothing anyhow."""

    async def look(self, look: Look) -> None:
        """Record what is looked at."""
        self.looks.put_nowait(look)

    async def stop(self, when: str) -> None:
        """Record a stop command; `now` ends the run at once, unless it is `deaf`."""
        self.stops.append(when)
        if when == "now" and not self.deaf:
            self.emit(EndedEvent(outcome="stopped"))
        self.stopped.set()

    async def pause(self) -> None:
        """Write a checkpoint and report that the run is paused."""
        (Path(self.command.output) / "checkpoint.npz").write_bytes(b"state")
        self.emit(PhaseEvent(phase="paused"))

    async def resume(self) -> None:
        """Report that the run goes on."""
        self.emit(PhaseEvent(phase="training"))

    async def abandon(self) -> None:
        """End without a word."""
        self.emit(EndedEvent(outcome="lost"))

    async def release(self) -> None:
        """Record that nothing of the run is kept any more."""
        self.released.set()


class FakeExecutor:
    """Starts fake workers and passes them to the test in order."""

    outlived = False

    def __init__(self) -> None:
        self.started: asyncio.Queue[FakeHandle] = asyncio.Queue()
        self.handles: list[FakeHandle] = []
        self.closed = False
        self.expected: list[tuple[str, str]] = []
        self.failure: Exception | None = None
        self.crashes = False

    async def start(self, command: TrainText, run: str) -> FakeHandle:
        """Start a worker, or raise `failure`."""
        if self.failure:
            raise self.failure
        handle = FakeHandle(command)
        self.handles.append(handle)
        self.started.put_nowait(handle)
        if self.closed:
            self._end(handle)
        return handle

    async def living(self) -> frozenset[str] | None:
        """No worker outlives the test's process."""
        return frozenset()

    async def take_up(self, run: str, after: int) -> FakeHandle:
        """Refuse: there is nothing to follow."""
        raise AssertionError(run)

    async def forget(self, run: str) -> None:
        """There is nothing to forget."""

    def expect(self, backend: str, device: str) -> None:
        """Keep what is expected."""
        self.expected.append((backend, device))

    async def next(self) -> FakeHandle:
        """Wait for the next worker to start, and return it."""
        return await asyncio.wait_for(self.started.get(), LONG)

    async def close(self) -> None:
        """End every worker, unless `crashes` is set: then no `ended` event is sent."""
        self.closed = True
        for handle in self.handles:
            self._end(handle)

    def _end(self, handle: FakeHandle) -> None:
        if not self.crashes:
            handle.emit(EndedEvent(outcome="lost"))


class ReaderInside(Reader):
    """The reader without its process; tests/builder/reading tests the process."""

    def warm(self) -> None:
        """Start nothing."""

    async def ask(self, type: str, body: bytes = b"", **fields: object) -> Reply:
        """Answer the request in this process."""
        done = READER[type](fields, body)
        return Reply(done.type, dict(done.fields), done.body)


class DataReaderInside(DataReader):
    """The reader of data files without its process."""

    def warm(self) -> None:
        """Start nothing."""

    async def ask(self, type: str, body: bytes = b"", **fields: object) -> Reply:
        """Answer the request on a thread."""
        done = await asyncio.to_thread(DATA_READER[type], fields, body)
        return Reply(done.type, dict(done.fields), done.body)


class Tab:
    """A browser tab: a socket that acknowledges and records every message it receives."""

    def __init__(self, project: str, origin: str = f"http://{HOST}", host: str = HOST) -> None:
        headers = [(b"host", host.encode()), (b"origin", origin.encode())]
        path = f"/ws/projects/{project}"
        self.socket = WebsocketCommunicator(application, path, headers=headers)
        self.received: list[dict[str, Any]] = []
        self.texts = 0
        self._unread: deque[dict[str, Any]] = deque()
        self.acknowledges = True
        self.document: dict[str, Any] | None = None

    async def open(self) -> bool:
        """Connect; return whether the server accepted the connection."""
        connected, _ = await self.socket.connect(timeout=LONG)
        return bool(connected)

    async def join(self, revision: int | None = None, name: str = "Ada") -> dict[str, Any]:
        """Connect, join the project, and return the `welcome` message."""
        assert await self.open()
        await self.send(type="join", revision=revision, name=name)
        return await self.receive("welcome")

    async def send(self, **message: Any) -> None:
        """Send a message."""
        await self.socket.send_to(text_data=json.dumps(message))

    async def edit(self, *operations: dict[str, Any], id: str | None = None) -> str:
        """Send a batch; return its id."""
        id = id or new_batch()
        await self.send(type="edit", id=id, base=0, operations=operations)
        return id

    async def receive(self, *types: str, where: Callable[[Any], bool] = bool) -> dict[str, Any]:
        """Return the next message of these types for which `where` holds; all are in `received`."""
        while True:
            while self._unread:
                message = self._unread.popleft()
                self.received.append(message)
                if message["type"] in types and where(message):
                    return message
            self.take(await self.socket.receive_from(timeout=LONG))
            if self.acknowledges:
                await self.acknowledge()

    def take(self, text: str) -> None:
        """Take a text with one message, or with a list of several."""
        self.texts += 1
        content = json.loads(text)
        self._unread.extend(content if isinstance(content, list) else [content])

    async def acknowledge(self) -> None:
        """Say how many texts have come."""
        await self.send(type="acknowledge", messages=self.texts)

    async def wait_until_closed(self) -> int:
        """Wait until the server closes the socket; return its code."""
        while True:
            output = await self.socket.receive_output(timeout=LONG)
            if output["type"] == "websocket.close":
                return int(output["code"])
            self.take(output["text"])
            self.received.extend(self._unread)
            self._unread.clear()

    async def leave(self) -> None:
        """Close the socket."""
        await self.socket.disconnect(timeout=LONG)


_batches = itertools.count()


def new_batch() -> str:
    """Return an id for a batch."""
    return f"batch-{next(_batches):08}"


def set_epochs(value: Any) -> dict[str, Any]:
    """Return a small operation."""
    return {"type": "set", "path": ["training", "epochs"], "value": value}


def add_node(id: str, layer: str = "Dense") -> dict[str, Any]:
    """Return an operation that adds a node."""
    return {"type": "add", "path": ["graphs", "main", "nodes"], "item": {"id": id, "layer": layer}}


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A home folder for this test only."""
    settings.HOME = tmp_path
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    return tmp_path


@pytest.fixture
def thread_database(transactional_db: None) -> Any:
    """A database that the application's own threads can read; their connections are closed."""
    yield
    database.close()


@pytest.fixture
def executor() -> FakeExecutor:
    """The executor that starts the fake workers."""
    return FakeExecutor()


@pytest.fixture
async def services(
    home: Path, thread_database: None, executor: FakeExecutor
) -> AsyncIterator[Services]:
    """The services of this process, with a fake checker process and fake workers."""
    channel_layers.backends.clear()
    checker = Checker(LONG, command=FAKE_CHECKER)
    readers = ReaderInside(LONG), DataReaderInside(LONG)
    yield await services_module.begin(checker, readers[0], executor, readers[1])
    await services_module.end()


@pytest.fixture
def make_project(services: Services) -> Callable[..., Awaitable[ProjectOut]]:
    """A function that creates a project from a document."""

    async def create(document: Document | None = None) -> ProjectOut:
        document = document or Document()
        summary = await database.write(
            projects.store, document.name, count_layers(document), to_text(document)
        )
        return ProjectOut(**dict(summary), document=document)

    return create


@pytest.fixture
async def project(make_project: Callable[..., Awaitable[ProjectOut]]) -> ProjectOut:
    """An empty project."""
    return await make_project()


@pytest.fixture
async def open_tab(project: ProjectOut) -> AsyncIterator[Callable[[], Tab]]:
    """A function that opens tabs on the project; they are closed at the end."""
    tabs: list[Tab] = []

    def new(**options: Any) -> Tab:
        tabs.append(Tab(project.id, **options))
        return tabs[-1]

    yield new
    for tab in tabs:
        await tab.leave()


class Client(AsyncClient):
    """A client of the HTTP API that sends `host`; Django's own client always sends "testserver"."""

    host = HOST

    def _base_scope(self, **request: Any) -> Any:
        scope = super()._base_scope(**request)
        headers = [header for header in scope["headers"] if header[0] != b"host"]
        return {**scope, "headers": [(b"host", self.host.encode()), *headers]}


@pytest.fixture
def client(services: Services) -> Client:
    """A client of the HTTP API, in the event loop of the test."""
    return Client()
