"""The process in which an old interpreter trains, as the worker beside it sees it."""

import json
import os
import resource
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from engine.machine.old import WORKER, OldEngine
from engine.training.failures import plain
from engine.values import Frozen

Event = Mapping[str, Any]


class OldEngineError(Exception):
    """What went wrong in the old interpreter, in its own words."""


class Order(Frozen):
    """The command to train, with the files that are in `folder`.

    `layers` are the paths of the layers with weights, and how many each has, in the order of the
    files of weights. `inputs`, `targets` and `weights` count the arrays of rows.
    """

    source: str
    folder: str
    layers: tuple[tuple[tuple[str, ...], int], ...]
    inputs: int
    targets: int
    weights: int
    validation: bool
    class_weight: dict[int, float] | None
    epochs: int
    batch_size: int
    shuffle: bool
    seed: int


class OldProcess:
    """Owns a process of the old interpreter, from its start to its end."""

    def __init__(self, engine: OldEngine, threads: int | None) -> None:
        """Start it: it imports its libraries. Raises OSError if there is no such interpreter."""
        engine.cache().mkdir(parents=True, exist_ok=True, mode=0o700)
        self._engine = engine
        self._process = subprocess.Popen(  # noqa: S603
            [str(engine.own), str(WORKER), str(os.getpid())],
            env=engine.variables(os.environ, threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._lock = threading.Lock()

    def train(self, order: Order) -> None:
        """Tell it to train, with no more memory than this process may use."""
        limits = resource.getrlimit(resource.RLIMIT_DATA)
        with suppress(ProcessLookupError):
            resource.prlimit(self._process.pid, resource.RLIMIT_DATA, limits)
        self._send({"type": "train", **order.model_dump(mode="json")})

    def stop(self, when: str) -> None:
        """Tell it to stop after the present batch or epoch."""
        self._send({"type": "stop", "when": when})

    def kill(self) -> None:
        """End it at once: it can't be asked while it compiles."""
        self._process.kill()

    def events(self) -> Iterator[Event]:
        """Yield what it says until it has ended. Raises OldEngineError for what fails there."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = json.loads(line)
            if event["type"] == "failed":
                raise OldEngineError(plain(event["error"]))
            yield event

    def end(self) -> int:
        """Let it end, and return its exit code; a negative one is a signal."""
        with suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        code = self._process.wait()
        self._engine.bound_cache()
        return code

    def _send(self, command: Mapping[str, Any]) -> None:
        with self._lock, suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(command).encode() + b"\n")
            self._process.stdin.flush()


_waiting: list[OldProcess] = []
"""A process that was started before it is needed."""


def start_early(engine: OldEngine, threads: int | None) -> None:
    """Start a process, unless one waits: it imports its libraries while this one does."""
    if not _waiting:
        _waiting.append(OldProcess(engine, threads))


def take(engine: OldEngine) -> OldProcess:
    """Return the process that was started early, or start one."""
    return _waiting.pop() if _waiting else OldProcess(engine, None)
