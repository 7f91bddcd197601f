"""Checking a document, compared with Keras building the same model in one process, on JAX."""

import asyncio
import os
import resource
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

from bench import Row, documents
from bench.timing import milliseconds, seconds, side_by_side
from builder.checking.checker import Checker
from engine import templates
from engine.check import check
from engine.check.inference import clear_cache
from engine.document import Document
from engine.keras.build import build_model
from engine.templates import Template

APPLICATIONS = ("ResNet50", "InceptionV3", "DenseNet121", "NASNetLarge")
EDIT_LIMIT = 0.005


def rows() -> Iterator[Row]:
    """Cold checks of known architectures, repeated checks, one edit; scaling; memory; restart."""
    template = templates.find("digits_residual") or templates.load()[0]
    yield _template(template)
    for name in APPLICATIONS:
        yield from _architecture(name)
    yield from _repeated("ResNet50", documents.resnet50())
    yield from _scaling()
    yield _memory()
    yield asyncio.run(_restart())


def _cold(document: Document) -> Callable[[], object]:
    def run() -> None:
        clear_cache()
        check(document)

    return run


def _template(template: Template) -> Row:
    document = template.document
    build_model(document)
    check(document)
    cold, build = side_by_side(_cold(document), lambda: build_model(document), 5)
    name = f"cold check of template “{template.title}” / warm build"
    return Row(name, f"{cold / build:.3f}", f"{milliseconds(cold)} against {milliseconds(build)}")


def _architecture(name: str) -> Iterator[Row]:
    """A cold check compared with keras.applications building the model, in a fresh process."""
    fresh = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as process:
        cold, warm, first = process.submit(_against_keras, name).result()
    detail = f"{milliseconds(cold)} against {milliseconds(warm)}"
    yield Row(f"cold check of {name} / warm Keras build", f"{cold / warm:.3f}", detail)
    detail = f"{milliseconds(cold)} against {milliseconds(first)}"
    yield Row(f"cold check of {name} / first Keras build", f"{cold / first:.4f}", detail)


def _against_keras(name: str) -> tuple[float, float, float]:
    """Seconds of a cold check, of a warm and of the first build by keras.applications."""
    import keras

    def build() -> object:
        return getattr(keras.applications, name)(weights=None)

    first = seconds(build)
    document = documents.application(name)
    verdict = check(document)
    assert verdict.totals.checked == verdict.totals.nodes, verdict.problems[:3]
    return *side_by_side(_cold(document), build, 3), first


def _repeated(name: str, document: Document) -> Iterator[Row]:
    """Checking the same document again, and after each of many edits."""
    check(document)
    build_model(document)
    repeated, build = side_by_side(lambda: check(document), lambda: build_model(document), 3)
    detail = f"{milliseconds(repeated)} against {milliseconds(build)}"
    yield Row(f"repeated check of {name} / warm Keras build", f"{repeated / build:.4f}", detail)
    times = sorted(_processor_time(changed) for changed in documents.edits(document, 200))
    median, slow = times[len(times) // 2], times[int(len(times) * 0.99)]
    detail = f"median {milliseconds(median)}, p99 {milliseconds(slow)} CPU time; limit 5 ms"
    yield Row(f"check after one edit of {name} / its limit", f"{median / EDIT_LIMIT:.2f}", detail)


def _processor_time(document: Document) -> float:
    """Seconds of CPU time of a check, which other processes disturb less than elapsed time."""
    began = time.process_time()
    check(document)
    return time.process_time() - began


def _scaling() -> Iterator[Row]:
    """Cold check time per node of long chains, relative to a chain of 100: 1 is linear."""
    short = documents.chain(100)
    check(short)
    for length in (1_000, 5_000):
        long = documents.chain(length)
        a, b = side_by_side(_cold(short), _cold(long), 3)
        detail = f"{milliseconds(a)} for 100, {milliseconds(b)} for {length:,}"
        ratio = f"{(b / length) / (a / 100):.2f}"
        yield Row(f"check per node, chain of {length:,} / of 100", ratio, detail)


def _memory() -> Row:
    """How much memory a check of 40 GB of weights takes, compared with one of 4 MB."""
    growth = []
    for units in (100, 10_000):
        build = documents.Builder()
        x = build.add("Input", shape=[units])
        for _ in range(100):
            x = build.add("Dense", x, units=units)
        document = build.document(f"100 times {units}")
        before = _resident()
        _cold(document)()
        growth.append(max(_resident() - before, 0))
    detail = (
        f"grew by {growth[1] / 1e6:.1f} MB for 40 GB of weights, {growth[0] / 1e6:.1f} MB for 4 MB"
    )
    return Row(
        "memory for weights: growth of a check / the weights", f"{growth[1] / 40e9:.5f}", detail
    )


def _resident() -> int:
    """Bytes that this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


async def _restart() -> Row:
    """Time from killing the checker process to the next verdict, relative to its first start."""
    text = documents.resnet50().model_dump_json(by_alias=True)
    checker = Checker(60.0)
    began = time.perf_counter()
    await checker.verdict("bench", 0, text, None)
    start = time.perf_counter() - began
    restarts = []
    for revision in range(1, 6):
        os.kill(checker.pid, signal.SIGKILL)
        began = time.perf_counter()
        verdict = await checker.verdict("bench", revision, text, None)
        restarts.append(time.perf_counter() - began)
        assert verdict.ok
    await checker.close()
    median = statistics.median(restarts)
    detail = f"{milliseconds(median)} against {milliseconds(start)}, with a check of ResNet50"
    return Row(
        "from killing the checker to a verdict / first start", f"{median / start:.3f}", detail
    )
