"""What a keeper tells web processes that look for runs to take up."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest

from engine.processes.executors.connection import Connection, Keeping, reach
from engine.processes.executors.handle import Limits
from engine.processes.executors.kept import KeptExecutor
from engine.processes.keeping import folders
from engine.processes.keeping.keeper import Keeper
from engine.processes.keeping.messages import Begin
from engine.protocol import EndedEvent, EpochEvent, Report, TrainText
from tests.engine.runs import train_command, until

PATIENCE = 60.0
SMALL = (sys.executable, "-m", "tests.faults.small.keeper")


class SlowToClose:
    """An executor, and the handle of its run, whose worker ends when the test says so."""

    def __init__(self) -> None:
        self.closing, self.ended = asyncio.Event(), asyncio.Event()

    async def start(self, _: TrainText, __: str) -> "SlowToClose":
        """Start the run."""
        return self

    async def events(self) -> AsyncIterator[Report]:
        """Yield the end of the run."""
        await self.ended.wait()
        yield EndedEvent(outcome="lost")

    async def close(self) -> None:
        """Wait for the worker's end."""
        self.closing.set()
        await self.ended.wait()


async def test_a_keeper_that_ends_has_no_runs_once_its_workers_have_ended(tmp_path: Path) -> None:
    executor = SlowToClose()
    keeper = Keeper(executor, 600.0)  # type: ignore[arg-type]
    server = await asyncio.start_unix_server(keeper.meet, sock=folders.listen(tmp_path))
    asking = Connection(tmp_path, await reach(tmp_path), lambda _: None)
    command = asdict(train_command(tmp_path, "iris").as_text())
    await asking.send(Begin(run="a", command=command))
    assert await asking.living() == {"a"}
    closing = asyncio.create_task(keeper.close())
    await executor.closing.wait()
    answer = asyncio.create_task(asking.living())
    answered, _ = await asyncio.wait({answer}, timeout=0.2)
    assert not answered, "its workers still write files"
    executor.ended.set()
    assert await answer == frozenset()
    assert await asking.living() == frozenset()
    await closing
    await asking.close()
    server.close()


@pytest.mark.parametrize(("orphan", "count"), [(0.0, 0), (600.0, 1)])
async def test_only_runs_that_outlive_their_web_process_can_be_taken_up(
    orphan: float, count: int, tmp_path: Path
) -> None:
    keeping = Keeping(tmp_path / "keepers", orphan, Limits(niceness=0), spare=False, program=SMALL)
    first, second = KeptExecutor(keeping), KeptExecutor(keeping)
    handle = await first.start(train_command(tmp_path, "iris", epochs=100_000).as_text(), "a")
    events = handle.events()
    await until(events, EpochEvent)  # type: ignore[arg-type]
    assert len(await second.living() or ()) == count
    await handle.abandon()
    assert [type(event) async for event in events][-1] is EndedEvent
    await handle.release()
    await first.close()
    await second.close()


async def test_orders_reach_a_keeper_that_was_found_while_it_started(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path / "keepers", 30.0, Limits(niceness=0), spare=False, program=SMALL)
    executor = KeptExecutor(keeping)
    command = train_command(tmp_path, "iris", epochs=100_000).as_text()
    starting = asyncio.create_task(executor.start(command, "a"))
    while not starting.done():
        await executor.living()
    handle = await starting
    events = handle.events()
    try:
        async with asyncio.timeout(PATIENCE):
            await until(events, EpochEvent)  # type: ignore[arg-type]
            await handle.stop("now")
            last = [event async for event in events][-1]
        assert isinstance(last, EndedEvent)
        assert last.outcome == "stopped"
        await handle.release()
    finally:
        await executor.close()
