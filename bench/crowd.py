"""Many people at once: who watches a run, who edits beside runs, and who never reads."""

import asyncio
import contextlib
import json
import os
import re
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bench import Row
from bench.metronome import SENT
from bench.socket import EVERY, SECONDS, Editor, editing, new_project, peak_memory, server
from bench.timing import milliseconds
from engine import templates

METRONOME = (sys.executable, "-m", "bench.metronome", "serve")
_EPOCH = re.compile(rf'"epoch":(\d+),"metrics":\{{"{SENT}":([\d.]+)')
RUNS, ROOMS, IN_ROOM = 8, 10, 10
SILENT, SILENT_LIMIT = 10, 250


def rows() -> Iterator[Row]:
    """Viewers of a run, editors beside runs, clients that never read."""
    yield from _watched(viewers=20, epochs=2_000, every=0.005)
    yield from _watched(viewers=300, epochs=300, every=0.1)
    yield _editors_beside_runs()
    yield _silent_clients()


@contextlib.contextmanager
def _metronome(epochs: int, every: float) -> Iterator[tuple[str, int]]:
    """Run a server whose runs send epochs at a steady rate."""
    os.environ["METRONOME"] = f"{epochs} {every}"
    with tempfile.TemporaryDirectory() as home, server(Path(home), METRONOME) as (url, pid):
        yield url, pid


def _watched(viewers: int, epochs: int, every: float) -> Iterator[Row]:
    with _metronome(epochs, every) as (url, _):
        delays = asyncio.run(_delays(url, viewers, epochs))
    every_delay = [delay for of_one in delays for delay in of_one.values()]
    what = f"{epochs:,} epochs, one every {milliseconds(every)}, {viewers} viewers"
    p99 = statistics.quantiles(every_delay, n=100)[98]
    last = max(of_one[epochs] for of_one in delays)
    detail = f"p50 {milliseconds(statistics.median(every_delay))}, the last one "
    detail += f"{milliseconds(last)} late at most; limit 250 ms"
    yield Row(f"epoch to viewer: {what} (p99)", milliseconds(p99), detail)
    missing = viewers * epochs - len(every_delay)
    yield Row(f"epochs that viewers missed: {what}", f"{missing}", f"of {viewers * epochs:,}")


async def _delays(url: str, viewers: int, epochs: int) -> list[dict[int, float]]:
    """For each viewer the seconds from an epoch's end to its arrival, by epoch."""
    project = _trainable(url)
    async with contextlib.AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(_joined(url, project)) for _ in range(viewers)]
        run = _call("POST", f"{url}/api/projects/{project}/runs")["id"]
        return list(await asyncio.gather(*(_watch(each, run, epochs) for each in sockets)))


async def _watch(socket: ClientConnection, run: str, epochs: int) -> dict[int, float]:
    await socket.send(json.dumps({"type": "watch", "run": run, "after": 0}))
    delays: dict[int, float] = {}
    received = 0
    async with asyncio.timeout(120):
        async for text in socket:
            now = time.time()
            assert isinstance(text, str)
            received += 1
            if received % 16 == 0:
                await socket.send(json.dumps({"type": "acknowledge", "messages": received}))
            if '"happened"' in text:
                delays |= {int(n): now - float(sent) for n, sent in _EPOCH.findall(text)}
            if epochs in delays:
                break
    return delays


@contextlib.asynccontextmanager
async def _joined(url: str, project: str) -> AsyncIterator[ClientConnection]:
    """Join a project; the answer to it has come."""
    address = f"{url.replace('http', 'ws')}/ws/projects/{project}"
    async with connect(address, origin=Origin(url), max_size=None, compression=None) as socket:
        await socket.send(json.dumps({"type": "join", "name": "bench"}))
        await socket.recv()
        yield socket


