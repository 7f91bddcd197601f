"""Passes on the latest of what comes too often."""

import asyncio
import time
from collections.abc import Callable


class Pace:
    """Passes on the latest of many texts, at most one every `seconds`; owns the one that waits."""

    def __init__(self, send: Callable[[str], None], seconds: float) -> None:
        self._send, self.seconds = send, seconds
        self._waiting: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0.0

    def send(self, text: str) -> None:
        """Pass on a text now, or when it is due unless a later one comes."""
        self._waiting = text
        if self._timer is None:
            wait = max(0.0, self._next - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait, self._pass)

    def cancel(self) -> None:
        """Drop the text that waits."""
        if self._timer:
            self._timer.cancel()
        self._timer = self._waiting = None

    def _pass(self) -> None:
        text, self._waiting, self._timer = self._waiting, None, None
        if text is not None:
            self._next = time.monotonic() + self.seconds
            self._send(text)
