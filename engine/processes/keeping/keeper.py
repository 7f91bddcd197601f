"""`python -m engine.processes.keeping.keeper`: keeps the runs that one web process starts.

It starts their workers, and keeps their events until they are acknowledged. It ends with the web
process that started it, which it notices when standard input closes; but while there are runs, it
stays for `--orphan` seconds, for the next web process to take them up. However it ends, the workers
end with it. It takes orders and tells news (engine.processes.keeping.messages) on a Unix socket in
its folder, to any number of web processes.

    python -m engine.processes.keeping.keeper --folder FOLDER --orphan SECONDS [--limits JSON]
        [--data FOLDER] [--spare]
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from engine.problems import phrase, problem
from engine.processes.executors.handle import Limits
from engine.processes.executors.local import LocalExecutor
from engine.processes.executors.streams import lines
from engine.processes.keeping import folders
from engine.processes.keeping.messages import (
    ORDER,
    Acknowledge,
    Begin,
    Call,
    Expect,
    Follow,
    Gone,
    Kill,
    List,
    Living,
    News,
    Order,
    Passed,
)
from engine.processes.keeping.run import KeptRun
from engine.protocol import TrainText, line

LONGEST = 256_000_000
"""Bytes of the longest order, which holds a document."""
FORGOTTEN_AFTER = 24 * 3600.0
"""Seconds after the end of a run for which its last events wait for a reader."""
WATCH = 10.0
"""Seconds between looks at the folder of this process: without it, nobody finds the runs."""
LAST_WORDS = 2.0
"""Seconds to pass on the last events of runs when this process is to end."""


class Client:
    """A web process that has connected; owns the tasks that pass events on to it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.following: dict[str, asyncio.Task[None]] = {}

    def tell(self, news: News) -> None:
        """Write news."""
        self._writer.write(line(news))

    async def until_read(self) -> None:
        """Wait while too much is unread. Raises ConnectionError."""
        await self._writer.drain()

    def close(self) -> None:
        """End the connection."""
        for task in self.following.values():
            task.cancel()
        self._writer.close()


