"""What only a cluster promises: whatever dies, a run's events come once, and nothing is left."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from engine.processes.executors.cluster import ClusterExecutor
from engine.processes.executors.link import Cluster
from engine.processes.executors.process import ROOT
from engine.processes.keeping.messages import Place
from engine.protocol import EpochEvent, LogEvent, RunEvent
from tests.engine.processes.clusters import MarkedCluster
from tests.engine.processes.kills import Actors, kill_repeatedly
from tests.engine.runs import all_events, final_event, train_command, until

LONG = 100_000
FREE = Place(niceness=0)
STARTS = """
import asyncio, json, sys
from pathlib import Path
from engine.processes.keeping.messages import Place
from engine.processes.executors.cluster import ClusterExecutor
from engine.processes.executors.link import Cluster
from engine.protocol import EpochEvent
from tests.engine.runs import train_command

async def main():
    executor = ClusterExecutor(Cluster(*sys.argv[1:4]), Place(niceness=0))
    command = train_command(Path(sys.argv[5]), "iris", epochs=100_000)
    handle = await executor.start(command.as_text(), sys.argv[4])
    async for event in handle.events():
        print(json.dumps([handle.number, isinstance(event, EpochEvent)]), flush=True)
        await handle.acknowledge(handle.number)

asyncio.run(main())
"""


async def test_what_a_killed_process_has_not_seen_comes_to_the_next(
    cluster: MarkedCluster, tmp_path: Path
) -> None:
    """The process that started a run is killed while it reads; another one goes on after it."""
    run = uuid4().hex[:16]
    where = cluster.address, cluster.token, cluster.namespace, run, str(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", STARTS, *where], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout
        seen = 0
        for line in started.stdout:
            seen, is_epoch = json.loads(line)
            if is_epoch:
                break
        started.send_signal(signal.SIGKILL)
        later = [json.loads(line)[0] for line in started.stdout]
    assert later == list(range(seen + 1, seen + 1 + len(later)))
    seen = later[-1] if later else seen
    executor = ClusterExecutor(cluster, FREE)
    assert await executor.living() == {run}
    handle = await executor.take_up(run, seen)
    numbers, epochs = [], []
    async for event in handle.events():
        numbers.append(handle.number)
        if isinstance(event, EpochEvent):
            epochs.append(event.epoch)
            if len(epochs) == 20:
                await handle.stop("now")
    assert numbers == list(range(seen + 1, seen + 1 + len(numbers)))
    assert epochs == list(range(epochs[0], epochs[0] + len(epochs)))
    await handle.release()
    await until_none_live(executor, cluster)
    await executor.close()


async def until_none_live(executor: ClusterExecutor, cluster: MarkedCluster) -> None:
    """Wait until no run and no worker is there."""
    async with asyncio.timeout(120):
        while await executor.living() or cluster.workers():
            await asyncio.sleep(0.05)


async def test_a_broker_that_is_killed_is_replaced_and_no_event_is_missed(
    cluster: MarkedCluster, tmp_path: Path
) -> None:
    executor = ClusterExecutor(cluster, FREE)
    command = train_command(tmp_path, "iris", epochs=LONG)
    handle = await executor.start(command.as_text(), uuid4().hex)
    events = handle.events()
    told: list[RunEvent] = [await until(events, EpochEvent)]  # type: ignore[arg-type]
    broker = executor.broker
    assert broker
    os.kill(broker, signal.SIGKILL)
    stopped = False
    async for event in events:
        told.append(event)
        if executor.broker not in {None, broker} and not stopped:
            stopped = True
            await handle.stop("now")
    assert final_event(told).outcome == "stopped"
    epochs = [event.epoch for event in told if isinstance(event, EpochEvent)]
    assert epochs == list(range(1, len(epochs) + 1))
    await handle.release()
    await until_none_live(executor, cluster)
    await executor.close()


async def test_killed_actors_end_their_runs_and_leave_no_process(
    cluster: MarkedCluster, tmp_path: Path
) -> None:
    outcomes = await kill_repeatedly(Actors(cluster), tmp_path, 3)
    assert outcomes == ["lost"] * 3
    executor = ClusterExecutor(cluster, FREE)
    await until_none_live(executor, cluster)
    await executor.close()


async def test_a_run_without_room_says_that_it_waits_and_can_be_stopped(
    cluster: MarkedCluster, tmp_path: Path
) -> None:
    executor = ClusterExecutor(cluster, replace_cores(99))
    command = train_command(tmp_path, "iris", epochs=1)
    handle = await executor.start(command.as_text(), uuid4().hex)
    events = handle.events()
    told = await anext(events)
    assert isinstance(told, LogEvent)
    assert "no room" in told.text
    await handle.stop("now")
    assert final_event([event async for event in events]).outcome == "stopped"
    await executor.close()


def replace_cores(cores: int) -> Place:
    return FREE.model_copy(update={"cores": cores})


@pytest.mark.parametrize("what", ["address", "token"])
async def test_a_cluster_that_can_not_be_reached_is_a_problem(
    what: str, cluster: MarkedCluster, tmp_path: Path
) -> None:
    wrong = {"address": "127.0.0.1:9", "token": "0" * 64}
    executor = ClusterExecutor(replace(cluster, **{what: wrong[what]}), FREE)
    assert await executor.living() is None
    handle = await executor.start(train_command(tmp_path, "iris").as_text(), uuid4().hex)
    end = final_event(await all_events(handle))
    assert end.problem
    assert (end.outcome, end.problem.code) == ("lost", "cluster_unreachable")
    await executor.close()


async def test_without_ray_a_run_ends_with_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ray.py").write_text("raise ImportError('No module named ray')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    executor = ClusterExecutor(Cluster("127.0.0.1:9", "0" * 64, "nobody"), FREE)
    handle = await executor.start(train_command(tmp_path, "iris").as_text(), "run")
    end = final_event(await all_events(handle))
    assert end.problem
    assert (end.outcome, end.problem.code) == ("lost", "ray_missing")
    await executor.close()
