"""Limits on the CPU time of a check; CPU time, so that a busy machine refuses nothing.

Keras unrolls some layers step by step, and a document may ask for a billion steps. A layer that
takes too long is interrupted and refused, and the others are checked; a check that takes too
long stops, and the next check continues from the cached results. A long call into C can't be
interrupted this way: the supervisor kills its process (builder.checking.checker).
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

UNINTERRUPTIBLE = ("gc_callback", "__del__")
"""How the names of functions end in which Python prints and ignores exceptions: callbacks of the
garbage collection (JAX's runs often) and finalizers."""

WEAK_REFERENCES = ("weakref.py", "_weakrefset.py")
"""The files whose functions are called when an object goes, where exceptions are ignored, too."""

T = TypeVar("T")


class TooSlowError(BaseException):
    """The time is up. Not an Exception, so that layers that catch Exception don't swallow it."""


class Clock:
    """The time limit of one check, which starts now."""

    def __init__(self) -> None:
        self._end = time.process_time() + CHECK_SECONDS

    @property
    def expired(self) -> bool:
        """Whether the time is up, so that no further layer is checked."""
        return time.process_time() >= self._end


def limit_time(action: Callable[[], T]) -> T:
    """Run `action` and return its result; raise TooSlowError after LAYER_SECONDS.

    Python handles signals in the main thread only; in other threads there is no limit. The signal
    repeats, because exceptions are swallowed in some places.
    """
    if threading.current_thread() is not threading.main_thread():
        return action()
    _install_handler()
    try:
        signal.setitimer(signal.ITIMER_PROF, LAYER_SECONDS, AGAIN_SECONDS)
        try:
            return action()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except TooSlowError:
        signal.setitimer(signal.ITIMER_PROF, 0)  # the signal may have arrived in the line above
        raise


@cache
def _install_handler() -> None:
    """Install the signal handler, in this process and those forked from it."""
    signal.signal(signal.SIGPROF, _interrupt)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    """Raise TooSlowError, unless Python would ignore it here: the signal comes again soon."""
    while frame is not None:
        code = frame.f_code
        if code.co_name.endswith(UNINTERRUPTIBLE) or code.co_filename.endswith(WEAK_REFERENCES):
            return
        frame = frame.f_back
    raise TooSlowError
