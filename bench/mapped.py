"""Training on rows that are mapped from a file: its speed, and how much of it fits in memory.

`python -m bench.mapped BACKEND FOLDER HASH` compares fits in a process of their own for bench.data.
"""

import asyncio
import hashlib
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from bench import Row, documents
from bench.backends import BACKENDS, rows_on
from bench.timing import milliseconds, pair
from engine.data.catalogue import Column, DataSet, DataSets
from engine.data.stores import rows_file
from engine.document import Document
from engine.processes.executors.handle import Limits
from engine.processes.executors.local import LocalExecutor
from engine.protocol import EndedEvent, Train

PAIRS, LIMIT = 25, 1.05
ROWS, SIDE, BATCH = 20_000, 64, 64
LARGE_SIDE = 160
MEMORY = 1_000_000_000
"""The limit of a worker. On two cores, 200 MB train from 850 MB on TensorFlow, from 750 on JAX."""
TIMES = 10
"""How many times larger than the memory limit of a worker its data set is."""


def speed(folder: Path) -> Iterator[Row]:
    """Rows that are read from a file, against the same rows in memory; a row for each backend."""
    data = write(folder, ROWS, SIDE)
    assert data.hash
    for backend in BACKENDS:
        yield from rows_on(backend, "bench.mapped", str(folder), data.hash)


def larger_than_memory(folder: Path) -> Iterator[Row]:
    """A data set of ten times the memory of the workers; a row for each backend."""
    rows = TIMES * MEMORY // LARGE_SIDE**2
    data = write(folder, rows, LARGE_SIDE)
    for backend in BACKENDS:
        began = time.perf_counter()
        end = asyncio.run(_run(backend, folder, data))
        assert end.outcome == "finished", end.problem
        took = time.perf_counter() - began
        yield Row(
            f"data set / memory limit of the worker that trains on it, {backend}",
            f"{TIMES}",
            f"{rows * LARGE_SIDE**2 / 1e9:.1f} GB, limit {MEMORY / 1e9:.1f} GB; "
            f"one epoch in {took:.0f} s",
        )


def write(folder: Path, rows: int, side: int) -> DataSet:
    """Write noisy grey pictures of two classes to a file that can be mapped, named by its hash."""
    path = folder / "pictures.npz"
    random = np.random.default_rng(0)
    noise = random.integers(0, 255, (4096, side, side, 1), "uint8")
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("image.npy", "w", force_zip64=True) as member:
            member.write(_header((rows, side, side, 1), "|u1"))
            for start in range(0, rows, len(noise)):
                member.write(noise[: rows - start].data)
        with archive.open("class.npy", "w", force_zip64=True) as member:
            member.write(_header((rows,), "<i8"))
            member.write(random.integers(0, 2, rows).data)
    with path.open("rb") as file:
        data = _described(rows, side, hashlib.file_digest(file, "sha256").hexdigest())
    assert data.hash
    path.rename(rows_file(folder, data.hash))
    return data


def _header(shape: tuple[int, ...], dtype: str) -> bytes:
    file = BytesIO()
    fields = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, fields)
    return file.getvalue()


def _described(rows: int, side: int, hash: str) -> DataSet:
    columns = (
        Column(name="image", shape=(side, side, 1), dtype="uint8", role="input"),
        Column(name="class", shape=(), dtype="int64", role="target", classes=("a", "b")),
    )
    return DataSet(
        id="pictures", title="Pictures", summary="", task="classification", rows=rows,
        columns=columns, source="", hash=hash,
    )  # fmt: skip


def _document(backend: str, side: int, *, convolution: bool) -> Document:
    build = documents.Builder()
    x = build.add("Rescaling", build.add("Input", shape=[side, side, 1]), scale=1 / 255)
    if convolution:
        x = build.add("Conv2D", x, filters=8, kernel_size=5, strides=4, activation="relu")
    build.add("Dense", build.add("Flatten", x), units=2, activation="softmax")
    values = build.document("pictures").to_json()
    values["target"] = {"backend": backend, "device": "cpu"}
    values["training"] |= {"data": "pictures", "epochs": 1, "batch_size": BATCH}
    return Document.model_validate(values)


async def _run(backend: str, folder: Path, data: DataSet) -> EndedEvent:
    executor = LocalExecutor(spare=False, limits=Limits(memory=MEMORY), data=folder)
    document = _document(backend, LARGE_SIDE, convolution=False)
    try:
        with tempfile.TemporaryDirectory() as output:
            sets = DataSets(sets=(data,))
            command = Train(document=document, output=output, data=sets)
            handle = await executor.start(command.as_text())
            events = [event async for event in handle.events()]
    finally:
        await executor.close()
    assert isinstance(events[-1], EndedEvent)
    return events[-1]


def measure(backend: str, folder: Path, hash: str) -> Row:
    """Compare one epoch on held rows and on rows in batches, in this process."""
    held, read, steps = _fits(backend, folder, hash)
    held(), read()  # compiles, and reads the file once
    costs = [pair(held, read, turn) for turn in range(PAIRS)]
    low, ratio, high = quantiles((b[0] / a[0] for a, b in costs), n=4)
    work = median(b[1] / a[1] for a, b in costs)
    epoch = median(a[0] for a, _ in costs)
    detail = (
        f"{milliseconds(epoch / steps)} per step of {BATCH} pictures, "
        f"{ROWS * SIDE * SIDE / 1e6:.0f} MB, "
        f"median of {PAIRS} pairs (half of them {low:.3f} to {high:.3f}), "
        f"{work:.3f} in CPU time; limit {LIMIT}"
    )
    return Row(f"training on mapped rows / on rows in memory, {backend}", f"{ratio:.3f}", detail)


def _fits(
    backend: str, folder: Path, hash: str
) -> tuple[Callable[[], object], Callable[[], object], int]:
    """Return a fit on held rows, one of an equal model on rows in batches, and their steps."""
    from engine.training import compiling, rows
    from engine.training.adapters import adapter

    document = _document(backend, SIDE, convolution=True)
    models = [compiling.build(document) for _ in range(2)]
    sets = DataSets(
        sets=(_described(ROWS, SIDE, hash),), files={"pictures": str(rows_file(folder, hash))}
    )
    data = rows.fitted(rows.gather(document, sets), models[0])
    for model in models:
        compiling.compile_model(model, document, data)

    def fit(number: int, held_bytes: int) -> Callable[[], object]:
        rows.HELD_BYTES = held_bytes
        fed = rows.Rows(data.training.inputs, data.training.targets, data.training.index)
        assert (fed.held is None) == (held_bytes == 0)
        return lambda: models[number].fit(adapter(fed, BATCH, shuffle=True), verbose=0)

    return fit(0, 1 << 40), fit(1, 0), -(-len(data.training) // BATCH)


if __name__ == "__main__":
    json.dump([measure(sys.argv[1], Path(sys.argv[2]), sys.argv[3])], sys.stdout)
