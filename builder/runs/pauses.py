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
        self.without_process: set[str] = set()
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

    def make_room(self) -> None:
        """End the process of the run that has been paused for longest."""
        if self._timers and not self.parking:
            self._park(next(iter(self._timers)))

    def _park(self, id: str) -> None:
        self.resumed(id)
        self.parking.add(id)
        self._end_process(id)
