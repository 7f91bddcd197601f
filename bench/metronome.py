"""A server whose runs are a metronome: epochs at a steady rate, each with the time it was sent.

`python -m bench.metronome serve …` takes the arguments of `manage.py serve`; the environment
variable METRONOME holds the number of epochs and the seconds between them.
"""

import os
import sys
import time

from django.core.management import execute_from_command_line

from engine.processes.executors import process
from engine.protocol import EndedEvent, EpochEvent, PhaseEvent, RunEvent, line

SENT = "sent"
"""The metric that holds the time at which the epoch was sent, in seconds since 1970."""

STARTING = 5.0
"""Seconds until the first epoch, in which those who want to watch begin to."""


def beat(epochs: int, every: float) -> None:
    """Write the events of a run to standard output once the command has come."""
    _write(PhaseEvent(phase="queued"))
    sys.stdin.readline()
    _write(PhaseEvent(phase="training"))
    began = time.monotonic() + STARTING
    for epoch in range(1, epochs + 1):
        time.sleep(max(0.0, began + epoch * every - time.monotonic()))
        _write(EpochEvent(epoch=epoch, metrics={SENT: time.time()}, seconds=every))
    _write(EndedEvent(outcome="finished", seconds=epochs * every))


def _write(event: RunEvent) -> None:
    sys.stdout.buffer.write(line(event))
    sys.stdout.buffer.flush()


def main(arguments: list[str]) -> None:
    """Beat, or serve with workers that do."""
    epochs, every = os.environ["METRONOME"].split()
    if not arguments:
        beat(int(epochs), float(every))
        return
    command = [sys.executable, "-m", "bench.metronome"]
    process.arguments = lambda *_, **__: command  # the worker's command line
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")
    execute_from_command_line(["manage.py", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
