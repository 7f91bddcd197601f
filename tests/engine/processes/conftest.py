"""The executors that the conformance suite runs on."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from engine.processes.cluster import messages
from engine.processes.executors.base import Executor, Handle
from engine.processes.executors.cluster import ClusterExecutor
from engine.processes.executors.handle import Limits
from engine.processes.executors.local import LocalExecutor
from engine.protocol import Train
from tests.engine.processes.clusters import ABSENT, MARK, MarkedCluster, processes, ray_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[MarkedCluster]:
    """A real Ray; the tests say so where it is not installed."""
    if ABSENT:
        pytest.skip(ABSENT)
    with ray_cluster() as cluster:
        yield cluster


@dataclass
class Place:
    """Where a suite runs: makes executors, and finds the processes of their workers."""

    kind: str
    mark: str
    make: Callable[..., Executor]
    executor: Executor

    async def start(self, command: Train) -> Handle:
        """Start a run under a new name."""
        return await self.executor.start(command.as_text(), uuid4().hex[:16])

    def workers(self) -> list[int]:
        """Return the processes of workers."""
        return processes(self.mark, "engine.processes.worker")


def makers(kind: str, request: pytest.FixtureRequest) -> tuple[Callable[..., Executor], str]:
    """Return a function that makes an executor with limits, and the mark of its processes."""
    if kind == "local":
        mark = os.environ.setdefault(MARK, uuid4().hex)

        def local(data: Path | None = None, spare: bool = False, **limits: object) -> Executor:
            return LocalExecutor(spare=spare, limits=Limits(niceness=0, **limits), data=data)  # type: ignore[arg-type]

        return local, mark
    cluster = request.getfixturevalue("cluster")

    def remote(data: Path | None = None, spare: bool = False, **limits: object) -> Executor:
        where = str(data) if data else None
        return ClusterExecutor(cluster, messages.Place(niceness=0, data=where, **limits))  # type: ignore[arg-type]

    return remote, cluster.mark


@pytest.fixture(params=["local", "ray"])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """Each executor in turn, without limits."""
    make, mark = makers(request.param, request)
    place = Place(request.param, mark, make, make())
    yield place
    await place.executor.close()