class Keeper:
    """The runs of one web process, of which any may follow them.

    Owns the workers, through an executor, and for each run without a follower a timer that ends it.
    """

    def __init__(self, executor: LocalExecutor, orphan: float) -> None:
        self._executor, self._orphan = executor, orphan
        self._runs: dict[str, KeptRun] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._clients: set[Client] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._owned, self._closing = True, False
        self._answering: set[asyncio.Task[None]] = set()
        self._without_workers, self._over = asyncio.Event(), asyncio.Event()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry out the orders of a web process, until it has ended or hung up."""
        client = Client(writer)
        self._clients.add(client)
        try:
            with suppress(ConnectionError):
                async for text in lines(reader, LONGEST):
                    try:
                        order = ORDER.validate_json(text)
                    except ValidationError as error:  # of a later version
                        print(f"An order was not understood: {error}", file=sys.stderr)  # noqa: T201
                        continue
                    await self._take(order, client)
        finally:
            client.close()
            self._clients.discard(client)
            for run in client.following:
                self._start_timer(run)
            self._end_if_idle()

    async def until_over(self) -> None:
        """Wait until nobody needs this process any longer."""
        await self._over.wait()

    async def lose_owner(self) -> None:
        """Go on without the web process that started this one, if there are runs to go on with."""
        self._owned = False
        await self._executor.cool()
        if self._orphan <= 0:
            await self.close()
        self._end_if_idle()

    async def close(self) -> None:
        """End all workers, and pass on the last events."""
        self._closing = True
        await self._executor.close()
        self._without_workers.set()
        passing = [task for client in self._clients for task in client.following.values()]
        if passing := [*passing, *self._answering]:
            await asyncio.wait(passing, timeout=LAST_WORDS)
        self._over.set()

    async def _take(self, order: Order, client: Client) -> None:
        match order:
            case Begin():
                await self._begin(order, client)
            case Follow():
                self._follow(order.run, order.after, client)
            case Acknowledge() if run := self._runs.get(order.run):
                await run.acknowledge(order.number)
            case Call() if run := self._runs.get(order.run):
                await self._call(run, order)
            case Kill():
                await self._kill(order.run)
            case Expect():
                self._executor.expect(order.backend, order.device)
            case List():
                answering = self._in_background(self._list(client))
                self._answering.add(answering)
                answering.add_done_callback(self._answering.discard)

    async def _list(self, client: Client) -> None:
        """Say which runs can be taken up: none where they end with their web process.

        While this process ends, it says so once the workers have ended: others may write their
        files from then on.
        """
        if self._closing:
            await self._without_workers.wait()
        lasting = self._orphan > 0 and not self._closing
        client.tell(Living(runs=tuple(self._runs) if lasting else ()))

    async def _begin(self, order: Begin, client: Client) -> None:
        if self._closing:
            return
        run = self._runs[order.run] = KeptRun(self._executor)
        await run.begin(TrainText(**order.command))  # type: ignore[arg-type]
        self._in_background(self._forget_later(order.run, run))
        self._follow(order.run, 0, client)

    async def _call(self, run: KeptRun, call: Call) -> None:
        match call.what:
            case "stop":
                await run.stop(call.when or "now", call.id)
            case "look" if call.look:
                await run.look(call.look)
            case "pause":
                await run.pause()
            case "resume":
                await run.resume()
            case "abandon":  # it takes a while to end
                self._in_background(run.abandon())

    def _follow(self, name: str, after: int, client: Client) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()
        for other in self._clients:
            if earlier := other.following.pop(name, None):
                earlier.cancel()
        client.following[name] = self._in_background(self._pass_on(name, after, client))

    async def _pass_on(self, name: str, after: int, client: Client) -> None:
        """Pass on the reports of a run until its last event, or until another one follows it."""
        run = self._runs.get(name)
        if run is None:
            client.tell(Gone(run=name, problem=problem("keeper_lost")))
            return
        with suppress(ConnectionError):
            async for number, report in run.events(after):
                client.tell(Passed(run=name, number=number, report=report.decode()))
                await client.until_read()

    async def _kill(self, name: str) -> None:
        """End a run's worker, with all that is kept of it."""
        run = self._runs.pop(name, None)
        if timer := self._timers.pop(name, None):
            timer.cancel()
        for client in self._clients:
            if following := client.following.pop(name, None):
                following.cancel()
        if run and not run.over:
            self._in_background(self._end(run))
        else:
            self._end_if_idle()

    async def _end(self, run: KeptRun) -> None:
        await run.abandon()
        self._end_if_idle()

    def _start_timer(self, name: str) -> None:
        """End a run after a while, unless somebody follows it."""
        if name in self._runs and not any(name in client.following for client in self._clients):
            loop = asyncio.get_running_loop()
            self._timers[name] = loop.call_later(self._orphan, self._give_up, name)

    def _give_up(self, name: str) -> None:
        """Stop a run that nobody has taken up; a paused one keeps its checkpoint."""
        run = self._runs[name]
        if run.paused:
            self._in_background(self._kill(name))
            return
        why = phrase(
            "For {minutes:g} minutes, no server has taken this run up: it was stopped.",
            minutes=self._orphan / 60,
        )
        self._in_background(run.give_up(why))

    async def _forget_later(self, name: str, run: KeptRun) -> None:
        await run.ended()
        await asyncio.sleep(FORGOTTEN_AFTER)
        await self._kill(name)

    def _end_if_idle(self) -> None:
        if not self._owned and not self._runs and not self._closing:
            self._in_background(self.close())

    def _in_background(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def serve(keeper: Keeper, folder: Path) -> None:
    """Serve until nobody needs this process any longer."""
    loop = asyncio.get_running_loop()
    server = await asyncio.start_unix_server(keeper.meet, sock=folders.listen(folder))
    tasks: set[asyncio.Task[None]] = set()

    def begin(work: Coroutine[Any, Any, None]) -> None:
        tasks.add(loop.create_task(work))

    def watch_owner() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(lambda: begin(keeper.lose_owner()))

    async def watch_folder() -> None:
        while (folder / folders.SOCKET).exists():
            await asyncio.sleep(WATCH)
        await keeper.close()

    begin(watch_folder())
    loop.add_signal_handler(signal.SIGTERM, lambda: begin(keeper.close()))
    threading.Thread(target=watch_owner, name="owner", daemon=True).start()
    with suppress(BrokenPipeError):  # the web process has ended
        os.write(1, b"ready\n")
    os.close(1)
    await keeper.until_over()
    server.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Keep runs, and remove the folder at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="that of this keeper")
    parser.add_argument("--orphan", type=float, required=True, help="seconds without a follower")
    parser.add_argument("--limits", type=json.loads, default={}, help="the fields of Limits")
    parser.add_argument("--data", type=Path, help="the folder with the rows of data sets")
    parser.add_argument("--spare", action="store_true", help="keep workers ready")
    chosen = parser.parse_args(arguments)

    async def run() -> None:
        executor = LocalExecutor(chosen.spare, Limits(**chosen.limits), chosen.data)
        await serve(Keeper(executor, chosen.orphan), chosen.folder)

    asyncio.run(run())
    folders.remove(chosen.folder)
    os._exit(0)


if __name__ == "__main__":
    main()
