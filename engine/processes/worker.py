"""`python -m engine.processes.worker`: one run in a process of its own.

Commands come as JSON lines on standard input, events leave as JSON lines on what was standard
output when the process began. From then on standard output is standard error, so that a stray
print, be it from C++, never breaks the protocol; whoever started the worker reads both.

    python -m engine.processes.worker [--backend tensorflow] [--device cpu] [--warm]
        [--memory BYTES]

With `--warm` the libraries are imported at once, the phase "queued" says when that is done, and
the command may come much later. The process ends when standard input closes, and with its parent
(engine.processes.child).
"""

import argparse
import os
import queue
import sys
import threading
import warnings
from collections.abc import Sequence
from typing import BinaryIO

from pydantic import ValidationError

from engine.data.built_in import BUILT_IN
from engine.machine import memory
from engine.machine.backends import environment
from engine.problems import Problem
from engine.problems.runs import backend_missing, cannot_start
from engine.protocol import (
    COMMAND,
    EndedEvent,
    LogEvent,
    Outcome,
    PhaseEvent,
    RunEvent,
    Stop,
    Train,
    line,
)
from engine.training.failures import plain
from engine.training.stopping import StopFlag

NICE = 15


class Worker:
    """Owns the protocol's descriptor, the stop flag, and the one end of the run."""

    def __init__(self, protocol: BinaryIO) -> None:
        self._protocol = protocol
        self._lock = threading.Lock()
        self._commands: queue.Queue[Train | Problem] = queue.Queue()
        self.stop = StopFlag()

    def emit(self, event: RunEvent) -> None:
        """Write one event. A parent that no longer reads means that nobody wants the run."""
        text = line(event)
        try:
            with self._lock:
                self._protocol.write(text)
                self._protocol.flush()
        except BrokenPipeError:
            os._exit(1)

    def end(self, outcome: Outcome, problem: Problem) -> None:
        """Write the last event of a run that never began."""
        self.emit(EndedEvent(outcome=outcome, problem=problem))

    def listen(self) -> None:
        """Read commands until standard input closes, then end the process: the parent is gone."""
        for text in sys.stdin.buffer:
            try:
                command = COMMAND.validate_json(text)
            except ValidationError as error:
                self._commands.put(cannot_start(plain(str(error))))
                continue
            if isinstance(command, Stop):
                self.stop.request(command.when)
            else:
                self._commands.put(command)
        os._exit(1)

    def serve(
        self, backend: str | None, device: str | None, warm: bool, memory_bytes: int | None
    ) -> None:
        """Wait for the command, do what it says, and emit its end."""
        if warm and backend and device:
            prepare(backend, device)
            self.emit(PhaseEvent(phase="queued"))
        command = self._commands.get()
        if isinstance(command, Problem):
            return self.end("lost", command)
        target = command.document.target
        if (backend or target.backend, device or target.device) != (target.backend, target.device):
            return self.end("lost", cannot_start("The process was started for something else."))
        self.emit(PhaseEvent(phase="starting"))
        if problem := prepare(target.backend, target.device):
            return self.end("user error", problem)
        if memory_bytes:
            memory.limit(memory_bytes)
        return self._train(command)

    def _train(self, command: Train) -> None:
        from engine.training.run import train

        warnings.showwarning = self._warn
        self.emit(train(command, BUILT_IN.plus(command.data), self.emit, self.stop))

    def _warn(self, message: Warning | str, *_: object, **__: object) -> None:
        self.emit(LogEvent(level="warning", text=plain(str(message))))


def prepare(backend: str, device: str) -> Problem | None:
    """Import what training needs, on this backend and device; say so when that can't be.

    Whatever the import of a broken backend raises is caught: each breaks in a way of its own.
    """
    os.environ.update(environment(backend, device, os.environ))
    try:
        import engine.training.run  # noqa: F401
    except Exception as error:
        return backend_missing(backend, plain(f"{type(error).__name__}: {error}"))
    return None


def take_protocol() -> BinaryIO:
    """Keep standard output for events alone, and send what is printed to standard error."""
    protocol = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(protocol, "wb")


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve one run, then end at once: the backends' threads take their time to say goodbye."""
    parser = argparse.ArgumentParser(prog="python -m engine.processes.worker", description=__doc__)
    parser.add_argument("--backend")
    parser.add_argument("--device")
    parser.add_argument("--warm", action="store_true", help="import before the command comes")
    parser.add_argument("--memory", type=int, help="bytes that the run may use")
    chosen = parser.parse_args(arguments)
    os.nice(NICE)
    worker = Worker(take_protocol())
    threading.Thread(target=worker.listen, name="commands", daemon=True).start()
    worker.serve(chosen.backend, chosen.device, chosen.warm, chosen.memory)
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
