"""How long a check may think, in seconds of the processor: a busy machine refuses nothing.

Keras lays some layers out step by step, and a document may ask for a billion steps. A layer that
takes too long is interrupted wherever it is and refused, and the others are judged; a check that
takes too long stops asking, and the next one goes on from what it remembers. What holds out
against this, in one long call into C, is killed with its process (builder.checking.checker).
"""

import signal
import threading
import time
from collections.abc import Callable
from functools import cache
from types import FrameType
from typing import TypeVar

LAYER_SECONDS = 2.0
CHECK_SECONDS = 6.0
AGAIN_SECONDS = 0.25

DEAF = ("_xla_gc_callback",)
"""JAX's callback of the collector, which comes often: what it raises is printed and lost."""

T = TypeVar("T")


class TooSlowError(BaseException):
    """The time is over. No Exception, so that nothing that a layer catches holds it up."""


class Clock:
    """The time of one check, from now on."""

    def __init__(self) -> None:
        self._end = time.process_time() + CHECK_SECONDS

    @property
    def over(self) -> bool:
        """Whether nothing more should be begun."""
        return time.process_time() >= self._end


def in_time(action: Callable[[], T]) -> T:
    """Return what `action` does. Raises TooSlowError amidst what takes longer than a layer may.

    Python interrupts its main thread alone; in others nothing is limited. The signal comes again,
    because in some places exceptions are lost.
    """
    if threading.current_thread() is not threading.main_thread():
        return action()
    _listen()
    try:
        signal.setitimer(signal.ITIMER_PROF, LAYER_SECONDS, AGAIN_SECONDS)
        try:
            return action()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except TooSlowError:
        signal.setitimer(signal.ITIMER_PROF, 0)  # the signal may have come in the line above
        raise


@cache
def _listen() -> None:
    """Have the signal mean an interruption, in this process and those forked from it."""
    signal.signal(signal.SIGPROF, _interrupt)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    if frame is None or frame.f_code.co_name not in DEAF:
        raise TooSlowError
