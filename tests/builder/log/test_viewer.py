"""The sending side of a socket: order, back-pressure, and which messages are skipped."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from builder.log import viewer as module
from builder.log.log import Entry
from builder.log.viewer import Viewer


class MemoryLog:
    """A log in memory with the part of the interface that a viewer uses."""

    def __init__(self, *transient: int, count: int, pace: float = 0.0) -> None:
        self.entries = [Entry(n, f"e{n}", n in transient) for n in range(1, count + 1)]
        self.pace = pace
        self.asked: list[int] = []

    def topic(self, owner: str) -> str:
        return f"log-{owner}"

    def replay(self, owner: str, after: int, limit: int = 200) -> list[Entry]:
        self.asked.append(after)
        return [entry for entry in self.entries if entry.number > after][:limit]


class Receiver:
    """The receiving side; records every message."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.overrun = asyncio.Event()
        self._arrived = asyncio.Event()

    async def take(self, text: str) -> None:
        self.received.append(text)
        self._arrived.set()

    async def until(self, text: str) -> list[str]:
        async with asyncio.timeout(30):
            while text not in self.received:
                self._arrived.clear()
                await self._arrived.wait()
        return self.received


@pytest.fixture
async def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def viewer(receiver: Receiver) -> AsyncIterator[Viewer]:
    viewer = Viewer(receiver.take, receiver.overrun.set)
    yield viewer
    viewer.close()


async def test_sends_answers_before_logs_and_logs_before_the_rest(
    viewer: Viewer, receiver: Receiver
) -> None:
    viewer.send_latest("presence", "p")
    viewer.follow(MemoryLog(count=2), "x", 0, 2)  # type: ignore[arg-type]
    viewer.answer("a")
    assert await receiver.until("p") == ["a", "e1", "e2", "p"]


async def test_sends_only_the_newest_message_per_key(viewer: Viewer, receiver: Receiver) -> None:
    for step in range(5):
        viewer.send_latest("a", f"a {step}")
        viewer.send_latest("b", f"b {step}")
    assert await receiver.until("b 4") == ["a 4", "b 4"]


async def test_next_entry_is_sent_without_reading_the_database(
    viewer: Viewer, receiver: Receiver
) -> None:
    log: Any = MemoryLog(count=3)
    viewer.follow(log, "x", 3, 3)
    viewer.announced("log-x", 4, "e4", transient=False)
    viewer.announced("log-x", 5, "e5", transient=False)
    assert await receiver.until("e5") == ["e4", "e5"]
    assert log.asked == []


async def test_entries_announced_before_the_state_is_read_are_sent(
    viewer: Viewer, receiver: Receiver
) -> None:
    log: Any = MemoryLog(count=5)
    viewer.expect(log, "x")
    viewer.announced("log-x", 4, "e4", transient=False)
    viewer.announced("log-x", 5, "e5", transient=False)
    viewer.answer("nothing yet")
    assert await receiver.until("nothing yet") == ["nothing yet"]
    viewer.follow(log, "x", 3, 3)
    assert await receiver.until("e5") == ["nothing yet", "e4", "e5"]
    viewer.follow(log, "x", 3, 3)  # follows again from number 3
    viewer.announced("log-x", 6, "e6", transient=False)
    assert (await receiver.until("e6"))[3:] == ["e4", "e5", "e6"]


async def test_missing_entries_are_read_from_the_database(
    viewer: Viewer, receiver: Receiver
) -> None:
    log: Any = MemoryLog(count=6)
    viewer.follow(log, "x", 3, 3)
    viewer.announced("log-x", 6, "e6", transient=False)
    viewer.announced("log-x", 5, "e5", transient=False)  # late, and out of order
    assert await receiver.until("e6") == ["e4", "e5", "e6"]
    viewer.announced("log-x", 6, "e6", transient=False)  # twice
    viewer.answer("end")
    assert await receiver.until("end") == ["e4", "e5", "e6", "end"]


