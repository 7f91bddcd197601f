"""Generating code: milliseconds, and how many of them ruff takes to format it."""

import random
from collections.abc import Iterator

from bench import Row, documents
from bench.timing import milliseconds, seconds, side_by_side
from engine.code import generate
from engine.code.syntax.formatting import formatted
from engine.document import Document


def rows() -> Iterator[Row]:
    """A chain of 1,000 layers, a graph of 1,000 nodes with branches, and ResNet50."""
    yield _row("a chain of 1,000 layers", documents.chain(1_000))
    yield _row("1,000 layers with branches", branching(1_000))
    yield _row("ResNet50 (177 layers)", documents.resnet50())


def _row(name: str, document: Document) -> Row:
    first = seconds(lambda: generate(document, "functional"))
    code = generate(document, "functional")
    total, formatting = side_by_side(
        lambda: generate(document, "functional"), lambda: formatted(code.source), rounds=7
    )
    detail = (
        f"{code.source.count(chr(10)):,} lines; {milliseconds(formatting)} of it ruff; "
        f"{milliseconds(first)} the first time"
    )
    return Row(f"code of {name}", milliseconds(total), detail)


def branching(length: int) -> Document:
    """A random graph in which each layer takes one or two recent tensors; nothing repeats."""
    rng = random.Random(0)
    build = documents.Builder()
    tensors = [build.add("Input", shape=[16])]
    while len(build.nodes) < length - 1:
        recent = tensors[-6:]
        if rng.randrange(3) == 0:
            tensors.append(build.add("Add", *rng.choices(recent, k=2)))
        else:
            tensors.append(build.add("Dense", rng.choice(recent), units=16 + rng.randrange(99)))
    ends = {node.id for node in build.nodes} - {edge.source for edge in build.edges}
    build.add("Concatenate", *sorted(ends, key=tensors.index))
    return build.document("branches")
