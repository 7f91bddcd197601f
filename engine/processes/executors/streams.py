"""Reads lines from a process that may write anything; buffers events for a slow reader."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator

from engine.problems import phrase
from engine.processes.executors.base import Handle
from engine.protocol import BatchEvent, Frame, LogEvent, Report, log_message
from engine.values import strip_escapes

CHUNK = 65_536
IMPORT_MESSAGES = re.compile(r"I\d{4} \d\d:\d\d:\d+\.|WARNING: All log messages before absl::")
"""Messages that TensorFlow and XLA print on import at every log level."""
FULL = 1_000
"""Events that a slow reader may leave in an outbox before the worker waits."""
FRAME = re.compile(r"\s*@\s+0x[0-9a-f]{6}")
"""One of the many lines of a stack trace that absl prints below the reason for a crash."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


async def lines(stream: asyncio.StreamReader, longest: int) -> AsyncIterator[bytes]:
    """Yield lines without line ends, cut to `longest` bytes.

    Memory is bounded for any length of line; `StreamReader.readline` would raise.
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
    """Turns the output of libraries into a limited number of readable log events.

    Owns the last lines (`tail`) but for stack traces; they usually explain a crash.
    """

    MAX_LENGTH = 2_000
    MAX_EVENTS = 2_000

    def __init__(self) -> None:
        self.tail: deque[str] = deque(maxlen=40)
        self._count = 0

    def event(self, line: bytes) -> LogEvent | None:
        """Return the event for a line; None if the line is irrelevant or the limit is reached."""
        text = readable(line)[: self.MAX_LENGTH]
        if not text.strip() or IMPORT_MESSAGES.match(text):
            return None
        if not FRAME.match(text):
            self.tail.append(text)
        self._count += 1
        if self._count > self.MAX_EVENTS:
            return None
        if self._count == self.MAX_EVENTS:
            return log_message(phrase("There is too much output: the rest of it is not kept."))
        return LogEvent(text=text)


def readable(line: bytes) -> str:
    """Return a line as a terminal would show it: no escape sequences, no text before a \\r."""
    text = strip_escapes(line.decode("utf-8", "replace")).rstrip("\r\n")
    return CONTROL.sub("", text.rpartition("\r")[2]).rstrip()


class Outbox:
    """A queue of events for one reader; of consecutive batch events or frames, the last is kept.

    Each comes with its number where it is kept elsewhere, else with 0.
    """

    def __init__(self) -> None:
        self._events: deque[tuple[Report, int]] = deque()
        self._changed, self._taken = asyncio.Event(), asyncio.Event()
        self._closed = False

    @property
    def full(self) -> bool:
        """Whether so many events are unread that the writer should wait."""
        return len(self._events) >= FULL

    async def room(self) -> None:
        """Wait until the outbox is not full."""
        while self.full:
            self._taken.clear()
            await self._taken.wait()

    def put(self, event: Report, number: int = 0) -> None:
        """Add an event without waiting."""
        latest = self._events[-1][0] if self._events else None
        if isinstance(event, BatchEvent | Frame) and type(event) is type(latest):
            self._events.pop()
        self._events.append((event, number))
        self._changed.set()

    def close(self) -> None:
        """No more events come."""
        self._closed = True
        self._changed.set()

    async def take(self, most: int) -> list[tuple[Report, int]]:
        """Wait for events; remove the oldest ones, with their numbers. None once no more come."""
        while not self._events and not self._closed:
            self._changed.clear()
            await self._changed.wait()
        self._taken.set()
        return [self._events.popleft() for _ in range(min(most, len(self._events)))]


async def together(handle: Handle, most: int) -> AsyncGenerator[list[tuple[Report, int]], None]:
    """Yield the events of a run, with their numbers, in lists.

    A list holds those that have come since the last list, at most this many.
    """
    outbox = Outbox()

    async def read() -> None:
        try:
            async for event in handle.events():
                outbox.put(event, handle.number)
        finally:
            outbox.close()

    reading = asyncio.create_task(read())
    try:
        while some := await outbox.take(most):
            yield some
        await reading
    finally:
        reading.cancel()
