"""The executors that the conformance suite runs on."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from engine.processes.executors.base import Executor, Handle
from engine.processes.executors.cluster import ClusterExecutor
from engine.processes.executors.connection import Keeping
from engine.processes.executors.handle import Limits
from engine.processes.executors.kept import KeptExecutor
from engine.processes.executors.local import LocalExecutor
from engine.processes.keeping import messages
from engine.protocol import Train
from tests.engine.processes.clusters import ABSENT, MARK, MarkedCluster, processes, ray_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[MarkedCluster]:
    """A real Ray; the tests say so where it is not installed."""
    if ABSENT:
        pytest.skip(ABSENT)
    with ray_cluster() as cluster:
        yield cluster


ORPHAN = 600.0
"""Seconds for which a run outlives its executor."""


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
    if kind == "kept":
        mark = os.environ.setdefault(MARK, uuid4().hex)
        folder = request.getfixturevalue("tmp_path") / "keepers"

        def kept(data: Path | None = None, spare: bool = False, **limits: object) -> Executor:
            given = Limits(niceness=0, **limits)  # type: ignore[arg-type]
            return KeptExecutor(Keeping(folder, ORPHAN, given, data, spare))

        return kept, mark
    cluster = request.getfixturevalue("cluster")

    def remote(data: Path | None = None, spare: bool = False, **limits: object) -> Executor:
        where = str(data) if data else None
        return ClusterExecutor(cluster, messages.Place(niceness=0, data=where, **limits))  # type: ignore[arg-type]

    return remote, cluster.mark


@pytest.fixture(params=["local", "kept", "ray"])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """Each executor in turn, without limits."""
    make, mark = makers(request.param, request)
    place = Place(request.param, mark, make, make())
    yield place
    if request.param == "kept":  # keepers end once they have no runs
        for run in await place.executor.living() or ():
            await place.executor.forget(run)
    await place.executor.close()
