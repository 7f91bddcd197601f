"""The checker against building the same model with Keras, in one process, on JAX."""

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
from engine.check.judge import forget
from engine.document import Document
from engine.keras.build import build_model
from engine.templates import Template

APPLICATIONS = ("ResNet50", "InceptionV3", "DenseNet121", "NASNetLarge")
EDIT_LIMIT = 0.005


def rows() -> Iterator[Row]:
    """Cold checks of known architectures, repeated checks, one edit; cost and memory by size."""
    template = templates.find("digits_residual") or templates.load()[0]
    yield _template(template)
    for name in APPLICATIONS:
        yield from _architecture(name)
    yield from _again("ResNet50", documents.resnet50())
    yield from _linear()
    yield _memory()
    yield asyncio.run(_replaced())


def _cold(document: Document) -> Callable[[], object]:
    def run() -> None:
        forget()
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
    """A cold check against the builds that Keras's own code makes, in a process of their own."""
    fresh = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as process:
        cold, warm, first = process.submit(_against_keras, name).result()
    detail = f"{milliseconds(cold)} against {milliseconds(warm)}"
    yield Row(f"cold check of {name} / warm Keras build", f"{cold / warm:.3f}", detail)
    detail = f"{milliseconds(cold)} against {milliseconds(first)}"
    yield Row(f"cold check of {name} / first Keras build", f"{cold / first:.4f}", detail)


def _against_keras(name: str) -> tuple[float, float, float]:
    """Seconds of a cold check, and of a later and of the first build by keras.applications."""
    import keras

    def build() -> object:
        return getattr(keras.applications, name)(weights=None)

    first = seconds(build)
    document = documents.application(name)
    verdict = check(document)
    assert verdict.totals.checked == verdict.totals.nodes, verdict.problems[:3]
    return *side_by_side(_cold(document), build, 3), first


def _again(name: str, document: Document) -> Iterator[Row]:
    """The same document once more, and after each of many edits."""
    check(document)
    build_model(document)
    again, build = side_by_side(lambda: check(document), lambda: build_model(document), 3)
    detail = f"{milliseconds(again)} against {milliseconds(build)}"
    yield Row(f"repeated check of {name} / warm Keras build", f"{again / build:.4f}", detail)
    times = sorted(_processor(changed) for changed in documents.edits(document, 200))
    median, slow = times[len(times) // 2], times[int(len(times) * 0.99)]
    detail = f"median {milliseconds(median)}, p99 {milliseconds(slow)} of processor; limit 5 ms"
    yield Row(f"check after one edit of {name} / its limit", f"{median / EDIT_LIMIT:.2f}", detail)


def _processor(document: Document) -> float:
    """Seconds of processor that a check takes: a limit in seconds bears no busy neighbours."""
    began = time.process_time()
    check(document)
    return time.process_time() - began


def _linear() -> Iterator[Row]:
    """Cold cost per node of longer chains against one of 100: 1 is linear."""
    short = documents.chain(100)
    check(short)
    for length in (1_000, 5_000):
        long = documents.chain(length)
        a, b = side_by_side(_cold(short), _cold(long), 3)
        detail = f"{milliseconds(a)} for 100, {milliseconds(b)} for {length:,}"
        ratio = f"{(b / length) / (a / 100):.2f}"
        yield Row(f"check per node, chain of {length:,} / of 100", ratio, detail)


def _memory() -> Row:
    """How much the process grows by a check of 40 GB of weights, against a check of 400 kB."""
    grown = []
    for units in (100, 10_000):
        build = documents.Builder()
        x = build.add("Input", shape=[units])
        for _ in range(100):
            x = build.add("Dense", x, units=units)
        document = build.document(f"100 times {units}")
        before = _resident()
        _cold(document)()
        grown.append(max(_resident() - before, 0))
    detail = (
        f"grew by {grown[1] / 1e6:.1f} MB for 40 GB of weights, {grown[0] / 1e6:.1f} MB for 4 MB"
    )
    return Row(
        "memory for weights: growth of a check / the weights", f"{grown[1] / 40e9:.5f}", detail
    )


def _resident() -> int:
    """Bytes that this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


async def _replaced() -> Row:
    """From the death of the checker's process to the next verdict, against its first start."""
    text = documents.resnet50().model_dump_json(by_alias=True)
    checker = Checker(60.0)
    began = time.perf_counter()
    await checker.check(text)
    start = time.perf_counter() - began
    again = []
    for _ in range(5):
        os.kill(checker.pid, signal.SIGKILL)
        began = time.perf_counter()
        verdict = await checker.check(text)
        again.append(time.perf_counter() - began)
        assert verdict.ok
    await checker.close()
    median = statistics.median(again)
    detail = f"{milliseconds(median)} against {milliseconds(start)}, with a check of ResNet50"
    return Row(
        "from the checker's death to a verdict / first start", f"{median / start:.3f}", detail
    )
