"""A fork server: it imports slow libraries once, and then forks new copies in milliseconds.

Standard input is a Unix socket. Each message on it contains one end of a socket pair: the previous
copy is killed, and a new copy is forked, which reads requests from that end and writes answers to
it. When standard input closes, the process and its copy end.

A fork copies only one thread, so nothing may start threads before: import, but do nothing that
initializes JAX's or TensorFlow's devices. Copies share the memory of imported modules.

The temporary files of a copy lie in a folder of its own, which is removed after it: TensorFlow
writes some for each model, and a copy that is killed leaves them.
"""

import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from typing import BinaryIO, NoReturn

from engine.problems import sentence
from engine.processes.child import end_with

Serve = Callable[[BinaryIO, BinaryIO], None]


def run(serve: Serve) -> NoReturn:
    """For each message, fork a copy that calls `serve(requests, answers)`; end with the input."""
    control = socket.socket(fileno=os.dup(0))
    _redirect_standard_streams()
    gc.collect()
    gc.freeze()  # else the collector would write to, and so copy, every page
    copy, server, scratch = 0, os.getpid(), ""
    while True:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        _kill(copy)
        shutil.rmtree(scratch, ignore_errors=True)
        if not descriptors:
            os._exit(0)
        scratch = tempfile.mkdtemp(prefix="layerloom-")
        copy = os.fork()
        if copy == 0:
            tempfile.tempdir = scratch
            control.close()
            _run_copy(serve, descriptors[0], server)
        os.close(descriptors[0])


def _redirect_standard_streams() -> None:
    """Redirect input from /dev/null and output to standard error, away from the sockets."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)


def _kill(copy: int) -> None:
    """Kill a copy; log its exit status if it has ended already."""
    if not copy:
        return
    ended, status = os.waitpid(copy, os.WNOHANG)
    if ended:
        code = os.waitstatus_to_exitcode(status)
        sys.stderr.write(_reason(code) + "\n")
        sys.stderr.flush()
    else:
        os.kill(copy, signal.SIGKILL)
        os.waitpid(copy, 0)


def _reason(code: int) -> str:
    """Return why a process with this exit code ended; that of a signal is negative."""
    if code < 0:
        return sentence("The process was ended by {signal}.", signal=signal.Signals(-code).name)
    return sentence("The process ended with exit status {status}.", status=code)


def _run_copy(serve: Serve, descriptor: int, server: int) -> NoReturn:
    """Serve requests on one end of a socket pair, then exit; never return to the fork loop."""
    status = 1
    try:
        end_with(server)
        with (
            os.fdopen(descriptor, "rb") as requests,
            os.fdopen(os.dup(descriptor), "wb") as answers,
        ):
            serve(requests, answers)
        status = 0
    except BaseException:  # any exception ends this process
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)  # without waiting for JAX's threads
