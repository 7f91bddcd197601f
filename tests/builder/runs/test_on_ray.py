"""A server whose runs train on a real Ray: they outlive it, with a log without gaps."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builder.runs.servers import PATIENCE, assert_whole, call, epochs, everything, until
from tests.conftest import Server, start_server, stop_server
from tests.engine.processes.clusters import ABSENT, MarkedCluster, ray_cluster

pytestmark = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)

LONG = 100_000


@pytest.fixture(scope="module")
def cluster() -> Iterator[MarkedCluster]:
    """A real Ray."""
    with ray_cluster() as cluster:
        yield cluster


def start(home: Path, cluster: MarkedCluster, **more: str) -> Server:
    ray = {
        "LAYERLOOM_EXECUTOR": "ray",
        "LAYERLOOM_RAY_ADDRESS": cluster.address,
        "LAYERLOOM_RAY_TOKEN": cluster.token,
        "LAYERLOOM_CHECK_SECONDS": "300",  # a busy machine is no failure of Ray's
        "LAYERLOOM_READER_SECONDS": "300",
    }
    return start_server(home, **ray, **more)


def test_a_run_trains_on_ray_and_leaves_nothing_there(
    cluster: MarkedCluster, tmp_path: Path
) -> None:
    server = start(tmp_path, cluster)
    try:
        project = call(server, "POST", "/projects", {"template": "digits_dense"})["id"]
        epochs(server, project, 3)
        run = call(server, "POST", f"/projects/{project}/runs")["id"]
        ended = until(server, run, lambda run: run["outcome"])
        assert ended["outcome"] == "finished", ended
        assert ended["epoch"]["epoch"] == 3
        assert "model.keras" in {file["name"] for file in ended["artefacts"]}
        gone(cluster)
    finally:
        stop_server(server)


def gone(cluster: MarkedCluster) -> None:
    """Wait until no worker is left."""
    deadline = time.monotonic() + PATIENCE
    while cluster.workers():
        assert time.monotonic() < deadline, "a worker is left over"
        time.sleep(0.05)


@pytest.mark.parametrize("ending", ["kill", "terminate"])
def test_a_run_outlives_its_server(ending: str, cluster: MarkedCluster, tmp_path: Path) -> None:
    server = start(tmp_path, cluster)
    project = call(server, "POST", "/projects", {"template": "iris"})["id"]
    epochs(server, project, LONG)
    run = call(server, "POST", f"/projects/{project}/runs")["id"]
    before = until(server, run, lambda run: run["epoch"] and run["epoch"]["epoch"] > 3)
    getattr(server.process, ending)()
    stop_server(server)
    assert len(cluster.workers()) == 1, "it trains on"
    again = start(tmp_path, cluster)
    try:
        last = before["epoch"]["epoch"] + 50
        until(again, run, lambda run: run["epoch"]["epoch"] > last or run["outcome"])
        call(again, "POST", f"/projects/{project}/runs/{run}/stop", {"when": "now"})
        ended = until(again, run, lambda run: run["outcome"])
        assert (ended["outcome"], ended["problem"]) == ("stopped", None)
        assert_whole(everything(again, run))
        gone(cluster)
    finally:
        stop_server(again)


def test_a_cluster_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    nowhere = MarkedCluster("127.0.0.1:9", "0" * 64, "nobody")
    server = start(tmp_path, nowhere)
    try:
        project = call(server, "POST", "/projects", {"template": "iris"})["id"]
        run = call(server, "POST", f"/projects/{project}/runs")["id"]
        ended = until(server, run, lambda run: run["outcome"])
        assert ended["outcome"] == "lost"
        assert ended["problem"]["code"] == "cluster_unreachable"
        assert "127.0.0.1:9" in ended["problem"]["message"]
    finally:
        stop_server(server)
