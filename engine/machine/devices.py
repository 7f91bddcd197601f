"""What a document's device means: "cpu", "gpu:1", or several at once. No heavy imports.

"gpu:0,2" are two GPUs, and "cpu:0,1" are two halves of the processor, which share every batch as
two GPUs would. "gpu" is the first GPU. Numbers of GPUs count those that the server may see.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["cpu", "gpu"]

PATTERN = r"^(cpu(:0(,[1-9]\d?)+)?|gpu(:\d{1,3}(,\d{1,3})*)?)$"
LONGEST = 20
"""Characters of the longest device: eight GPUs."""


@dataclass(frozen=True)
class Devices:
    """Devices of one kind by their numbers; a CPU that is not divided has the number 0."""

    kind: Kind
    numbers: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many devices train at once."""
        return len(self.numbers)

    @property
    def ids(self) -> tuple[str, ...]:
        """The devices of a machine that are used, as they are listed: "cpu", or each GPU."""
        return ("cpu",) if self.kind == "cpu" else tuple(f"gpu:{each}" for each in self.numbers)


def read(device: str) -> Devices:
    """Return what a device of a document means."""
    kind, _, numbers = device.partition(":")
    listed = tuple(int(number) for number in (numbers or "0").split(","))
    return Devices("cpu" if kind == "cpu" else "gpu", listed)


def is_valid(device: str) -> bool:
    """Whether a text that follows PATTERN names each device once, and the parts of a CPU in order.

    Of a processor that is divided, all parts train.
    """
    asked = read(device)
    if asked.kind == "cpu":
        return asked.numbers == tuple(range(asked.count))
    return len(set(asked.numbers)) == asked.count
