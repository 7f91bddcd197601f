"""What people want to see of a run: written by the thread that reads commands."""

import threading

from engine.protocol import Probe
from engine.protocol.frames import Look


class Looking:
    """Owns the newest `Look`; whoever shows it waits for a change."""

    def __init__(self) -> None:
        self._look: Look | None = None
        self._changed = threading.Event()

    def request(self, command: Probe) -> None:
        """Store what is to be looked at, in place of what was."""
        self._look = command.look
        self._changed.set()

    def wait(self) -> Look | None:
        """Wait for the next change, and return what is to be looked at then."""
        self._changed.wait()
        self._changed.clear()
        return self._look

    def wake(self) -> None:
        """Let `wait` return."""
        self._changed.set()
