"""The checker against building the same model with Keras, in one process, on JAX."""

import os
from collections.abc import Callable, Iterator

os.environ.setdefault("KERAS_BACKEND", "jax")

from bench import Row, documents
from bench.timing import milliseconds, seconds, side_by_side
from engine import templates
from engine.build import build_model
from engine.check import check, forget
from engine.document import Document


def rows() -> Iterator[Row]:
    """Cold and repeated checks and one edit, of a template and of ResNet50; cost per node."""
    template = templates.find("digits_residual") or templates.load()[0]
    yield from _against_keras(f"template “{template.title}”", template.document, rounds=5)
    yield from _against_keras("ResNet50", documents.resnet50(), rounds=3)
    yield _linear()


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
    again, warm_build = side_by_side(lambda: check(document), build, rounds)
    detail = f"{milliseconds(again)} against {milliseconds(warm_build)}"
    yield Row(f"repeated check of {name} / warm Keras build", f"{again / warm_build:.4f}", detail)
    changed = documents.edits(document, 1000)
    edit, warm_build = side_by_side(lambda: check(next(changed)), build, rounds)
    detail = f"{milliseconds(edit)} against {milliseconds(warm_build)}"
    yield Row(f"check after one edit of {name} / warm build", f"{edit / warm_build:.4f}", detail)


def _linear() -> Row:
    """Cold cost per node of a chain of 5,000 against one of 100: 1 is linear."""
    short, long = documents.chain(100), documents.chain(5_000)
    check(short)
    a, b = side_by_side(_cold(short), _cold(long), 3)
    per_node = (b / 5_000) / (a / 100)
    detail = f"{milliseconds(a)} for 100, {milliseconds(b)} for 5,000"
    return Row("check per node, chain of 5,000 / of 100", f"{per_node:.2f}", detail)
