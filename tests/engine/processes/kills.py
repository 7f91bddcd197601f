"""`python -m tests.engine.processes.kills --kills 100`: kills what keeps runs; counts leftovers.

On this machine, keepers are killed; with `--on ray`, actors of a cluster with `ray.kill`, as when
their machine is told to end them. The worker must end with each, and the run with one true word.
`--small` takes workers without Keras, of which a hundred take a minute.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

from engine.processes.executors.base import Executor
from engine.processes.executors.cluster import ClusterExecutor
from engine.processes.executors.connection import PROGRAM, Keeping
from engine.processes.executors.handle import Limits
from engine.processes.executors.kept import KeptExecutor
from engine.processes.executors.process import ROOT
from engine.processes.keeping.messages import Place
from engine.protocol import EndedEvent, PhaseEvent
from tests.engine.processes.clusters import MARK, MarkedCluster, processes, ray_cluster
from tests.engine.runs import train_command

GRACE = 5.0
"""Seconds after which a worker counts as left over when its actor was killed."""
KILLER = """
import sys, ray
ray.init(address=sys.argv[1], namespace=sys.argv[2], log_to_driver=False, logging_level="ERROR")
print("ready", flush=True)
for line in sys.stdin:
    ray.kill(ray.get_actor(line.strip()))
    print("killed", flush=True)
"""


class Keepers:
    """Keepers on this machine, which are killed by their process id."""

    def __init__(self, folder: Path, small: bool) -> None:
        self._mark = os.environ.setdefault(MARK, uuid4().hex)
        self._small = small
        limits = Limits(niceness=0, memory=4 << 30)
        program = (sys.executable, "-m", "tests.faults.small.keeper") if small else PROGRAM
        self.executor: Executor = KeptExecutor(
            Keeping(folder / "keepers", 600.0, limits, spare=False, program=program)
        )

    def kill(self, _: str) -> None:
        """Kill the keepers: there is one."""
        for pid in processes(self._mark, "small.keeper" if self._small else "keeping.keeper"):
            os.kill(pid, signal.SIGKILL)

    def workers(self) -> list[int]:
        """Return the processes of workers."""
        return processes(self._mark, "small.worker" if self._small else "engine.processes.worker")

    def close(self) -> None:
        """Do nothing."""


class Actors:
    """Actors of a cluster, killed by name by a driver of its own."""

    def __init__(self, cluster: MarkedCluster) -> None:
        self.executor: Executor = ClusterExecutor(cluster, Place(niceness=0))
        self.workers = cluster.workers
        variables = {**os.environ, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": cluster.token}
        self._process = subprocess.Popen(
            [sys.executable, "-c", KILLER, cluster.address, cluster.namespace],
            env=variables, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout
        assert self._process.stdout.readline() == "ready\n"

    def kill(self, run: str) -> None:
        """Kill the actor of a run."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{run}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "killed\n"

    def close(self) -> None:
        """End the driver."""
        self._process.communicate()


async def kill_repeatedly(place: Keepers | Actors, folder: Path, kills: int) -> list[str]:
    """Start and kill so many runs, one after the other, each after a random part of its start.

    Returns their outcomes. Fails if a worker is left over.
    """
    executor, chance = place.executor, random.Random(kills)
    outcomes = []
    for number in range(kills):
        run = uuid4().hex
        (folder / str(number)).mkdir()
        command = train_command(folder / str(number), "iris", epochs=100_000)
        handle = await executor.start(command.as_text(), run)
        phase = chance.choice(("starting", "loading data", "building", "training"))
        async for event in handle.events():
            if event == PhaseEvent(phase=phase):
                await asyncio.to_thread(place.kill, run)
            if isinstance(event, EndedEvent):
                outcomes.append(event.outcome)
        await handle.release()
        await _until_gone(place)
    await asyncio.to_thread(place.close)
    await executor.close()
    return outcomes


async def _until_gone(place: Keepers | Actors) -> None:
    deadline = time.monotonic() + GRACE
    while left := place.workers():
        assert time.monotonic() < deadline, f"workers are left over: {left}"
        await asyncio.sleep(0.02)


def main() -> None:
    """Kill, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--on", choices=["here", "ray"], default="here")
    parser.add_argument("--small", action="store_true", help="workers without Keras")
    chosen = parser.parse_args()
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place: Keepers | Actors
        if chosen.on == "ray":
            place = Actors(stack.enter_context(ray_cluster()))
        else:
            place = Keepers(folder, chosen.small)
        outcomes = asyncio.run(kill_repeatedly(place, folder, chosen.kills))
        left = len(place.workers())
    counted = ", ".join(f"{count} {word}" for word, count in Counter(outcomes).items())
    seconds = time.monotonic() - began
    print(f"{chosen.kills} kills in {seconds:.0f} s: {counted}; {left} workers left over")


if __name__ == "__main__":
    main()
