"""The flag between the thread that reads commands and the loop that trains."""

from engine.protocol import When


class StopFlag:
    """Written by the thread that reads commands, read by the training loop.

    Owns `when`: None, "epoch" (once the present epoch has ended) or "now". A request is never
    taken back, and "now" is not softened to "epoch". Assignment is atomic, so there is no lock.
    """

    def __init__(self) -> None:
        self.when: When | None = None

    def request(self, when: When) -> None:
        """Ask for an end."""
        if self.when != "now":
            self.when = when

    @property
    def now(self) -> bool:
        """Whether to stop at the next chance."""
        return self.when == "now"
