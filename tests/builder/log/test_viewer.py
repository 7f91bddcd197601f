"""The outgoing side of a socket: order, pace, and what may be left out."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from builder.log import viewer as module
from builder.log.log import Entry
from builder.log.viewer import Viewer


class MemoryLog:
    """A log in memory with the part of the interface that a viewer uses."""

    def __init__(self, *transient: int, count: int) -> None:
        self.entries = [Entry(n, f"e{n}", n in transient) for n in range(1, count + 1)]
        self.asked: list[int] = []

    def topic(self, owner: str) -> str:
        return f"log-{owner}"

    def replay(self, owner: str, after: int, limit: int = 200) -> list[Entry]:
        self.asked.append(after)
        return [entry for entry in self.entries if entry.number > after][:limit]


class Ears:
    """What the other side receives."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.overrun = asyncio.Event()
        self._news = asyncio.Event()

    async def take(self, text: str) -> None:
        self.got.append(text)
        self._news.set()

    async def until(self, text: str) -> list[str]:
        async with asyncio.timeout(30):
            while text not in self.got:
                self._news.clear()
                await self._news.wait()
        return self.got


@pytest.fixture
async def ears() -> Ears:
    return Ears()


@pytest.fixture
async def viewer(ears: Ears) -> AsyncIterator[Viewer]:
    one = Viewer(ears.take, ears.overrun.set)
    yield one
    one.close()


async def test_answers_come_before_logs_and_logs_before_the_rest(
    viewer: Viewer, ears: Ears
) -> None:
    viewer.send_latest("presence", "p")
    viewer.follow(MemoryLog(count=2), "x", 0, 2)  # type: ignore[arg-type]
    viewer.answer("a")
    assert await ears.until("p") == ["a", "e1", "e2", "p"]


async def test_the_newest_of_a_kind_is_enough(viewer: Viewer, ears: Ears) -> None:
    for step in range(5):
        viewer.send_latest("one", f"one {step}")
        viewer.send_latest("two", f"two {step}")
    assert await ears.until("two 4") == ["one 4", "two 4"]


async def test_the_next_entry_needs_no_database(viewer: Viewer, ears: Ears) -> None:
    log: Any = MemoryLog(count=3)
    viewer.follow(log, "x", 3, 3)
    viewer.announced("log-x", 4, "e4", transient=False)
    viewer.announced("log-x", 5, "e5", transient=False)
    assert await ears.until("e5") == ["e4", "e5"]
    assert log.asked == []


async def test_what_is_announced_before_the_state_is_read_is_not_missed(
    viewer: Viewer, ears: Ears
) -> None:
    log: Any = MemoryLog(count=5)
    viewer.expect(log, "x")
    viewer.announced("log-x", 4, "e4", transient=False)
    viewer.announced("log-x", 5, "e5", transient=False)
    viewer.answer("nothing yet")
    assert await ears.until("nothing yet") == ["nothing yet"]
    viewer.follow(log, "x", 3, 3)
    assert await ears.until("e5") == ["nothing yet", "e4", "e5"]
    viewer.follow(log, "x", 3, 3)  # from there once more
    viewer.announced("log-x", 6, "e6", transient=False)
    assert (await ears.until("e6"))[3:] == ["e4", "e5", "e6"]


async def test_a_gap_is_filled_from_the_database(viewer: Viewer, ears: Ears) -> None:
    log: Any = MemoryLog(count=6)
    viewer.follow(log, "x", 3, 3)
    viewer.announced("log-x", 6, "e6", transient=False)
    viewer.announced("log-x", 5, "e5", transient=False)  # late, and out of order
    assert await ears.until("e6") == ["e4", "e5", "e6"]
    viewer.announced("log-x", 6, "e6", transient=False)  # twice
    viewer.answer("end")
    assert await ears.until("end") == ["e4", "e5", "e6", "end"]


async def test_only_the_newest_passing_entry_is_sent(viewer: Viewer, ears: Ears) -> None:
    log: Any = MemoryLog(2, 3, 5, 6, count=6)
    viewer.follow(log, "x", 0, 6)
    assert await ears.until("e6") == ["e1", "e4", "e6"]


async def test_rows_that_are_gone_are_not_waited_for(viewer: Viewer, ears: Ears) -> None:
    log: Any = MemoryLog(count=2)
    viewer.follow(log, "x", 2, 9)
    async with asyncio.timeout(30):
        while viewer.number("log-x") != 9:
            await asyncio.sleep(0)
    viewer.announced("log-x", 10, "e10", transient=False)
    assert await ears.until("e10") == ["e10"]
    assert log.asked == [2]


async def test_nothing_is_sent_while_too_much_is_unacknowledged(
    viewer: Viewer, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_MESSAGES", 3)
    log: Any = MemoryLog(count=8)
    viewer.follow(log, "x", 0, 8)
    await ears.until("e3")
    assert viewer.paused
    viewer.send_latest("presence", "old")
    viewer.send_latest("presence", "new")
    viewer.acknowledge(2)
    await ears.until("e5")
    assert viewer.paused
    viewer.acknowledge(5)
    await ears.until("e8")
    viewer.acknowledge(8)
    assert await ears.until("new") == [*(f"e{n}" for n in range(1, 9)), "new"]


async def test_few_large_messages_pause_too(
    viewer: Viewer, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_CHARACTERS", 10)
    viewer.answer("x" * 1_000)
    viewer.answer("y")
    await ears.until("x" * 1_000)
    assert viewer.paused
    viewer.acknowledge(1)
    await ears.until("y")


@pytest.mark.parametrize("messages", [0, -1, 10**9])
async def test_acknowledging_nonsense_is_harmless(
    viewer: Viewer, ears: Ears, messages: int
) -> None:
    viewer.answer("a")
    await ears.until("a")
    viewer.acknowledge(messages)
    viewer.answer("b")
    await ears.until("b")


async def test_who_asks_much_and_never_listens_is_shown_the_door(
    viewer: Viewer, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_MESSAGES", 1)
    monkeypatch.setattr(module, "MAX_ANSWERS", 5)
    for number in range(8):
        viewer.answer(str(number))
    await asyncio.wait_for(ears.overrun.wait(), 30)


async def test_a_log_that_cannot_be_read_closes_the_socket(viewer: Viewer, ears: Ears) -> None:
    log: Any = MemoryLog(count=2)
    log.replay = lambda *_: 1 / 0
    viewer.follow(log, "x", 0, 2)
    await asyncio.wait_for(ears.overrun.wait(), 30)


async def test_a_closed_socket_is_no_trouble(ears: Ears, caplog: pytest.LogCaptureFixture) -> None:
    async def closed(_: str) -> None:
        raise ConnectionError("Attempt to send on a closed protocol")

    viewer = Viewer(closed, ears.overrun.set)
    viewer.answer("a")
    await asyncio.wait_for(viewer._task, 30)
    assert not ears.overrun.is_set()
    assert caplog.records == []


async def test_an_unfollowed_log_is_silent(viewer: Viewer, ears: Ears) -> None:
    log: Any = MemoryLog(count=2)
    viewer.follow(log, "x", 2, 2)
    viewer.unfollow("log-x")
    viewer.announced("log-x", 3, "e3", transient=False)
    viewer.answer("end")
    assert await ears.until("end") == ["end"]
