"""What one socket still has to be sent, at the pace at which it listens.

Neither Daphne nor the browser's socket pushes back, so a viewer acknowledges what it received.
While too much is unacknowledged nothing is sent: entries of logs wait in the database, and of
everything else only the newest message per key is kept.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from builder import database
from builder.log.log import Entry, Log

logger = logging.getLogger(__name__)

MAX_MESSAGES = 256
MAX_CHARACTERS = 4_000_000
MAX_ANSWERS = 1_000
MAX_CARRIED = 64


class ClosedError(Exception):
    """The other side has gone while something was sent; servers differ in what they raise."""


class Follow:
    """How far this viewer has come in one log, and how far the log has come.

    Until it is `starting` somewhere, it only notes what is announced.
    """

    def __init__(self, log: Log[Any], owner: str) -> None:
        self.log, self.owner = log, owner
        self.number: int | None = None
        self.reached = 0
        self.carried: deque[Entry] = deque(maxlen=MAX_CARRIED)

    def starting(self, after: int, reached: int) -> "Follow":
        """Return this at number `after`; the log has come to `reached` or to what was noted."""
        follow = Follow(self.log, self.owner)
        follow.number, follow.reached = after, max(self.reached, reached)
        follow.carried.extend(self.carried)
        return follow

    def announced(self, number: int, text: str | None, passing: bool) -> None:
        """Note that the log has come to `number`, with its text when that travelled along."""
        if number > self.reached and text is not None:
            self.carried.append(Entry(number, text, passing))
        self.reached = max(self.reached, number)

    @property
    def behind(self) -> bool:
        """True while there is something this viewer has not been given."""
        return self.number is not None and self.number < self.reached

    async def next(self) -> list[Entry]:
        """Return the entries that come next, from what was carried or else from the database."""
        assert self.number is not None
        while self.carried and self.carried[0].number <= self.number:
            self.carried.popleft()
        if self.carried and self.carried[0].number == self.number + 1:
            entries = self._unbroken(self.number + 1)
        else:
            reached = self.reached
            entries = await database.read(self.log.replay, self.owner, self.number)
            if not entries:  # rows of batches are removed, so a log may end in nothing
                self.number = max(self.number, reached)
        newest = len(entries) - 1
        return [
            entry for index, entry in enumerate(entries) if not entry.passing or index == newest
        ]

    def _unbroken(self, expected: int) -> list[Entry]:
        entries: list[Entry] = []
        while self.carried and self.carried[0].number == expected:
            entries.append(self.carried.popleft())
            expected += 1
        return entries


class Viewer:
    """The outgoing side of one socket; owns the order in which things are sent."""

    def __init__(self, send: Callable[[str], Awaitable[None]], overrun: Callable[[], None]) -> None:
        self._send, self._overrun = send, overrun
        self._answers: deque[str] = deque()
        self._latest: dict[str, str] = {}
        self._follows: dict[str, Follow] = {}
        self._sent: deque[int] = deque()
        self._outstanding = self._acknowledged = 0
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._pump(), name="viewer")

    def close(self) -> None:
        """Stop sending and forget what was waiting."""
        self._task.cancel()

    def answer(self, text: str) -> None:
        """Send a message that only this viewer gets and that must not be lost."""
        self._answers.append(text)
        if len(self._answers) > MAX_ANSWERS:
            self._overrun()
        self._wake.set()

    def tell(self, key: str, text: str) -> None:
        """Send a message that the next one with the same key makes superfluous."""
        self._latest.pop(key, None)
        self._latest[key] = text
        self._wake.set()

    def forget(self, key: str) -> None:
        """Drop what waits under this key."""
        self._latest.pop(key, None)

    def expect(self, log: Log[Any], owner: str) -> None:
        """Note from now on how far this log comes, while it is read where to follow it from."""
        self._follows.setdefault(log.topic(owner), Follow(log, owner))

    def follow(self, log: Log[Any], owner: str, after: int, reached: int) -> None:
        """Send what this log holds after number `after`, then what comes.

        A log that changes meanwhile is to be expected before `after` and `reached` are read.
        """
        self.expect(log, owner)
        topic = log.topic(owner)
        self._follows[topic] = self._follows[topic].starting(after, reached)
        self._wake.set()

    def unfollow(self, topic: str) -> None:
        """Send nothing more of this log."""
        self._follows.pop(topic, None)

    def announced(self, topic: str, number: int, text: str | None, passing: bool) -> None:
        """Note how far a log has come."""
        if follow := self._follows.get(topic):
            follow.announced(number, text, passing)
            self._wake.set()

    def acknowledge(self, messages: int) -> None:
        """Note that the other side has received this many messages in all."""
        while self._sent and self._acknowledged < messages:
            self._outstanding -= self._sent.popleft()
            self._acknowledged += 1
        self._wake.set()

    def topics(self) -> list[str]:
        """Return the topics of the logs that are followed."""
        return list(self._follows)

    def number(self, topic: str) -> int | None:
        """Return how far this viewer has come in a log, if it follows it."""
        follow = self._follows.get(topic)
        return follow.number if follow else None

    @property
    def paused(self) -> bool:
        """True while too much is unacknowledged."""
        return len(self._sent) >= MAX_MESSAGES or self._outstanding >= MAX_CHARACTERS

    async def _pump(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while not self.paused and await self._step():
                    pass
            except ClosedError:
                return  # the socket's own disconnect follows
            except Exception:
                # The other side joins again, says how far it has come, and misses nothing.
                logger.exception("A viewer could not be served")
                self._overrun()
                return

    async def _step(self) -> bool:
        """Send what is most urgent: answers, then logs, then the newest of everything else."""
        if self._answers:
            await self._put(self._answers.popleft())
            return True
        for topic, follow in list(self._follows.items()):
            if follow.behind:
                await self._advance(topic, follow)
                return True
        for key in self._latest:
            await self._put(self._latest.pop(key))
            return True
        return False

    async def _advance(self, topic: str, follow: Follow) -> None:
        for entry in await follow.next():
            if self._follows.get(topic) is not follow or self.paused:
                return  # what is left comes from the database later
            follow.number = entry.number
            await self._put(entry.text)

    async def _put(self, text: str) -> None:
        self._sent.append(len(text))
        self._outstanding += len(text)
        try:
            await self._send(text)
        except Exception as error:
            logger.debug("A socket is closed: %s", error)
            raise ClosedError from None
