"""The broker process of a cluster as the web process sees it: started when needed, and again."""

import asyncio
import signal
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError

from engine.problems import Problem, problem
from engine.processes import child
from engine.processes.executors import process
from engine.processes.executors.streams import lines, readable
from engine.processes.keeping.messages import NEWS, Connected, News, Order, Refused
from engine.protocol import line

LONGEST = 64_000_000
"""Bytes of the longest line that the broker writes: a frame, or the report of an epoch."""
CONNECT = 120.0
"""Seconds for the broker to import Ray and to reach the cluster."""
OVER = 1.0
"""Seconds in which a broker whose input has closed, or that is to end, does so."""


@dataclass(frozen=True)
class Cluster:
    """Where runs train: the address of Ray's head node, its token, and a name for our runs.

    With a `store`, its machines exchange files with this one through it (engine.data.shared):
    results, and the rows of data sets, which are in the folder `rows` here.
    """

    address: str
    token: str
    namespace: str
    store: str = ""
    rows: str = ""


class Link:
    """Owns the broker process; `take` is called with its news, `broken` when it has been lost."""

    def __init__(
        self, cluster: Cluster, take: Callable[[News], None], broken: Callable[[], None]
    ) -> None:
        self._cluster, self._take, self._broken = cluster, take, broken
        self._worker: process.Worker | None = None
        self._connected: asyncio.Future[Problem | None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._tail: deque[str] = deque(maxlen=20)

    @property
    def pid(self) -> int | None:
        """The broker's process id, once it has reached the cluster."""
        there = self._connected and self._connected.done() and self._worker
        return self._worker.pid if there and self._worker else None

    async def connect(self) -> Problem | None:
        """Start the broker unless it is there; return why the cluster can't be reached, if so."""
        if self._connected is None:
            self._connected = asyncio.get_running_loop().create_future()
            self._reading = asyncio.create_task(self._read(self._connected), name="broker")
        return await asyncio.shield(self._connected)

    async def send(self, order: Order) -> None:
        """Send an order; do nothing without a broker, whose end was reported."""
        if self._worker:
            await self._worker.send(line(order))

    async def close(self) -> None:
        """End the broker; the runs go on."""
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self, connected: "asyncio.Future[Problem | None]") -> None:
        """Read the broker's news until it ends."""
        try:
            await self._follow(connected)
        except OSError as error:
            connected.set_result(problem("cannot_start", detail=str(error)))
        finally:
            was_there = connected.done() and connected.result() is None
            worker, self._worker, self._connected = self._worker, None, None
            if not connected.done():
                connected.set_result(self._silent())
            if worker:
                await worker.end(OVER)
        if was_there:
            self._broken()

    async def _follow(self, connected: "asyncio.Future[Problem | None]") -> None:
        self._worker = worker = await process.launch(self._command(), self._variables())
        assert worker.stdout is not None
        assert worker.stderr is not None
        errors = asyncio.create_task(self._keep_tail(worker.stderr))
        hurry = asyncio.get_running_loop().call_later(CONNECT, worker.signal, signal.SIGKILL)
        try:
            async for text in lines(worker.stdout, LONGEST):
                news = _news(text)
                if isinstance(news, Connected):
                    connected.set_result(None)
                    hurry.cancel()
                elif isinstance(news, Refused):
                    connected.set_result(news.problem)
                elif news:
                    self._take(news)
        finally:
            hurry.cancel()
            errors.cancel()

    async def _keep_tail(self, errors: asyncio.StreamReader) -> None:
        async for text in lines(errors, 2_000):
            self._tail.append(readable(text))

    def _silent(self) -> Problem:
        """Why there is no broker: it ended before it reached the cluster, or took too long."""
        detail = "\n".join(self._tail)
        return problem("cluster_unreachable", address=self._cluster.address, detail=detail)

    def _command(self) -> list[str]:
        where = "--address", self._cluster.address, "--namespace", self._cluster.namespace
        store = ("--store", self._cluster.store, "--rows", self._cluster.rows)
        through = store if self._cluster.store else ()
        return child.command("engine.processes.cluster.broker", *where, *through)

    def _variables(self) -> dict[str, str]:
        """Ray reads the token from the environment, where a command line would show it."""
        return {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": self._cluster.token}


def _news(text: bytes) -> News | None:
    """Return what a line says; None for one that is no news."""
    try:
        return NEWS.validate_json(text)
    except ValidationError:
        return None
