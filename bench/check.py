"""The checker against building the same model with Keras, in one process, on JAX."""

import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

from bench import Row, documents
from bench.timing import milliseconds, seconds, side_by_side
from engine import templates
from engine.build import build_model
from engine.check import check, forget
from engine.document import Document


APPLICATIONS = ("InceptionV3", "DenseNet121", "NASNetLarge")
EDIT_LIMIT = 0.005


def rows() -> Iterator[Row]:
    """Cold checks of known architectures, repeated checks, one edit; cost and memory by size."""
    template = templates.find("digits_residual") or templates.load()[0]
    yield from _against_keras(f"template “{template.title}”", template.document, rounds=5)
    yield from _against_keras("ResNet50", documents.resnet50(), rounds=5)
    yield from _again("ResNet50", documents.resnet50())
    for name in APPLICATIONS:
        yield from _against_keras(name, documents.application(name), rounds=2)
    yield from _linear()
    yield _memory()


def _cold(document: Document) -> Callable[[], object]:
    def run() -> None:
        forget()
        check(document)

    return run


def _against_keras(name: str, document: Document, rounds: int) -> Iterator[Row]:
    def build() -> object:
        return build_model(document)

    verdict = check(document)
    assert verdict.totals.checked == verdict.totals.nodes, verdict.problems[:3]
    first_build = seconds(build)
    cold, warm_build = side_by_side(_cold(document), build, rounds)
    detail = f"{milliseconds(cold)} against {milliseconds(warm_build)}"
    yield Row(f"cold check of {name} / warm Keras build", f"{cold / warm_build:.3f}", detail)
    detail = f"{milliseconds(cold)} against {milliseconds(first_build)}"
    yield Row(f"cold check of {name} / first Keras build", f"{cold / first_build:.4f}", detail)


def _again(name: str, document: Document) -> Iterator[Row]:
    """The same document once more, and after each of many edits."""
    check(document)
    again, build = side_by_side(lambda: check(document), lambda: build_model(document), 3)
    detail = f"{milliseconds(again)} against {milliseconds(build)}"
    yield Row(f"repeated check of {name} / warm Keras build", f"{again / build:.4f}", detail)
    times = sorted(
        seconds(lambda d=changed: check(d)) for changed in documents.edits(document, 200)
    )  # type: ignore[misc]
    median, slow = times[len(times) // 2], times[int(len(times) * 0.99)]
    detail = f"median {milliseconds(median)}, p99 {milliseconds(slow)}; limit 5 ms"
    yield Row(f"check after one edit of {name} / its limit", f"{median / EDIT_LIMIT:.2f}", detail)


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
