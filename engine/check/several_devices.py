"""Problems of a document that is to train on several devices at once."""

from collections.abc import Iterator

from engine.document import Document
from engine.graph.bypass import without_bypassed
from engine.graph.fixes import set_at, train_on
from engine.machine.backends import get
from engine.machine.devices import read
from engine.problems import At, Problem, phrase, problem

NORMALIZATION = "BatchNormalization"
"""The layer that computes with all rows of a batch: JAX gathers them, TensorFlow does not."""


def device_problems(document: Document) -> Iterator[Problem]:
    """Yield what can't be trained on several devices, or trains otherwise than on one."""
    target, asked = document.target, read(document.target.device)
    if asked.count == 1:
        return
    row, count = get(target.backend), asked.count
    if not row.parallel:
        first = asked.ids[0]
        fix = set_at(("target", "device"), first, phrase("Train on one device"))
        yield problem("one_device_only", At(param="device"), backend=row.title, fix=fix)
        return
    size = document.training.batch_size
    if size % count:
        whole = max(count, round(size / count) * count)
        fix = set_at(("training", "batch_size"), whole, phrase("Use batches of {size}", size=whole))
        at = At(param="batch_size")
        yield problem("batch_unshared", at, size=size, devices=count, fix=fix)
    if target.backend == "tensorflow":
        yield from _normalized_apart(document)


def _normalized_apart(document: Document) -> Iterator[Problem]:
    for graph in without_bypassed(document).graphs:
        for node in graph.nodes:
            if node.layer == NORMALIZATION and node.shares is None:
                at = At(graph=graph.id, node=node.id)
                name = node.name or node.layer
                yield problem("normalized_apart", at, name=name, fix=train_on("jax"))