async def test_entries_of_about_the_same_time_are_sent_together(
    viewer: Viewer, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    log: Any = MemoryLog(count=3, pace=1.0)
    viewer.follow(log, "x", 0, 3)
    await receiver.until("[e1,e2,e3]")
    for number in (4, 5, 6):
        viewer.announced("log-x", number, f"e{number}", transient=False)
        for _ in range(20):
            await asyncio.sleep(0)  # the viewer could send each alone
    viewer.answer("an answer waits for nothing")
    sent = await receiver.until("[e4,e5,e6]")
    assert sent == ["[e1,e2,e3]", "an answer waits for nothing", "[e4,e5,e6]"]
    monkeypatch.setattr(module, "MAX_TOGETHER", 5)
    for number in (7, 8, 9):
        viewer.announced("log-x", number, f"e{number}", transient=False)
    assert (await receiver.until("e9"))[3:] == ["[e7,e8]", "e9"]


async def test_sends_only_the_newest_transient_entry(viewer: Viewer, receiver: Receiver) -> None:
    log: Any = MemoryLog(2, 3, 5, 6, count=6)
    viewer.follow(log, "x", 0, 6)
    assert await receiver.until("e6") == ["e1", "e4", "e6"]


async def test_deleted_rows_are_skipped(viewer: Viewer, receiver: Receiver) -> None:
    log: Any = MemoryLog(count=2)
    viewer.follow(log, "x", 2, 9)
    async with asyncio.timeout(30):
        while viewer.number("log-x") != 9:
            await asyncio.sleep(0)
    viewer.announced("log-x", 10, "e10", transient=False)
    assert await receiver.until("e10") == ["e10"]
    assert log.asked == [2]


async def test_pauses_while_too_many_messages_are_unacknowledged(
    viewer: Viewer, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_MESSAGES", 3)
    log: Any = MemoryLog(count=8)
    viewer.follow(log, "x", 0, 8)
    await receiver.until("e3")
    assert viewer.paused
    viewer.send_latest("presence", "old")
    viewer.send_latest("presence", "new")
    viewer.acknowledge(2)
    await receiver.until("e5")
    assert viewer.paused
    viewer.acknowledge(5)
    await receiver.until("e8")
    viewer.acknowledge(8)
    assert await receiver.until("new") == [*(f"e{n}" for n in range(1, 9)), "new"]


async def test_pauses_while_too_many_characters_are_unacknowledged(
    viewer: Viewer, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_CHARACTERS", 10)
    viewer.answer("x" * 1_000)
    viewer.answer("y")
    await receiver.until("x" * 1_000)
    assert viewer.paused
    viewer.acknowledge(1)
    await receiver.until("y")


@pytest.mark.parametrize("messages", [0, -1, 10**9])
async def test_invalid_acknowledgements_are_harmless(
    viewer: Viewer, receiver: Receiver, messages: int
) -> None:
    viewer.answer("a")
    await receiver.until("a")
    viewer.acknowledge(messages)
    viewer.answer("b")
    await receiver.until("b")


async def test_too_many_unread_answers_close_the_socket(
    viewer: Viewer, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_MESSAGES", 1)
    monkeypatch.setattr(module, "MAX_ANSWERS", 5)
    for number in range(8):
        viewer.answer(str(number))
    await asyncio.wait_for(receiver.overrun.wait(), 30)


async def test_a_log_that_fails_to_read_closes_the_socket(
    viewer: Viewer, receiver: Receiver
) -> None:
    log: Any = MemoryLog(count=2)
    log.replay = lambda *_: 1 / 0
    viewer.follow(log, "x", 0, 2)
    await asyncio.wait_for(receiver.overrun.wait(), 30)


async def test_sending_on_a_closed_socket_is_not_an_error(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    async def closed(_: str) -> None:
        raise ConnectionError("Attempt to send on a closed protocol")

    viewer = Viewer(closed, receiver.overrun.set)
    viewer.answer("a")
    await asyncio.wait_for(viewer._task, 30)
    assert not receiver.overrun.is_set()
    assert caplog.records == []


async def test_sends_nothing_of_an_unfollowed_log(viewer: Viewer, receiver: Receiver) -> None:
    log: Any = MemoryLog(count=2)
    viewer.follow(log, "x", 2, 2)
    viewer.unfollow("log-x")
    viewer.announced("log-x", 3, "e3", transient=False)
    viewer.answer("end")
    assert await receiver.until("end") == ["end"]
