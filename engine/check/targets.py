"""Check that an output, its loss and its metrics suit the target column."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.catalogue import load
from engine.check.refusal import Wire
from engine.check.suggestions import to_list
from engine.check.tensor_shapes import Shape
from engine.data.catalogue import Column
from engine.data.defaults import Chosen
from engine.data.feeding import target_shape
from engine.document import MAIN, Node, ObjectSpec, Training
from engine.graph.fixes import set_at, set_param
from engine.graph.index import GraphIndex
from engine.problems import At, Fix, Phrase, Problem, phrase, problem

SPARSE = "SparseCategoricalCrossentropy"
ONE_HOT = ("CategoricalCrossentropy", "CategoricalFocalCrossentropy", "CategoricalHinge")
BINARY = ("BinaryCrossentropy", "BinaryFocalCrossentropy", "Hinge", "SquaredHinge")
TWO = 2


@dataclass(frozen=True)
class Output:
    """An output of the model: its node, the shape of one example, its target, loss and metrics."""

    node: str
    name: str
    owner: Node
    shape: Shape
    column: Column
    chosen: Chosen
    index: GraphIndex

    @property
    def loss(self) -> str:
        """The class of the loss."""
        entry = load().object("loss", self.chosen.loss.class_)
        return entry.name if entry else self.chosen.loss.class_


def output_problems(training: Training, output: Output) -> Iterator[Problem]:
    """Yield the problems of an output; losses unknown to this module have none."""
    if output.column.classes:
        yield from _classes(training, output)
    else:
        yield from _numbers(training, output)
    yield from _logits(training, output)
    yield from _metrics(training, output)


def _classes(training: Training, output: Output) -> Iterator[Problem]:
    """Check an output against a column of class numbers 0, 1, …"""
    classes, loss = len(output.column.classes), output.loss
    scores = output.shape[-1] if len(output.shape) == 1 else None
    unsuitable = _unsuitable_loss(training, output, classes)
    if unsuitable:
        yield unsuitable
    elif loss == SPARSE and (scores is None or scores < classes):
        yield problem(
            "too_few_classes",
            At(node=output.node),
            name=output.name,
            shape=output.shape,
            column=output.column.name,
            count=classes,
            fix=_flat(output) or _units(output, classes),
        )
    elif loss == SPARSE and scores is not None and scores > classes:
        yield problem(
            "too_many_classes",
            At(node=output.node),
            name=output.name,
            scores=scores,
            column=output.column.name,
            count=classes,
            fix=_units(output, classes),
        )


def _unsuitable_loss(training: Training, output: Output, classes: int) -> Problem | None:
    """Return the problem of a loss that does not suit class numbers, if any."""
    loss, column = output.loss, output.column.name
    at = At(node=output.node, param="loss")
    fix = _change_loss(training, output, SPARSE)
    single = output.shape in ((), (1,))
    if loss == SPARSE:
        return None
    if loss in ONE_HOT:
        return problem(
            "loss_unlike_target.one_hot", at, loss=loss, column=column, better=SPARSE, fix=fix
        )
    if loss in BINARY and (classes > TWO or not single):
        return problem(
            "loss_unlike_target.binary" if classes > TWO else "loss_unlike_target.single",
            at,
            loss=loss,
            column=column,
            count=classes,
            name=output.name,
            shape=output.shape,
            better=SPARSE,
            fix=fix,
        )
    if loss.startswith("Mean") or loss in ("Huber", "LogCosh"):
        return problem(
            "loss_unlike_target.amounts",
            at,
            loss=loss,
            column=column,
            better=SPARSE,
            fix=fix,
            severity="warning" if single else "error",
        )
    return None


def _numbers(training: Training, output: Output) -> Iterator[Problem]:
    """Check an output against a column of numbers."""
    wanted, loss = output.column.shape, output.loss
    if loss.startswith("Sparse"):
        better = "MeanSquaredError"
        yield problem(
            "loss_unlike_target.classes",
            At(node=output.node, param="loss"),
            loss=loss,
            column=output.column.name,
            better=better,
            fix=_change_loss(training, output, better),
        )
    elif target_shape(output.column, output.shape) is None:
        flat = _flat(output) if len(wanted) < TWO else None
        yield problem(
            "output_unlike_target",
            At(node=output.node),
            name=output.name,
            shape=output.shape,
            column=output.column.name,
            wanted=wanted,
            fix=flat or (_units(output, wanted[0]) if len(wanted) == 1 else None),
        )


def _logits(training: Training, output: Output) -> Iterator[Problem]:
    """Check that softmax or sigmoid is applied exactly once: in the output or in the loss."""
    entry = load().object("loss", output.chosen.loss.class_)
    kind = _activation(output.owner)
    if kind == "softmax" and output.shape == (1,):
        has_activation = output.owner.layer != "Softmax"
        sigmoid = set_param(
            MAIN, output.owner.id, "activation", "sigmoid", phrase("Use {name}", name="sigmoid")
        )
        fix = sigmoid if has_activation else None
        yield problem("softmax_of_one", At(node=output.node), name=output.name, fix=fix)
    if entry is None or entry.param("from_logits") is None or kind is None:
        return
    logits = bool(output.chosen.loss.params.get("from_logits", False))
    if logits == (kind != "linear"):
        params = {**output.chosen.loss.params, "from_logits": not logits}
        probabilities = phrase("Let the loss take probabilities")
        label = probabilities if logits else phrase("Let the loss take raw scores")
        yield problem(
            "logits_unlike_loss.probabilities" if logits else "logits_unlike_loss.scores",
            At(node=output.node, param="loss"),
            name=output.name,
            loss=entry.name,
            fix=_set_loss(training, output, {"class": entry.name, "params": params}, label),
        )


def _activation(node: Node) -> str | None:
    """Return the last activation: "softmax", "sigmoid", "linear", or None if unknown."""
    if node.layer == "Softmax":
        return "softmax"
    entry = load().layer(node.layer)
    param = entry.param("activation") if entry else None
    if param is None or (node.layer != "Activation" and param.default is not None):
        return None
    value = node.params.get("activation") or "linear"
    return value if value in ("softmax", "sigmoid", "linear") else None


def _metrics(training: Training, output: Output) -> Iterator[Problem]:
    for metric in output.chosen.metrics:
        if unsuitable := _metric(training, output, metric):
            yield unsuitable


def _metric(training: Training, output: Output, metric: ObjectSpec) -> Problem | None:
    """Return the problem of a metric that does not suit the target, with a better metric."""
    name, classes = metric.class_, len(output.column.classes)
    at = At(node=output.node, param="metrics")
    sparse = "SparseCategoricalAccuracy"
    if classes and name in ("CategoricalAccuracy", "CategoricalCrossentropy"):
        better = f"Sparse{name}"
        fix = _change_metric(training, metric, better)
        return problem("metric_unlike_target.one_hot", at, metric=name, better=better, fix=fix)
    if classes and name == "Accuracy" and output.shape not in ((), (1,)):
        fix = _change_metric(training, metric, sparse)
        return problem("metric_unlike_target.equal", at, metric=name, better=sparse, fix=fix)
    if classes > TWO and name == "BinaryAccuracy":
        fix = _change_metric(training, metric, sparse)
        return problem(
            "metric_unlike_target.binary", at, metric=name, count=classes, better=sparse, fix=fix
        )
    if not classes and name.startswith("Sparse"):
        better = "MeanAbsoluteError"
        fix = _change_metric(training, metric, better)
        return problem("metric_unlike_target.classes", at, metric=name, better=better, fix=fix)
    return None


def _flat(output: Output) -> Fix | None:
    """Flatten the input of a Dense layer, which works along the last axis only."""
    edges = output.index.incoming[output.node].get("inputs", ())
    if output.owner.layer != "Dense" or len(output.shape) < TWO or not edges:
        return None
    source = output.index.nodes[edges[0].source]
    return to_list(output.index, Wire(source.name, edges[0], (None, *output.shape)))


def _units(output: Output, count: int) -> Fix | None:
    if output.owner.layer != "Dense" or len(output.shape) != 1:
        return None
    return set_param(
        MAIN, output.owner.id, "units", count, phrase("Set units to {count}", count=count)
    )


def _change_loss(training: Training, output: Output, name: str) -> Fix:
    return _set_loss(
        training, output, {"class": name, "params": {}}, phrase("Use {name}", name=name)
    )


def _set_loss(training: Training, output: Output, loss: dict[str, Any], label: Phrase) -> Fix:
    outputs = [entry.model_dump(mode="json", by_alias=True) for entry in training.outputs]
    matches = [entry for entry in outputs if entry["node"] == output.node and entry["loss"]]
    if not matches:
        return set_at(("training", "loss"), loss, label)
    matches[0]["loss"] = loss
    return set_at(("training", "outputs"), outputs, label)


def _change_metric(training: Training, metric: ObjectSpec, name: str) -> Fix | None:
    """Replace a metric of the training; default metrics always suit."""
    if metric not in training.metrics:
        return None
    metrics = [entry.model_dump(mode="json", by_alias=True) for entry in training.metrics]
    index = training.metrics.index(metric)
    metrics[index]["class"] = name
    return set_at(("training", "metrics"), metrics, phrase("Use {name}", name=name))
