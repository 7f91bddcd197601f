"""How a process gives way to others. No heavy imports."""

import os
from contextlib import suppress
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")

OF_RUNS = 15
"""Niceness of training runs by default: they leave the processor to people's edits."""


def give_way(niceness: int) -> None:
    """Give way to other processes by so much niceness (0 to 19).

    Where Linux shares processors between sessions first (autogroup), the niceness of a process
    counts only inside of its session. A process that leads a session lowers the session as well.
    """
    os.nice(niceness)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # there are no such groups
            AUTOGROUP.write_text(str(niceness), encoding="ascii")
