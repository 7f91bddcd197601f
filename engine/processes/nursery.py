"""A process that has imported what takes seconds, and forks a fresh copy in milliseconds.

Standard input is a Unix socket. Each message on it hands over one end of a socket pair; a copy
of the process is forked that reads JSON lines from that end and answers on it, and whatever copy
was there before is killed. When standard input closes, all of it ends.

A fork copies one thread alone, so nothing may have started others by then: import, but don't run
what wakes JAX's or TensorFlow's devices. Copies share the memory of what was imported.
"""

import gc
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import BinaryIO, NoReturn

from engine.processes.child import end_with

Serve = Callable[[BinaryIO, BinaryIO], None]


def keep(serve: Serve) -> NoReturn:
    """Fork a copy that does `serve(requests, answers)` for each message, until none can come."""
    control = socket.socket(fileno=os.dup(0))
    _detach()
    gc.collect()
    gc.freeze()  # the collector would write into every page, and so copy it
    copy, nursery = 0, os.getpid()
    while True:
        _, handed, _, _ = socket.recv_fds(control, 1, 1)
        _end(copy)
        if not handed:
            os._exit(0)
        copy = os.fork()
        if copy == 0:
            control.close()
            _live(serve, handed[0], nursery)
        os.close(handed[0])


def _detach() -> None:
    """Leave nothing that a stray read or print could disturb: both go elsewhere."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)


def _end(copy: int) -> None:
    """Kill a copy, unless it has died by itself: then say of what."""
    if not copy:
        return
    dead, status = os.waitpid(copy, os.WNOHANG)
    if dead:
        code = os.waitstatus_to_exitcode(status)
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        sys.stderr.write(f"The process ended with {how}.\n")
        sys.stderr.flush()
    else:
        os.kill(copy, signal.SIGKILL)
        os.waitpid(copy, 0)


def _live(serve: Serve, handed: int, nursery: int) -> NoReturn:
    """Serve on one end of a socket pair, and end; nothing returns to the loop that forked."""
    status = 1
    try:
        end_with(nursery)
        with os.fdopen(handed, "rb") as requests, os.fdopen(os.dup(handed), "wb") as answers:
            serve(requests, answers)
        status = 0
    except BaseException:  # the end of this process, whatever it is of
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)  # JAX's threads take their time to say goodbye
