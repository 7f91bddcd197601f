"""Whether an output, its loss and its metrics suit the column that it is compared with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.catalogue import load
from engine.check.mend import to_list
from engine.data.catalogue import Column
from engine.data.defaults import Chosen
from engine.document import MAIN, Node, ObjectSpec, Training
from engine.graph.fixes import set_param
from engine.graph.index import GraphIndex
from engine.problems import Fix, Problem
from engine.problems.graphs import at
from engine.problems.shapes import Shape, Wire
from engine.problems.training import (
    Unlike,
    logits_unlike_loss,
    loss_unlike_target,
    metric_unlike_target,
    output_unlike_target,
    softmax_of_one,
    too_few_classes,
    too_many_classes,
)

SPARSE = "SparseCategoricalCrossentropy"
ONE_HOT = ("CategoricalCrossentropy", "CategoricalFocalCrossentropy", "CategoricalHinge")
BINARY = ("BinaryCrossentropy", "BinaryFocalCrossentropy", "Hinge", "SquaredHinge")
TWO = 2


@dataclass(frozen=True)
class Output:
    """An output of the model: its node, the shape of one example, its column, how it learns."""

    node: str
    name: str
    owner: Node
    shape: Shape
    column: Column
    chosen: Chosen
    wires: GraphIndex

    @property
    def loss(self) -> str:
        """The class of the loss."""
        entry = load().object("loss", self.chosen.loss.class_)
        return entry.name if entry else self.chosen.loss.class_


def output_problems(training: Training, output: Output) -> Iterator[Problem]:
    """Say what does not fit; nothing about losses that this knows nothing of."""
    if output.column.classes:
        yield from _classes(training, output)
    else:
        yield from _numbers(training, output)
    yield from _logits(training, output)
    yield from _metrics(training, output)


def _classes(training: Training, output: Output) -> Iterator[Problem]:
    """The column holds class numbers 0, 1, …"""
    classes, loss = len(output.column.classes), output.loss
    scores = output.shape[-1] if len(output.shape) == 1 else None
    unlike = _unlike_classes(training, output, classes)
    if unlike:
        yield loss_unlike_target(output.node, unlike)
    elif loss == SPARSE and (scores is None or scores < classes):
        count = (output.shape, classes)
        fix = _flat(output) or _units(output, classes)
        yield too_few_classes(output.node, output.name, count, output.column.name, fix)
    elif loss == SPARSE and scores is not None and scores > classes:
        fix = _units(output, classes)
        names = (output.node, output.name, output.column.name)
        yield too_many_classes(names, (scores, classes), fix)


def _unlike_classes(training: Training, output: Output, classes: int) -> Unlike | None:
    loss, column = output.loss, f"“{output.column.name}”"
    fix = _change_loss(training, output, SPARSE)
    if loss == SPARSE:
        return None
    if loss in ONE_HOT:
        why = f"compares one-hot rows, but {column} holds class numbers"
        return Unlike(loss, why, SPARSE, fix)
    if loss in BINARY:
        if classes > TWO:
            return Unlike(loss, f"tells two classes apart; {column} has {classes}", SPARSE, fix)
        if output.shape not in ((), (1,)):
            count = "×".join(str(axis) for axis in output.shape)
            return Unlike(loss, f"takes one value; “{output.name}” gives {count}", SPARSE, fix)
        return None
    if loss.startswith("Mean") or loss in ("Huber", "LogCosh"):
        why = f"treats the class numbers of {column} as amounts"
        single = output.shape in ((), (1,))
        return Unlike(loss, why, SPARSE, fix, "warning" if single else "error")
    return None


def _numbers(training: Training, output: Output) -> Iterator[Problem]:
    """The column holds amounts, of its own shape."""
    wanted, loss = output.column.shape, output.loss
    if loss.startswith("Sparse"):
        why = f"compares class numbers, but “{output.column.name}” holds amounts"
        change = _change_loss(training, output, "MeanSquaredError")
        yield loss_unlike_target(output.node, Unlike(loss, why, "MeanSquaredError", change))
    elif not _alike(output.shape or (1,), wanted or (1,)):
        flat = _flat(output) if len(wanted) < TWO else None
        fix = flat or (_units(output, wanted[0]) if len(wanted) == 1 else None)
        shapes = (output.shape, wanted)
        yield output_unlike_target(output.node, output.name, shapes, output.column.name, fix)


def _alike(shape: Shape, wanted: Shape) -> bool:
    return len(shape) == len(wanted) and all(
        axis is None or axis == other for axis, other in zip(shape, wanted, strict=True)
    )


def _logits(training: Training, output: Output) -> Iterator[Problem]:
    """Softmax or sigmoid must be applied exactly once."""
    entry = load().object("loss", output.chosen.loss.class_)
    kind = _activation(output.owner)
    if kind == "softmax" and output.shape == (1,):
        can = output.owner.layer != "Softmax"
        sigmoid = set_param(MAIN, output.owner.id, "activation", "sigmoid", "Use sigmoid")
        yield softmax_of_one(output.node, output.name, sigmoid if can else None)
    if entry is None or entry.param("from_logits") is None or kind is None:
        return
    logits = bool(output.chosen.loss.params.get("from_logits", False))
    if logits == (kind != "linear"):
        params = {**output.chosen.loss.params, "from_logits": not logits}
        label = "Let the loss take probabilities" if logits else "Let the loss take raw scores"
        fix = _set_loss(training, output, {"class": entry.name, "params": params}, label)
        yield logits_unlike_loss(output.node, output.name, entry.name, logits, fix)


def _activation(node: Node) -> str | None:
    """What the output goes through last: "softmax", "sigmoid", "linear", or None: who knows."""
    if node.layer == "Softmax":
        return "softmax"
    entry = load().layer(node.layer)
    param = entry.param("activation") if entry else None
    if param is None or (node.layer != "Activation" and param.default is not None):
        return None
    value = node.params.get("activation") or "linear"
    return value if value in ("softmax", "sigmoid", "linear") else None


def _metrics(training: Training, output: Output) -> Iterator[Problem]:
    classes = len(output.column.classes)
    for metric in output.chosen.metrics:
        why, better = _metric(metric.class_, classes, output.shape)
        if why:
            yield metric_unlike_target(
                output.node,
                Unlike(metric.class_, why, better, _change_metric(training, metric, better)),
            )


def _metric(name: str, classes: int, shape: Shape) -> tuple[str, str]:
    """Why a metric says nothing about such a target, and which one would."""
    if classes and name in ("CategoricalAccuracy", "CategoricalCrossentropy"):
        return "compares one-hot rows, but the target holds class numbers", f"Sparse{name}"
    if classes and name == "Accuracy" and shape not in ((), (1,)):
        return "counts predictions that equal the target, which scores don't", (
            "SparseCategoricalAccuracy"
        )
    if classes > TWO and name == "BinaryAccuracy":
        return f"tells two classes apart; there are {classes}", "SparseCategoricalAccuracy"
    if not classes and name.startswith("Sparse"):
        return "compares class numbers, but the target holds amounts", "MeanAbsoluteError"
    return "", ""


def _flat(output: Output) -> Fix | None:
    """Dense works along the last axis alone: make one list of what comes into it."""
    edges = output.wires.incoming[output.node].get("inputs", ())
    if output.owner.layer != "Dense" or len(output.shape) < TWO or not edges:
        return None
    source = output.wires.nodes[edges[0].source]
    return to_list(output.wires, Wire(source.name, edges[0], (None, *output.shape)))


def _units(output: Output, count: int) -> Fix | None:
    if output.owner.layer != "Dense" or len(output.shape) != 1:
        return None
    return set_param(MAIN, output.owner.id, "units", count, f"Set units to {count}")


def _change_loss(training: Training, output: Output, name: str) -> Fix:
    return _set_loss(training, output, {"class": name, "params": {}}, f"Use {name}")


def _set_loss(training: Training, output: Output, loss: dict[str, Any], label: str) -> Fix:
    own = [one.model_dump(mode="json", by_alias=True) for one in training.outputs]
    mine = [one for one in own if one["node"] == output.node and one["loss"]]
    if not mine:
        return at(("training", "loss"), loss, label)
    mine[0]["loss"] = loss
    return at(("training", "outputs"), own, label)


def _change_metric(training: Training, metric: ObjectSpec, name: str) -> Fix | None:
    """Another metric in the place of one that the model has; the default ones always fit."""
    if metric not in training.metrics:
        return None
    metrics = [one.model_dump(mode="json", by_alias=True) for one in training.metrics]
    index = training.metrics.index(metric)
    metrics[index]["class"] = name
    return at(("training", "metrics"), metrics, f"Use {name}")
