"""Generating code, formatting included: milliseconds, and the share of it that is ours."""

import random
from collections.abc import Iterator

from bench import Row, documents
from bench.timing import milliseconds, seconds, side_by_side
from engine.code import generate
from engine.code.formatting import formatted
from engine.document import Document


def rows() -> Iterator[Row]:
    """A chain of 1,000 layers, a graph of 1,000 nodes with branches, and ResNet50."""
    yield _row("a chain of 1,000 layers", documents.chain(1_000))
    yield _row("1,000 layers with branches", branching(1_000))
    yield _row("ResNet50 (177 layers)", documents.resnet50())


def _row(name: str, document: Document) -> Row:
    first = seconds(lambda: generate(document, "functional"))
    code = generate(document, "functional")
    whole, format_only = side_by_side(
        lambda: generate(document, "functional"), lambda: formatted(code.source), rounds=7
    )
    detail = (
        f"{code.source.count(chr(10)):,} lines; {milliseconds(format_only)} of it ruff; "
        f"{milliseconds(first)} the first time"
    )
    return Row(f"code of {name}", milliseconds(whole), detail)


def branching(length: int) -> Document:
    """Layers that take one or two tensors of those before them: nothing repeats."""
    choose = random.Random(0)
    build = documents.Builder()
    made = [build.add("Input", shape=[16])]
    while len(build.nodes) < length - 1:
        near = made[-6:]
        if choose.randrange(3) == 0:
            made.append(build.add("Add", *choose.choices(near, k=2)))
        else:
            made.append(build.add("Dense", choose.choice(near), units=16 + choose.randrange(99)))
    ends = {node.id for node in build.nodes} - {edge.source for edge in build.edges}
    build.add("Concatenate", *sorted(ends, key=made.index))
    return build.document("branches")
