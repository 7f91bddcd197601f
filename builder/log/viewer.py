"""The send queue of one socket, with back-pressure.

Neither Daphne nor the browser's WebSocket has back-pressure, so a viewer acknowledges messages.
While too many are unacknowledged, nothing is sent: log entries wait in the database, and of all
other messages only the newest per key is kept.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from builder import database
from builder.log.log import Entry, Log

logger = logging.getLogger(__name__)

MAX_MESSAGES = 256
MAX_CHARACTERS = 4_000_000
MAX_ANSWERS = 1_000
MAX_ATTACHED = 64
MAX_TOGETHER = 100_000
"""Entries up to this many characters are sent in one message."""


class ClosedError(Exception):
    """The socket was closed during a send; ASGI servers raise different exceptions for this."""


class Follow:
    """A viewer's subscription to one log: the number it has, and the number the log has reached.

    Until `starting` sets a number, it only records announcements. Nothing is sent before `due`, a
    time of the event loop.
    """

    def __init__(self, log: Log[Any], owner: str) -> None:
        self.log, self.owner = log, owner
        self.number: int | None = None
        self.reached, self.due = 0, 0.0
        self.attached: deque[Entry] = deque(maxlen=MAX_ATTACHED)

    def starting(self, after: int, reached: int) -> "Follow":
        """Return this subscription at number `after`; the log has reached at least `reached`."""
        follow = Follow(self.log, self.owner)
        follow.number, follow.reached = after, max(self.reached, reached)
        follow.attached.extend(self.attached)
        return follow

    def announced(self, number: int, text: str | None, transient: bool) -> None:
        """Record that the log has reached `number`, and the entry's text if it was announced."""
        if number > self.reached and text is not None:
            self.attached.append(Entry(number, text, transient))
        self.reached = max(self.reached, number)

    @property
    def behind(self) -> bool:
        """True while there are entries that this viewer has not been sent."""
        return self.number is not None and self.number < self.reached

    async def next(self) -> list[list[Entry]]:
        """Return the next entries, those that one message may hold in a list of their own.

        They are those announced with their text, or else from the database.
        """
        assert self.number is not None
        while self.attached and self.attached[0].number <= self.number:
            self.attached.popleft()
        if self.attached and self.attached[0].number == self.number + 1:
            entries = self._take_consecutive(self.number + 1)
        else:
            reached = self.reached
            entries = await database.read(self.log.replay, self.owner, self.number)
            if not entries:  # batch events are deleted, so the last numbers may have no rows
                self.number = max(self.number, reached)
        newest = len(entries) - 1
        return self._grouped(
            entry for index, entry in enumerate(entries) if not entry.transient or index == newest
        )

    def _grouped(self, entries: Iterable[Entry]) -> list[list[Entry]]:
        groups: list[list[Entry]] = []
        room = 0
        for entry in entries:
            room -= len(entry.text)
            if groups and room >= 0:
                groups[-1].append(entry)
            else:
                groups.append([entry])
                room = MAX_TOGETHER - len(entry.text) if self.log.pace else 0
        return groups

    def _take_consecutive(self, expected: int) -> list[Entry]:
        entries: list[Entry] = []
        while self.attached and self.attached[0].number == expected:
            entries.append(self.attached.popleft())
            expected += 1
        return entries