def _editors_beside_runs() -> Row:
    """People in several projects edit while runs train, on all cores."""
    people = ROOMS * IN_ROOM
    os.environ["LAYERLOOM_RUNS_AT_ONCE"] = str(RUNS)
    try:
        with tempfile.TemporaryDirectory() as home, server(Path(home)) as (url, _):
            runs = [_train(url) for _ in range(RUNS)]
            projects = [new_project(url) for _ in range(ROOMS)]
            times = asyncio.run(_edit_all(url, projects))
            going = [run for run in runs if _phase(url, run) == "training"]
    finally:
        del os.environ["LAYERLOOM_RUNS_AT_ONCE"]
    assert len(going) == RUNS, "not every run was training to the end"
    p99 = statistics.quantiles(times, n=100)[98]
    detail = f"p50 {milliseconds(statistics.median(times))}, {len(times)} edits in {SECONDS:g} s, "
    detail += f"one every {EVERY:g} s each; limit 200 ms"
    return Row(
        f"edit to verdict, {people} editors beside {RUNS} runs (p99)", milliseconds(p99), detail
    )


def _train(url: str) -> str:
    """Start a run that lasts longer than what is measured; return its project when it trains."""
    project = _trainable(url, "digits_dense", epochs=100_000)
    _call("POST", f"{url}/api/projects/{project}/runs")
    deadline = time.monotonic() + 180
    while _phase(url, project) != "training":
        assert time.monotonic() < deadline, "a run did not start"
        time.sleep(0.2)
    return project


def _phase(url: str, project: str) -> str:
    (run,) = _call("GET", f"{url}/api/projects/{project}/runs")
    return str(run["phase"])


async def _edit_all(url: str, projects: list[str]) -> list[float]:
    async with contextlib.AsyncExitStack() as stack:
        editors: list[Editor] = [
            await stack.enter_async_context(editing(url, project))
            for project in projects
            for _ in range(IN_ROOM)
        ]
        times = await asyncio.gather(*(editor.edit_repeatedly() for editor in editors))
    return [seconds for of_editor in times for seconds in of_editor]


def _silent_clients() -> Row:
    """Clients that never read, beside a run that tells much and a person who edits."""
    with _metronome(epochs=6_000, every=0.005) as (url, pid):
        seconds = asyncio.run(_never_read(url))
        memory = peak_memory(pid)
    name = f"memory of the web process with {SILENT} clients that never read"
    detail = f"{seconds:.0f} s of edits and of 200 epochs a second; limit {SILENT_LIMIT} MB"
    return Row(name, f"{memory:.0f} MB", detail)


async def _never_read(url: str) -> float:
    project = _trainable(url)
    address = f"{url.replace('http', 'ws')}/ws/projects/{project}"
    began = time.monotonic()
    async with contextlib.AsyncExitStack() as stack:
        run = _call("POST", f"{url}/api/projects/{project}/runs")["id"]
        for _ in range(SILENT):
            socket = await stack.enter_async_context(
                connect(address, origin=Origin(url), max_queue=1, compression=None)
            )
            await socket.send(json.dumps({"type": "join", "name": "silent"}))
            await socket.send(json.dumps({"type": "watch", "run": run, "after": 0}))
            socket.transport.pause_reading()
        editor = await stack.enter_async_context(editing(url, project))
        while time.monotonic() < began + SECONDS:
            await editor.edit("hidden")
        return time.monotonic() - began


def _trainable(url: str, template: str = "iris", epochs: int = 10) -> str:
    """Create a project that can be trained."""
    entry = templates.find(template)
    assert entry
    values: dict[str, Any] = entry.document.to_json()
    values["training"] |= {"epochs": epochs}
    body = json.dumps({"document": values}).encode()
    project = str(_call("POST", f"{url}/api/projects", body)["id"])
    assert _call("GET", f"{url}/api/projects/{project}/check")["ok"]
    return project


def _call(method: str, address: str, body: bytes | None = None) -> Any:
    request = urllib.request.Request(
        address, body, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)
