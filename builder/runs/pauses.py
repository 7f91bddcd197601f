"""Which paused runs of this web process keep their processes, and for how long."""

import asyncio
from collections.abc import Callable


class Pauses:
    """The paused runs. One keeps its process for `keep` seconds, or until another run waits.

    Then `park` is called, which is to end the process; its checkpoint stays.
    """

    def __init__(self, keep: float, park: Callable[[str], None]) -> None:
        self._keep, self._end_process = keep, park
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.parking: set[str] = set()
        """Runs whose processes are being ended."""
        self.to_resume: set[str] = set()
        """Runs that are to go on once their process has ended."""

    def paused(self, id: str) -> None:
        """Record that a run with a process is paused."""
        self.resumed(id)
        timer = asyncio.get_running_loop().call_later(self._keep, self._park, id)
        self._timers[id] = timer

    def resumed(self, id: str) -> None:
        """Record that a run is no longer paused, or has no process any more."""
        if timer := self._timers.pop(id, None):
            timer.cancel()

    def make_room(self, id: str) -> None:
        """End the process of a run that is paused, if it still is."""
        if id in self._timers:
            self._park(id)

    def _park(self, id: str) -> None:
        self.resumed(id)
        self.parking.add(id)
        self._end_process(id)
