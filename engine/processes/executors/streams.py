"""Lines from a process that may write anything, and events for a reader that may be slow."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator

from engine.protocol import BatchEvent, LogEvent, RunEvent
from engine.values import strip_escapes

CHUNK = 65_536
CHATTER = re.compile(r"I\d{4} \d\d:\d\d:\d+\.|WARNING: All log messages before absl::")
"""What TensorFlow and XLA say of themselves while they are imported, whatever the log level."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


async def lines(stream: asyncio.StreamReader, longest: int) -> AsyncIterator[bytes]:
    """Yield lines without their ends; of a line longer than `longest` bytes only its start.

    Memory stays bounded however long a line is; `StreamReader.readline` would raise.
    """
    line = bytearray()
    while chunk := await stream.read(CHUNK):
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            line += part[: longest - len(line)]
            yield bytes(line)
            line.clear()
        line += rest[: longest - len(line)]
    if line:
        yield bytes(line)


class Log:
    """Turns what libraries print into log events: readable, and not too many.

    Owns the last lines (`tail`), which tell most about a sudden death.
    """

    LONGEST = 2_000
    MOST = 2_000

    def __init__(self) -> None:
        self.tail: deque[str] = deque(maxlen=40)
        self._told = 0

    def event(self, line: bytes) -> LogEvent | None:
        """Return the event for a line, or None when it says nothing or is one too many."""
        text = readable(line)[: self.LONGEST]
        if not text.strip() or CHATTER.match(text):
            return None
        self.tail.append(text)
        self._told += 1
        if self._told > self.MOST:
            return None
        if self._told == self.MOST:
            return LogEvent(level="warning", text="Much is being printed: no more of it is kept.")
        return LogEvent(text=text)


def readable(line: bytes) -> str:
    """A printed line as a terminal would leave it: no colours, the last of what \\r overwrote."""
    text = strip_escapes(line.decode("utf-8", "replace")).rstrip("\r\n")
    return CONTROL.sub("", text.rpartition("\r")[2]).rstrip()


class Outbox:
    """Events on their way to one reader. Batch events are latest-wins, all others are kept."""

    def __init__(self) -> None:
        self._events: deque[RunEvent] = deque()
        self._filled = asyncio.Event()

    def put(self, event: RunEvent) -> None:
        """Add an event; never waits."""
        latest = self._events[-1] if self._events else None
        if isinstance(event, BatchEvent) and isinstance(latest, BatchEvent):
            self._events.pop()
        self._events.append(event)
        self._filled.set()

    async def get(self) -> RunEvent:
        """Take the oldest event; waits for one."""
        while not self._events:
            self._filled.clear()
            await self._filled.wait()
        return self._events.popleft()
