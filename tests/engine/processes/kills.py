"""`python -m tests.engine.processes.kills --kills 100`: kills actors of runs, and counts leftovers.

Each run is killed with `ray.kill`, as when its machine is told to end it; its worker must end with
it, and the run with one true word.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

from engine.processes.cluster.messages import Place
from engine.processes.executors.cluster import ClusterExecutor
from engine.processes.executors.link import Cluster
from engine.processes.executors.process import ROOT
from engine.protocol import EndedEvent, PhaseEvent
from tests.engine.processes.clusters import MarkedCluster, ray_cluster
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


class Killer:
    """A driver of its own that kills actors by name."""

    def __init__(self, cluster: Cluster) -> None:
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


async def kill_repeatedly(cluster: MarkedCluster, folder: Path, kills: int) -> list[str]:
    """Start and kill so many runs, one after the other, each after a random part of its start.

    Returns their outcomes. Fails if a worker is left over.
    """
    executor, chance = ClusterExecutor(cluster, Place(niceness=0)), random.Random(kills)
    killer = await asyncio.to_thread(Killer, cluster)
    outcomes = []
    for number in range(kills):
        run = uuid4().hex
        (folder / str(number)).mkdir()
        command = train_command(folder / str(number), "iris", epochs=100_000)
        handle = await executor.start(command.as_text(), run)
        phase = chance.choice(("starting", "loading data", "building", "training"))
        async for event in handle.events():
            if event == PhaseEvent(phase=phase):
                await asyncio.to_thread(killer.kill, run)
            if isinstance(event, EndedEvent):
                outcomes.append(event.outcome)
        await handle.release()
        await _until_gone(cluster)
    await asyncio.to_thread(killer.close)
    await executor.close()
    return outcomes


async def _until_gone(cluster: MarkedCluster) -> None:
    deadline = time.monotonic() + GRACE
    while left := cluster.workers():
        assert time.monotonic() < deadline, f"workers are left over: {left}"
        await asyncio.sleep(0.02)


def main() -> None:
    """Kill, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    kills = parser.parse_args().kills
    began = time.monotonic()
    with ray_cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        outcomes = asyncio.run(kill_repeatedly(cluster, Path(folder), kills))
        left = len(cluster.workers())
    counted = ", ".join(f"{count} {word}" for word, count in Counter(outcomes).items())
    print(f"{kills} kills in {time.monotonic() - began:.0f} s: {counted}; {left} workers left over")


if __name__ == "__main__":
    main()
