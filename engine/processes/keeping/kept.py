"""The events of a run, numbered and kept until they are acknowledged."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from engine.protocol import BatchEvent, Frame, Report

UNKEPT = 0
"""The number of what passes by: frames, of which only the newest matters."""
MOST = 50_000
"""Events that are kept for a reader who does not come; then the run waits. About 100 MB."""


class Kept:
    """Numbers events from 1 without gaps, and hands them out to one reader at a time.

    A batch event that nobody has read takes the place, and gives its number, to the next one, so
    that a run without a reader keeps few of them.
    """

    def __init__(self) -> None:
        self._events: deque[Report] = deque()
        self._acknowledged = self._handed_out = 0
        self._frame: Frame | None = None
        self._reader = 0
        self._changed, self._acknowledged_some = asyncio.Event(), asyncio.Event()
        self._bounded = True

    @property
    def last(self) -> int:
        """The number of the newest event; 0 before the first."""
        return self._acknowledged + len(self._events)

    def put(self, event: Report) -> None:
        """Keep an event; a frame takes the place of one that nobody has read."""
        if isinstance(event, Frame):
            self._frame = event
        else:
            latest = self._events[-1] if self._events else None
            unread = self.last > self._handed_out
            if unread and isinstance(event, BatchEvent) and isinstance(latest, BatchEvent):
                self._events.pop()
            self._events.append(event)
        self._changed.set()

    def acknowledge(self, number: int) -> None:
        """Forget the events up to this number."""
        while self._events and self._acknowledged < number:
            self._events.popleft()
            self._acknowledged += 1
        self._acknowledged_some.set()

    async def room(self) -> None:
        """Wait until so many events are acknowledged that another one may be kept."""
        while self._bounded and len(self._events) >= MOST:
            self._acknowledged_some.clear()
            await self._acknowledged_some.wait()

    def unbounded(self) -> None:
        """Keep any number of events from now on: the run is to end."""
        self._bounded = False
        self._acknowledged_some.set()

    async def after(self, number: int) -> AsyncIterator[tuple[int, Report]]:
        """Yield the events after this number, then those that come. A later reader ends this one.

        A frame has the number `UNKEPT`.
        """
        self._reader += 1
        reader = self._reader
        self._changed.set()  # so that the earlier reader notices
        while reader == self._reader:
            number = max(number, self._acknowledged)
            if number < self.last:
                number += 1
                self._handed_out = max(self._handed_out, number)
                yield number, self._events[number - self._acknowledged - 1]
            elif self._frame:
                frame, self._frame = self._frame, None
                yield UNKEPT, frame
            else:
                self._changed.clear()
                await self._changed.wait()
