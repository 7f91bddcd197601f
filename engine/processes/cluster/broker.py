"""`python -m engine.processes.cluster.broker`: the only process of a server that talks to Ray.

It reads orders as JSON lines from standard input and writes news to its original standard output
(engine.processes.keeping.messages). It ends with the web process; the runs do not. The token of the
cluster comes in the environment, as Ray wants it.

    python -m engine.processes.cluster.broker --address HOST:PORT --namespace NAME
        [--store URL --rows FOLDER]
"""

import argparse
import asyncio
import contextlib
import logging
import os
import socket
import sys
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from engine.problems import Problem, phrase, problem
from engine.processes.cluster.exchanging import Exchange
from engine.processes.cluster.keeper import Keeper
from engine.processes.keeping.messages import (
    ORDER,
    Acknowledge,
    Begin,
    Call,
    Connected,
    Follow,
    Gone,
    Kill,
    List,
    Living,
    News,
    Order,
    Passed,
    Refused,
    Waits,
)
from engine.processes.worker import take_protocol
from engine.protocol import REPORT, ArtefactEvent, EndedEvent, TrainText, line, log_message

KNOCK = 5.0
"""Seconds for the address of the cluster to take a connection."""
ARTEFACT = b'"artefact"'
"""What the report of a file contains."""
ROOM = 15.0
"""Seconds after which a run that has not begun, on a cluster without free cores, is told so."""


@dataclass
class Actor:
    """A run's actor as this broker sees it."""

    handle: Any
    begun: bool = True
    """Whether it has a place on the cluster."""


class Broker:
    """Passes orders to the actors of runs, and their reports on; owns the tasks that do so."""

    def __init__(self, ray: Any, protocol: BinaryIO, exchange: Exchange | None = None) -> None:
        self._ray, self._protocol, self._exchange = ray, protocol, exchange
        self._keeper = ray.remote(Keeper)
        self._actors: dict[str, Actor] = {}
        self._following: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, news: News) -> None:
        """Write news; end if nobody reads them."""
        try:
            self._protocol.write(line(news))
            self._protocol.flush()
        except BrokenPipeError:
            os._exit(1)

    def take(self, order: Order) -> None:
        """Carry out an order, in the background if it takes time."""
        match order:
            case Begin():
                self._begin(order)
            case Follow():
                self._follow(order.run, order.after)
            case Acknowledge():
                self._ask(order.run, "acknowledge", order.number)
            case Call():
                self._call(order)
            case Kill():
                self._kill(order.run)
            case List():
                self.tell(Living(runs=tuple(self._ray.util.list_named_actors())))

    def _begin(self, order: Begin) -> None:
        options = self._keeper.options(
            name=order.run,
            lifetime="detached",
            max_restarts=0,
            num_cpus=order.place.cores,
            num_gpus=order.gpus,
        )
        actor = Actor(options.remote(order.place, order.command["output"]), begun=False)
        self._actors[order.run] = actor
        self._in_background(self._until_begun(order, actor))
        self._follow(order.run, 0)

    async def _until_begun(self, order: Begin, actor: Actor) -> None:
        """Start the worker of a run, which may wait for room on the cluster."""
        run, command = order.run, TrainText(**order.command)  # type: ignore[arg-type]
        if self._exchange:
            try:
                command = await asyncio.to_thread(self._exchange.give, run, command)
            except OSError as error:
                why = f"{type(error).__name__}: {error}"
                self._kill(run)
                self.tell(Gone(run=run, problem=problem("store_unreachable", detail=why)))
                return
        begun = asyncio.ensure_future(actor.handle.begin.remote(command))
        done, _ = await asyncio.wait({begun}, timeout=ROOM)
        if not done and run in self._actors and not self._has_room(order):
            self.tell(Waits(run=run))
        with contextlib.suppress(self._ray.exceptions.RayError):  # reported by its events
            await begun
        actor.begun = True

    def _has_room(self, order: Begin) -> bool:
        """Whether the cluster has free what a run reserves."""
        free = self._ray.available_resources()
        return bool(free.get("CPU", 0) >= order.place.cores and free.get("GPU", 0) >= order.gpus)

    def _follow(self, run: str, after: int) -> None:
        if earlier := self._following.pop(run, None):
            earlier.cancel()
        self._following[run] = self._in_background(self._pass_on(run, after))

    async def _pass_on(self, run: str, after: int) -> None:
        """Pass on the reports of a run until its last event, or until its actor is gone."""
        try:
            reports = self._find(run).events.options(num_returns="streaming").remote(after)
            async for reference in reports:
                number, report = await reference
                await self._bring(run, report)
                self.tell(Passed(run=run, number=number, report=report.decode()))
        except (self._ray.exceptions.RayError, ValueError) as error:
            self.tell(Gone(run=run, problem=lost(error)))

    async def _bring(self, run: str, report: bytes) -> None:
        """Bring the file that a report announces from the store; if it fails, say so in the log."""
        if self._exchange is None or ARTEFACT not in report:
            return
        event = REPORT.validate_json(report)
        if not isinstance(event, ArtefactEvent) or not event.hash:
            return
        folder = Path(await self._find(run).output.remote())
        try:
            await asyncio.to_thread(self._exchange.take, run, event, folder)
        except OSError as error:
            why = f"{type(error).__name__}: {error}"
            words = phrase("“{name}” did not come from the store: {why}", name=event.name, why=why)
            self.tell(Passed(run=run, number=0, report=line(log_message(words, "error")).decode()))

    def _find(self, run: str) -> Any:
        """Return the handle of a run's actor. Raises ValueError if there is none."""
        if run not in self._actors:
            self._actors[run] = Actor(self._ray.get_actor(run))
        return self._actors[run].handle

    def _call(self, call: Call) -> None:
        actor = self._actors.get(call.run)
        ends = call.what == "abandon" or call.when == "now"
        if actor and not actor.begun and ends:  # it waits for room: nothing can be asked of it
            outcome = "lost" if call.what == "abandon" else "stopped"
            self._kill(call.run)
            ended = line(EndedEvent(outcome=outcome)).decode()
            self.tell(Passed(run=call.run, number=0, report=ended))
            return
        given = {"stop": (call.when, call.id), "look": (call.look,)}
        self._ask(call.run, call.what, *given.get(call.what, ()))

    def _ask(self, run: str, method: str, *arguments: object) -> None:
        """Call a method of a run's actor; what became of the actor is told by its events."""
        with contextlib.suppress(self._ray.exceptions.RayError, ValueError):
            asked = getattr(self._find(run), method).remote(*arguments)
            self._in_background(self._hear(asked))

    async def _hear(self, asked: Any) -> None:
        with contextlib.suppress(self._ray.exceptions.RayError):
            await asked

    def _kill(self, run: str) -> None:
        if following := self._following.pop(run, None):
            following.cancel()
        with contextlib.suppress(self._ray.exceptions.RayError, ValueError):
            self._ray.kill(self._find(run))
        self._actors.pop(run, None)
        if self._exchange:
            self._in_background(self._forget(run, self._exchange))

    async def _forget(self, run: str, exchange: Exchange) -> None:
        """Remove the results of a run from the store; what can't be removed stays there."""
        with contextlib.suppress(OSError):
            await asyncio.to_thread(exchange.forget, run)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def lost(error: Exception) -> Problem:
    """Return why a run is over whose actor has ended."""
    return problem("actor_lost", detail=str(error).strip())