class Viewer:
    """The sending side of one socket; owns the order of its messages."""

    def __init__(self, send: Callable[[str], Awaitable[None]], overrun: Callable[[], None]) -> None:
        self._send, self._overrun = send, overrun
        self._answers: deque[str] = deque()
        self._latest: dict[str, tuple[str, str]] = {}
        self._follows: dict[str, Follow] = {}
        self._sent: deque[int] = deque()
        self._outstanding = self._acknowledged = 0
        self._wake = asyncio.Event()
        self._waking: asyncio.TimerHandle | None = None
        self._task = asyncio.create_task(self._pump(), name="viewer")

    def close(self) -> None:
        """Stop sending, and drop queued messages."""
        self._task.cancel()
        if self._waking:
            self._waking.cancel()

    def answer(self, text: str) -> None:
        """Queue a message that is for this viewer only and must not be lost."""
        self._answers.append(text)
        if len(self._answers) > MAX_ANSWERS:
            self._overrun()
        self._wake.set()

    def send_latest(self, key: str, text: str, after: str = "") -> None:
        """Queue a message; it replaces a queued one with the same key.

        It is sent after all that has been announced of the log with the topic `after`, if that is
        followed.
        """
        self._latest.pop(key, None)
        self._latest[key] = text, after
        self._wake.set()

    def forget(self, key: str) -> None:
        """Drop the queued message with this key."""
        self._latest.pop(key, None)

    def expect(self, log: Log[Any], owner: str) -> None:
        """Start recording announcements of this log, before `follow` is called."""
        self._follows.setdefault(log.topic(owner), Follow(log, owner))

    def follow(self, log: Log[Any], owner: str, after: int, reached: int) -> None:
        """Send the entries of this log after number `after`, then new ones.

        Call `expect` before reading `reached`, or entries committed in between may be missed.
        """
        self.expect(log, owner)
        topic = log.topic(owner)
        self._follows[topic] = self._follows[topic].starting(after, reached)
        self._wake.set()

    def unfollow(self, topic: str) -> None:
        """Stop sending this log."""
        self._follows.pop(topic, None)

    def announced(self, topic: str, number: int, text: str | None, transient: bool) -> None:
        """Record an announcement of a log."""
        if follow := self._follows.get(topic):
            follow.announced(number, text, transient)
            self._wake.set()

    def acknowledge(self, messages: int) -> None:
        """Record that the browser has received this many messages in total."""
        while self._sent and self._acknowledged < messages:
            self._outstanding -= self._sent.popleft()
            self._acknowledged += 1
        self._wake.set()

    def topics(self) -> list[str]:
        """Return the topics of the followed logs."""
        return list(self._follows)

    def number(self, topic: str) -> int | None:
        """Return the number of the last entry sent from a log, None if it is not followed."""
        follow = self._follows.get(topic)
        return follow.number if follow else None

    @property
    def paused(self) -> bool:
        """True while too many messages are unacknowledged."""
        return len(self._sent) >= MAX_MESSAGES or self._outstanding >= MAX_CHARACTERS

    async def _pump(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while not self.paused and await self._step():
                    pass
            except ClosedError:
                return  # the disconnect handler will follow
            except Exception:
                # The page reconnects and resumes from its last revision.
                logger.exception("A viewer could not be served")
                self._overrun()
                return

    async def _step(self) -> bool:
        """Send the next message: answers first, then logs, then the others."""
        if self._answers:
            await self._send_counted(self._answers.popleft())
            return True
        now = asyncio.get_running_loop().time()
        for topic, follow in self._follows.items():
            if follow.behind and follow.due <= now:
                await self._advance(topic, follow)
                return True
            if follow.behind:
                self._wake_at(follow.due)
        for key, (text, after) in self._latest.items():
            if after not in self._follows or not self._follows[after].behind:
                del self._latest[key]
                await self._send_counted(text)
                return True
        return False

    def _wake_at(self, due: float) -> None:
        """Look again at about that time for what is to be sent."""
        if self._waking is None:
            self._waking = asyncio.get_running_loop().call_at(due, self._wake_up)

    def _wake_up(self) -> None:
        self._waking = None
        self._wake.set()

    async def _advance(self, topic: str, follow: Follow) -> None:
        for group in await follow.next():
            if self._follows.get(topic) is not follow or self.paused:
                return  # the remaining entries are read from the database later
            follow.number = group[-1].number
            await self._send_counted(_together([entry.text for entry in group]))
        if follow.log.pace and not follow.behind:
            follow.due = asyncio.get_running_loop().time() + follow.log.pace

    async def _send_counted(self, text: str) -> None:
        self._sent.append(len(text))
        self._outstanding += len(text)
        try:
            await self._send(text)
        except Exception as error:
            logger.debug("A socket is closed: %s", error)
            raise ClosedError from None


def _together(texts: list[str]) -> str:
    """Return one message: itself, or a JSON list of several."""
    return texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"
