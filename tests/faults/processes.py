"""The processes of a stress test's server, identified by the home folder in their environment."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from tests.conftest import ROOT, environment

KINDS = {
    "web": b"manage.py",
    "checker": b"engine.processes.checker",
    "reader": b"engine.processes.reader",
    "keeper": b"engine.processes.keeping.keeper",
    "worker": b"engine.processes.worker",
}
GRACE = 3.0
"""Seconds after which a process counts as left over when its parent was killed."""


class Server:
    """A server that is killed and started again on the same port; owns its process."""

    def __init__(self, home: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log = home / "server.log"
        self._home, self._port = home, port
        self._environment = environment(
            home, LAYERLOOM_RUNS_AT_ONCE="2", LAYERLOOM_RUN_ORPHAN_MINUTES="0"
        )
        self._manage = [sys.executable, str(ROOT / "manage.py")]
        migrate = [*self._manage, "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=self._environment, check=True)
        self.start()

    def start(self) -> None:
        """Start the process, and wait until it is listening."""
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [*self._manage, "serve", "--port", str(self._port)],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout
        assert b"http://" in self._process.stdout.readline(), self.log.read_text()

    def kill(self) -> int:
        """Kill the process; return how many of its children are left over."""
        others = [pid for kind in KINDS if kind != "web" for pid in self.of_kind(kind)]
        watched = [descriptor for pid in others if (descriptor := _open(pid)) is not None]
        self._process.kill()
        self._wait()
        return len(_still_there(watched, GRACE))

    def end(self) -> int:
        """Terminate the process; return how many processes are left over."""
        self._process.terminate()
        self._wait()
        return len([pid for kind in KINDS for pid in self.of_kind(kind)])

    def of_kind(self, kind: str) -> list[int]:
        """Return the ids of the running processes of one kind."""
        return [pid for pid, command in _marked(self._home) if KINDS[kind] in command]

    def _wait(self) -> None:
        self._process.wait(60)
        assert self._process.stdout
        self._process.stdout.close()


def kill(pid: int) -> None:
    """Kill a process, unless it has just ended."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _marked(home: Path) -> Iterable[tuple[int, bytes]]:
    """Yield the running processes of a home folder, with their command lines."""
    mark = f"LAYERLOOM_HOME={home}\0".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes() + b"\0":
                yield int(folder.name), (folder / "cmdline").read_bytes()
        except OSError:  # it has ended, or is not ours
            continue


def _open(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


def _still_there(descriptors: list[int], seconds: float) -> list[int]:
    """Return those of these processes that have not ended after so many seconds."""
    deadline, left = time.monotonic() + seconds, descriptors
    while left and (remaining := deadline - time.monotonic()) > 0:
        ended, _, _ = select.select(left, [], [], remaining)
        left = [descriptor for descriptor in left if descriptor not in ended]
    for descriptor in descriptors:
        os.close(descriptor)
    return left
