"""A real Ray on 127.0.0.1 for tests, with ports and folders of its own."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

from engine.processes.executors.link import Cluster

ABSENT = "" if find_spec("ray") else "Ray is not installed: `make test-ray` runs these tests"
"""Why tests on a cluster could not run; empty where they can."""
MARK = "RUNS_TEST_MARK"
"""A variable in the environment of all processes of a cluster, by which tests find them."""
RAY = "import sys; from ray.scripts.scripts import main; sys.exit(main())"
LOOPBACK = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
"""If "0", Ray stays on 127.0.0.1, which it else takes for the machine's outside address."""
MEMORY = 100_000_000
"""Bytes of Ray's object store, which Layerloom hardly uses; the smallest that Ray takes is less."""


@dataclass(frozen=True)
class MarkedCluster(Cluster):
    """A cluster whose processes have a mark in their environment."""

    mark: str = ""

    def workers(self) -> list[int]:
        """Return the ids of the processes in which models train."""
        return processes(self.mark, "engine.processes.worker")


@contextmanager
def ray_cluster(cores: int = 3, **more: str) -> Iterator[MarkedCluster]:
    """Start a head node; everything of it ends with the context."""
    token, mark, port = secrets.token_hex(32), uuid4().hex, _free_port()
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))  # the paths of sockets are short
    variables = {
        **os.environ,
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": token,
        "RAY_USAGE_STATS_ENABLED": "0",
        "PYTHONUNBUFFERED": "1",
        LOOPBACK: "0",
        MARK: mark,
        **more,
    }
    variables.pop("RAY_ADDRESS", None)
    start = [
        *("start", "--head", "--block", f"--port={port}", "--node-ip-address=127.0.0.1"),
        *("--include-dashboard=false", "--include-log-monitor=false", "--disable-usage-stats"),
        *(f"--num-cpus={cores}", "--num-gpus=0", f"--object-store-memory={MEMORY}"),
        *(
            f"--temp-dir={folder}",
            f"--ray-client-server-port={_free_port()}",
            "--min-worker-port=0",
        ),
        *("--max-worker-port=0", "--metrics-export-port=0"),
    ]
    head = subprocess.Popen(
        [sys.executable, "-c", RAY, *start],
        env=variables,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    before = os.environ.get(LOOPBACK)  # another cluster may be there
    os.environ[LOOPBACK] = "0"
    try:
        _wait_until_started(head)
        yield MarkedCluster(f"127.0.0.1:{port}", token, uuid4().hex, mark=mark)
    finally:
        if before is None:
            del os.environ[LOOPBACK]
        head.terminate()
        with suppress(subprocess.TimeoutExpired):  # on a busy machine
            head.wait(30)
        for pid in processes(mark, ""):
            os.kill(pid, signal.SIGKILL)
        head.kill()
        head.wait()
        assert head.stdout
        head.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_until_started(head: "subprocess.Popen[str]") -> None:
    assert head.stdout
    printed = []
    for line in head.stdout:
        printed.append(line)
        if "Ray runtime started" in line:
            return
    raise AssertionError("".join(printed))


def processes(mark: str, what: str) -> list[int]:
    """Return the ids of the processes of a cluster whose command line contains `what`."""
    marked = f"{MARK}={mark}\0".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marked not in (folder / "environ").read_bytes():
                continue
            if what.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it has ended
            continue
    return found
