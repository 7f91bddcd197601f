"""The flag with which the thread that reads commands pauses the training loop."""

import threading

from engine.training.stopping import StopFlag


class PauseFlag:
    """Written by the thread that reads commands, waited for by the training loop."""

    def __init__(self, stop: StopFlag) -> None:
        self._stop = stop
        self._going = threading.Event()
        self._going.set()

    def pause(self) -> None:
        """Request that training wait; one that is to stop does not."""
        if self._stop.when is None:
            self._going.clear()

    def resume(self) -> None:
        """Let training go on, or stop."""
        self._going.set()

    @property
    def requested(self) -> bool:
        """Whether training is to wait at the next opportunity."""
        return not self._going.is_set()

    def wait(self) -> None:
        """Wait until training is to go on, or to stop."""
        self._going.wait()
