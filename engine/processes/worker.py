"""`python -m engine.processes.worker`: the process of one training run.

It reads commands as JSON lines from standard input, and writes events as JSON lines to its original
standard output. Standard output is then redirected to standard error, so that anything printed,
even by C++ code, can't break the protocol; the parent reads both.

    python -m engine.processes.worker [--backend tensorflow] [--device cpu] [--warm]
        [--memory BYTES] [--threads NUMBER]

With `--warm`, the libraries are imported at once, the phase "queued" reports that this is done,
and the command may arrive much later. The process ends when standard input closes or its parent
ends (engine.processes.child).
"""

import argparse
import os
import queue
import sys
import tempfile
import threading
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from engine.data import delivering, shared, stores
from engine.data.built_in import BUILT_IN
from engine.data.stores import Origin, located, worker_folder
from engine.machine import memory
from engine.machine import old as old_engines
from engine.machine.backends import COMPILED, environment
from engine.machine.priority import OF_RUNS, give_way
from engine.problems import Phrase, Problem, phrase, problem
from engine.problems.absent import missing_backend
from engine.protocol import (
    COMMAND,
    ArtefactEvent,
    EndedEvent,
    LogEvent,
    Outcome,
    PhaseEvent,
    Report,
    Train,
    line,
    log_message,
)
from engine.training.commands import Commands
from engine.training.failures import plain
from engine.training.old import process as old


class Worker:
    """Owns the output of events, the handlers of commands, and the end of the run."""

    def __init__(self, protocol: BinaryIO) -> None:
        self._protocol = protocol
        self._lock = threading.Lock()
        self._first: queue.Queue[Train | Problem] = queue.Queue()
        self._started = self._ended = False
        self._commands = Commands()
        self._commands.on(Train, self._begin)

    def emit(self, event: Report) -> None:
        """Write an event; do nothing after the end of the run.

        If the parent no longer reads events, the process ends.
        """
        text = line(event)
        try:
            with self._lock:
                if self._ended:
                    return
                self._ended = isinstance(event, EndedEvent)
                self._protocol.write(text)
                self._protocol.flush()
        except BrokenPipeError:
            os._exit(1)

    def end(self, outcome: Outcome, problem: Problem) -> None:
        """Write the last event of a run that never began."""
        self.emit(EndedEvent(outcome=outcome, problem=problem))

    def listen(self) -> None:
        """Read commands until standard input closes because the parent has ended; then exit."""
        for text in sys.stdin.buffer:
            try:
                self._handle(text)
            except Exception as error:  # the next command may be a Stop
                why = f"{type(error).__name__}: {error}"
                self._warn(phrase("A command failed: {why}", why=plain(why)))
        os._exit(1)

    def _handle(self, text: bytes) -> None:
        """Handle one line. An invalid line before the first command takes the place of it."""
        try:
            command = COMMAND.validate_json(text)
        except ValidationError as error:
            if self._started:
                why = plain(str(error))
                self._warn(phrase("A command was not understood: {why}", why=why))
            else:
                self._first.put(problem("cannot_start", detail=plain(str(error))))
            return
        if not self._commands.dispatch(command):
            type_ = command.type
            self._warn(phrase("The command “{type}” can't be handled now.", type=type_))

    def _begin(self, command: Train) -> None:
        if self._started:
            self._warn(phrase("This process has a run already: a second run was not started."))
        else:
            self._started = True
            self._first.put(command)

    def _warn(self, words: Phrase) -> None:
        self.emit(log_message(words))

    def serve(
        self,
        backend: str | None,
        device: str | None,
        warm: bool,
        memory_bytes: int | None,
        threads: int | None,
    ) -> None:
        """Wait for the command, execute it, and emit the last event."""
        if warm and backend and device:
            prepare(backend, device, threads)
            self.emit(PhaseEvent(phase="queued"))
        command = self._first.get()
        if isinstance(command, Problem):
            return self.end("lost", command)
        target = command.document.target
        if (backend or target.backend, device or target.device) != (target.backend, target.device):
            detail = "The process was started for another backend or device."
            return self.end("lost", problem("cannot_start", detail=detail))
        self.emit(PhaseEvent(phase="starting"))
        if missing := prepare(target.backend, target.device, threads):
            return self.end("user error", missing)
        if memory_bytes:
            memory.limit(memory_bytes)
        return self._train(command)

    def _train(self, command: Train) -> None:
        from engine.training.run import train

        warnings.showwarning = self._show_warning
        named = command.document.training.data
        origin = command.origin
        from_store = origin is not None and shared.is_store(origin.url)
        fetch = shared.fetch if from_store else stores.fetch
        sets = located(BUILT_IN.plus(command.data), named, worker_folder(), origin, fetch)
        if isinstance(sets, Problem):
            return self.end("user error", sets)
        if command.output or not origin:
            return self.emit(train(command, sets, self.emit, self._commands))
        with temporary_folder() as folder:
            here = command.model_copy(update={"output": folder})
            emit = partial(self._deliver, Path(folder), origin)
            return self.emit(train(here, sets, emit, self._commands))

    def _deliver(self, folder: Path, origin: Origin, event: Report) -> None:
        """Write an event; a file that it announces is sent to the server or store first."""
        if isinstance(event, ArtefactEvent):
            deliver = shared.deliver if shared.is_store(origin.url) else delivering.deliver
            hash = deliver(folder / event.name, origin)
            event = event.model_copy(update={"hash": hash})
        self.emit(event)

    def _show_warning(self, message: Warning | str, *_: object, **__: object) -> None:
        self.emit(LogEvent(level="warning", text=plain(str(message))))


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for the files of a run, beside the rows that were fetched for it."""
    worker_folder().mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=worker_folder(), prefix=".run-")


def prepare(backend: str, device: str, threads: int | None) -> Problem | None:
    """Import the libraries for training on this backend and device; return a problem on failure.

    All exceptions are caught, because broken installations of backends raise various ones.
    """
    os.environ.update(environment(backend, device, os.environ, threads))
    os.environ.setdefault(COMPILED, str(worker_folder().with_name("compiled")))
    if there := old_engines.find(backend):
        if not there.is_complete():
            return missing_backend(backend)
        old.start_early(there, threads)
    try:
        import engine.training.run  # noqa: F401
    except Exception as error:
        return missing_backend(backend, plain(f"{type(error).__name__}: {error}"))
    return None


def take_protocol() -> BinaryIO:
    """Return the original standard output, for events, and redirect prints to standard error."""
    protocol = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(protocol, "wb")


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve one run, then exit without waiting for the backends' threads."""
    parser = argparse.ArgumentParser(prog="python -m engine.processes.worker", description=__doc__)
    parser.add_argument("--backend")
    parser.add_argument("--device")
    parser.add_argument("--warm", action="store_true", help="import before the command comes")
    parser.add_argument("--memory", type=int, help="bytes that the run may use")
    parser.add_argument("--threads", type=int, help="threads that may compute; none: each core's")
    parser.add_argument("--niceness", type=int, default=OF_RUNS, help="from 0 to 19")
    chosen = parser.parse_args(arguments)
    give_way(chosen.niceness)
    worker = Worker(take_protocol())
    threading.Thread(target=worker.listen, name="commands", daemon=True).start()
    worker.serve(chosen.backend, chosen.device, chosen.warm, chosen.memory, chosen.threads)
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