def unreachable(address: str, detail: str) -> Problem:
    """Return the problem of a cluster that does not answer."""
    return problem("cluster_unreachable", address=address, detail=detail)


def connect(address: str, namespace: str) -> Any:
    """Return the module of Ray, connected to the cluster, or a Problem."""
    try:
        import ray
        import ray.util
    except ImportError as error:
        return problem("ray_missing", detail=str(error))
    host, _, port = address.rpartition(":")
    try:  # Ray itself would try for a minute
        socket.create_connection((host, int(port)), KNOCK).close()
        ray.init(
            address=address,
            namespace=namespace,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except Exception as error:  # Ray raises various ones
        return unreachable(address, f"{type(error).__name__}: {error}")
    return ray


async def serve(
    ray: Any, orders: BinaryIO, protocol: BinaryIO, exchange: Exchange | None = None
) -> None:
    """Carry out orders until standard input closes."""
    loop, closed = asyncio.get_running_loop(), asyncio.Event()
    broker = Broker(ray, protocol, exchange)
    broker.tell(Connected())

    def listen() -> None:
        for text in orders:
            loop.call_soon_threadsafe(broker.take, ORDER.validate_json(text))
        loop.call_soon_threadsafe(closed.set)

    threading.Thread(target=listen, name="orders", daemon=True).start()
    await closed.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Connect, serve, and end without a word to the runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True, help="host and port of the head node")
    parser.add_argument("--namespace", required=True, help="the runs of one installation")
    parser.add_argument("--store", help="where the machines exchange files; none: a shared home")
    parser.add_argument("--rows", type=Path, help="the folder with the rows of data sets")
    chosen = parser.parse_args(arguments)
    exchange = Exchange(chosen.store, chosen.rows) if chosen.store else None
    protocol = take_protocol()
    connected = connect(chosen.address, chosen.namespace)
    if isinstance(connected, Problem):
        protocol.write(line(Refused(problem=connected)))
        protocol.flush()
        os._exit(1)
    asyncio.run(serve(connected, sys.stdin.buffer, protocol, exchange))
    os._exit(0)


if __name__ == "__main__":
    main()
