"""Time from pressing Train to the first progress: per engine, in a local process and on Ray.

The baseline is a script that a person would run by hand: import Keras, load the data, build, fit,
and print after the first batch; on Theano and CNTK in Keras 2, with what Theano compiles compiled
by an earlier run. The script runs at normal priority, a worker gives way. Each round measures all
places one after the other. Ray is in `.venv-ray` (`make test-ray` makes it), whose interpreter
measures where there is one, old engines in environments of their own (`make legacy-theano`, `make
legacy-cntk`); what is not there has a row that says so.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from uuid import uuid4

import numpy as np
from sklearn.datasets import load_digits

from bench import Row
from engine import templates
from engine.document import Document
from engine.machine import old
from engine.machine.backends import BACKENDS, Backend, environment
from engine.processes.executors.base import Executor
from engine.processes.executors.cluster import ClusterExecutor
from engine.processes.executors.link import Cluster
from engine.processes.executors.local import LocalExecutor
from engine.processes.keeping.messages import Place
from engine.protocol import BatchEvent, EndedEvent, EpochEvent, Train
from tests.engine.processes.clusters import ABSENT, ray_cluster

ROOT = Path(__file__).resolve().parent.parent
WITH_RAY = ROOT / ".venv-ray" / "bin" / "python"
ROUNDS = 3
TEMPLATE = "digits_dense"
RAY = "on Ray"
NO_RAY = "Ray is not installed: `make test-ray` installs it"
PLACES = ("without a spare", "with a spare", RAY)
Times = dict[str, float]
"""Seconds of the script (under its engine's id) and of a run in each place."""

LOADED = """
from sklearn.datasets import load_digits

digits = load_digits()
x, y = digits.images[..., None].astype("float32") / 16, digits.target
"""
LOADED_THERE = """
import sys

import numpy as np

digits = np.load(sys.argv[1])
x, y = digits["images"][..., None].astype("float32") / 16, digits["target"]
"""
"""The old interpreter has no scikit-learn."""
FIT = """
import os

import keras

model = keras.Sequential([
    keras.layers.Flatten(input_shape=(8, 8, 1)),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])


class First(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        print("batch", logs["loss"], flush=True)
        os._exit(0)


model.fit(x, y, batch_size=32, epochs=1, verbose=0, callbacks=[First()])
"""


def rows() -> Iterator[Row]:
    """Rows for each engine: its runs in each place relative to the script."""
    python = WITH_RAY if WITH_RAY.exists() else sys.executable
    process = subprocess.run(
        [str(python), "-m", "bench.start"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    for row in json.loads(process.stdout):
        yield Row(*row)


def main() -> None:
    """Measure in this process, and print the rows as JSON."""
    with _cluster() as cluster:
        found = [row for backend in BACKENDS for row in _rows_of(backend, cluster)]
    if cluster is None:
        found.append(Row(f"start to first progress {RAY}", "not measured", NO_RAY))
    print(json.dumps(found))


def _rows_of(backend: Backend, cluster: Cluster | None) -> Iterator[Row]:
    name = f"start to first progress {{place}} / bare script, {backend.title}"
    if why := _absent(backend):
        yield Row(name.format(place="in any place"), "not measured", why)
        return
    times = asyncio.run(_measure(backend, cluster))
    bare = statistics.median(found[backend.id] for found in times)
    for place in PLACES[: 3 if cluster else 2]:
        seconds = statistics.median(found[place] for found in times)
        detail = f"{seconds:.2f} s against {bare:.2f} s, medians of {ROUNDS}"
        yield Row(name.format(place=place), f"{seconds / bare:.2f}", detail)


def _absent(backend: Backend) -> str:
    """Why there is nothing to measure on a backend; empty if there is."""
    if backend.environment:
        missing = not old.get(backend.id).is_complete()
        return f"no {backend.environment}: `make {backend.make}` sets it up" if missing else ""
    try:
        version(backend.package)
    except PackageNotFoundError:
        return f"{backend.package} is not installed"
    return ""


@contextmanager
def _cluster() -> Iterator[Cluster | None]:
    """A Ray of our own on 127.0.0.1; None where it is not installed."""
    if ABSENT:
        yield None
        return
    with ray_cluster() as cluster:
        yield cluster


async def _measure(backend: Backend, cluster: Cluster | None) -> list[Times]:
    """The times of each round; what is compiled, or imported once for a server, is done before."""
    with tempfile.TemporaryDirectory() as name:
        data, digits = Path(name, "digits.npz"), load_digits()
        np.savez(data, images=digits.images, target=digits.target)
        _bare(backend, data)
        async with AsyncExitStack() as stack:
            remote = await stack.enter_async_context(_connected(cluster)) if cluster else None
            return [await _round(backend, data, remote) for _ in range(ROUNDS)]


@asynccontextmanager
async def _connected(cluster: Cluster) -> AsyncIterator[Executor]:
    """An executor on a cluster, which it has reached: a server does so when it starts."""
    executor = ClusterExecutor(cluster, Place())
    assert await executor.living() is not None
    yield executor
    await executor.close()


async def _round(backend: Backend, data: Path, remote: Executor | None) -> Times:
    cold, spare = LocalExecutor(spare=False), LocalExecutor()
    await spare.warm(backend.id, "cpu")
    await spare.spare_ready()
    times = {backend.id: _bare(backend, data)}
    for place, executor in zip(PLACES, (cold, spare, remote), strict=True):
        if executor:
            times[place] = await _first(executor, backend.id)
    await cold.close()
    await spare.close()
    return times


def _bare(backend: Backend, data: Path) -> float:
    began = time.perf_counter()
    with subprocess.Popen(
        _script(backend, data), env=_variables(backend), stdout=subprocess.PIPE
    ) as script:
        assert script.stdout is not None
        assert script.stdout.readline().startswith(b"batch")
        return time.perf_counter() - began


def _script(backend: Backend, data: Path) -> list[str]:
    if backend.environment:
        return [str(old.get(backend.id).own), "-c", LOADED_THERE + FIT, str(data)]
    return [sys.executable, "-c", LOADED + FIT]


def _variables(backend: Backend) -> Mapping[str, str]:
    if backend.environment:
        return old.get(backend.id).variables(os.environ, None)
    return os.environ | environment(backend.id, "cpu", os.environ)


async def _first(executor: Executor, backend: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        command = Train(document=_document(backend), output=folder)
        handle = await executor.start(command.as_text(), uuid4().hex)
        seconds = None
        async for event in handle.events():
            if seconds is None and isinstance(event, BatchEvent | EpochEvent):
                seconds = time.perf_counter() - began
            assert not isinstance(event, EndedEvent) or event.outcome == "finished", event
        await handle.release()
        assert seconds is not None
        return seconds


def _document(backend: str) -> Document:
    template = templates.find(TEMPLATE)
    assert template is not None
    values = template.document.to_json()
    values["target"]["backend"] = backend
    values["training"]["epochs"] = 1
    return Document.model_validate(values)


if __name__ == "__main__":
    main()
