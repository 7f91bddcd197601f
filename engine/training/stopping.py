"""The flag with which the thread that reads commands stops the training loop."""

from engine.protocol import When


class StopFlag:
    """Written by the thread that reads commands, read by the training loop.

    Owns `when`: None, "epoch" (when the current epoch has ended) or "now". A request can't be
    withdrawn, and "epoch" does not replace "now". Assignment is atomic, so there is no lock.
    """

    def __init__(self) -> None:
        self.when: When | None = None

    def request(self, when: When) -> None:
        """Request that training stop."""
        if self.when != "now":
            self.when = when

    @property
    def now(self) -> bool:
        """Whether to stop at the next opportunity."""
        return self.when == "now"
