"""Machines of a cluster without a folder in common exchange files through a store."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.data import shared
from engine.data.catalogue import DataSets
from engine.data.stores import rows_file
from engine.processes.executors.cluster import ClusterExecutor
from engine.processes.keeping.messages import Place
from engine.protocol import ArtefactEvent, Train
from tests.engine.data import buckets
from tests.engine.points import on_points, write_points
from tests.engine.processes.clusters import MarkedCluster, ray_cluster
from tests.engine.runs import all_events, final_event


@pytest.fixture
def in_a_folder(cluster: MarkedCluster, tmp_path: Path) -> MarkedCluster:
    """A cluster with a shared folder as its store."""
    return replace(cluster, store=f"file://{tmp_path}/store")


@pytest.fixture
def in_a_bucket(cluster: MarkedCluster) -> Iterator[MarkedCluster]:
    """A cluster of its own, whose machines know a bucket."""
    if buckets.ABSENT:
        pytest.skip(buckets.ABSENT)
    with buckets.bucket(), ray_cluster() as other:
        yield replace(other, store="s3://layerloom/runs")


@pytest.mark.parametrize("kind", ["in_a_folder", "in_a_bucket"])
async def test_rows_and_results_travel_through_the_store(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    cluster: MarkedCluster = request.getfixturevalue(kind)
    here, there, output = (tmp_path / name for name in ("here", "there", "output"))
    here.mkdir()
    output.mkdir()
    data = write_points(here)
    (described,) = data.sets
    hash = described.hash or ""
    Path(data.files["points"]).rename(rows_file(here, hash))
    executor = ClusterExecutor(replace(cluster, rows=str(here)), Place(niceness=0, data=str(there)))
    command = Train(document=on_points(), output=str(output), data=DataSets(sets=data.sets))
    handle = await executor.start(command.as_text(), "exchanging")
    events = await all_events(handle)
    assert (final_event(events).outcome, final_event(events).problem) == ("finished", None)
    assert rows_file(there, hash).is_file()
    announced = {event.name: event for event in events if isinstance(event, ArtefactEvent)}
    assert {"model.keras", "results.json"} <= set(announced)
    for event in announced.values():
        came = output / f".{event.hash}"
        assert (came.stat().st_size, shared.sha256(came)) == (event.bytes, event.hash)
    store = shared.at(cluster.store)
    model = shared.result_key("exchanging", announced["model.keras"].hash)
    assert store.has(model)
    await handle.release()
    async with asyncio.timeout(120):  # results are removed, rows stay
        while store.has(model):
            await asyncio.sleep(0.05)
    assert store.has(shared.rows_key(hash))
    await executor.close()


async def test_a_store_that_can_not_be_used_ends_the_run(
    cluster: MarkedCluster, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    data = write_points(tmp_path)
    broken = replace(cluster, store=f"file://{tmp_path}/file", rows=str(tmp_path))
    executor = ClusterExecutor(broken, Place(niceness=0))
    command = Train(document=on_points(), output=str(tmp_path), data=DataSets(sets=data.sets))
    handle = await executor.start(command.as_text(), "without-a-store")
    end = final_event(await all_events(handle))
    assert end.problem
    assert (end.outcome, end.problem.code) == ("lost", "store_unreachable")
    async with asyncio.timeout(120):
        while await executor.living():
            await asyncio.sleep(0.05)
    await executor.close()
