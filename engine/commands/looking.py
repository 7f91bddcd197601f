"""The commands that only look: catalogue, check, summary."""

import argparse
from collections.abc import Sequence

from engine.check.verdict import Verdict
from engine.commands.files import UNREADABLE, VALID, WRONG, complain, quiet, read, text_lines
from engine.document import Document
from engine.problems import sentence


def catalogue(_: argparse.Namespace) -> int:
    """Print the catalogue as JSON."""
    from engine.catalogue import load

    print(load().model_dump_json(indent=1))
    return VALID


def check(arguments: argparse.Namespace) -> int:
    """Print the problems of a document, and the shapes that are known."""
    document = read(arguments.document)
    if document is None:
        return UNREADABLE
    quiet()
    from engine.check import check as check_document

    verdict = check_document(document)
    print(verdict.model_dump_json(indent=1) if arguments.json else report(document, verdict))
    return VALID if verdict.ok else WRONG


def summary(arguments: argparse.Namespace) -> int:
    """Print Keras's own table of the model."""
    document = read(arguments.document)
    if document is None:
        return UNREADABLE
    quiet()
    from engine.check.summary import summary as table

    text = table(document)
    if isinstance(text, list):
        complain(text)
        return WRONG
    print(text)
    return VALID


def report(document: Document, verdict: Verdict) -> str:
    """A verdict as people read it: each layer with its shape and parameters, then problems."""
    from engine.graph.ports import Outline

    outline = Outline(document)
    index = outline.index(document.main.id)
    names = outline.titles(document.main.id)
    rows = []
    for key in index.all_ids:
        node, known = index.nodes[key], verdict.nodes.get(key)
        shapes = [_shape(tensor.shape) for tensor in known.outputs] if known else ["?"]
        count = known.trainable + known.non_trainable if known else 0
        rows.append((names[key], node.layer, " ".join(shapes), f"{count:,}" if count else ""))
    lines = _table(rows) if rows else []
    totals = verdict.totals
    if rows:
        count = totals.trainable + totals.non_trainable
        lines += [
            sentence("{count:,} parameters, {size:bytes}", count=count, size=totals.weight_bytes),
            sentence(
                "{count:,} multiply-adds for each example, "
                "{size:bytes} of activations for each batch",
                count=totals.multiply_adds,
                size=totals.activation_bytes,
            ),
        ]
    lines += [""] * bool(rows and verdict.problems)
    lines += [text for problem in verdict.problems for text in text_lines(problem)]
    return "\n".join(lines) or sentence("Nothing is wrong.")


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column == len(widths) - 1 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _shape(shape: Sequence[int | None]) -> str:
    return "×".join("?" if axis is None else str(axis) for axis in shape[1:]) or "()"
