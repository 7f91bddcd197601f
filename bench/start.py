"""Time from pressing Train to the first progress, with and without a spare worker process.

The baseline is a script that a person would run by hand: import Keras, load the data, build, fit,
and print after the first batch. It runs at normal priority, a worker gives way.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import Row
from engine import templates
from engine.document import Document
from engine.machine.backends import environment
from engine.processes.executors.local import LocalExecutor
from engine.protocol import BatchEvent, EndedEvent, EpochEvent, Train

ROOT = Path(__file__).resolve().parent.parent
BACKENDS = ("tensorflow", "jax")
ROUNDS = 3
TEMPLATE = "digits_dense"

SCRIPT = """
import os

import keras
from sklearn.datasets import load_digits

digits = load_digits()
x, y = digits.images[..., None].astype("float32") / 16, digits.target
model = keras.Sequential([
    keras.Input((8, 8, 1)),
    keras.layers.Flatten(),
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
    """Two rows for each backend: without and with a spare, each relative to the script."""
    for backend in BACKENDS:
        bare, cold, warm = asyncio.run(_measure(backend))
        for name, figure in (("without a spare", cold), ("with a spare", warm)):
            detail = f"{figure:.2f} s against {bare:.2f} s, medians of {ROUNDS}"
            yield Row(
                f"start to first progress {name} / bare script, {backend}",
                f"{figure / bare:.2f}",
                detail,
            )


async def _measure(backend: str) -> tuple[float, float, float]:
    """Median seconds of the script, of a cold start and of a start from the spare."""
    times: list[tuple[float, float, float]] = []
    for _ in range(ROUNDS):
        cold, spare = LocalExecutor(spare=False), LocalExecutor()
        await spare.warm(backend, "cpu")
        await spare.spare_ready()
        times.append((_bare(backend), await _first(cold, backend), await _first(spare, backend)))
        await cold.close()
        await spare.close()
    bare, without, warm = (statistics.median(column) for column in zip(*times, strict=True))
    return bare, without, warm


def _bare(backend: str) -> float:
    variables = os.environ | environment(backend, "cpu", os.environ)
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], env=variables, stdout=subprocess.PIPE
    ) as script:
        assert script.stdout is not None
        assert script.stdout.readline().startswith(b"batch")
        return time.perf_counter() - began


async def _first(executor: LocalExecutor, backend: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        command = Train(document=_document(backend), output=folder)
        handle = await executor.start(command.as_text())
        seconds = None
        async for event in handle.events():
            if seconds is None and isinstance(event, BatchEvent | EpochEvent):
                seconds = time.perf_counter() - began
            assert not isinstance(event, EndedEvent) or event.outcome == "finished", event
        assert seconds is not None
        return seconds


def _document(backend: str) -> Document:
    template = templates.find(TEMPLATE)
    assert template is not None
    values = template.document.to_json()
    values["target"]["backend"] = backend
    values["training"]["epochs"] = 1
    return Document.model_validate(values)
