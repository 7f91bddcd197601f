"""Check that an output and its loss suit the target column."""

from collections.abc import Iterator

from engine.catalogue import load
from engine.check.target_fixes import (
    TWO,
    Output,
    change_loss,
    drop_class_weights,
    encode,
    flatten_input,
    set_loss,
    set_units,
)
from engine.check.target_metrics import metric_problems
from engine.data.catalogue import one_hot
from engine.data.defaults import default_loss
from engine.data.feeding import target_shape
from engine.document import MAIN, Node, Training
from engine.graph.fixes import set_param
from engine.problems import At, Fix, Problem, phrase, problem

SPARSE = "SparseCategoricalCrossentropy"
OF_SCORES = (SPARSE, "CategoricalGeneralizedCrossEntropy")
"""Losses that compare a class number with a score for each class."""
OF_NUMBERS = (*OF_SCORES, "Circle", "CTC")
"""Losses that compare class numbers with anything."""
ONE_HOT = ("CategoricalCrossentropy", "CategoricalFocalCrossentropy", "CategoricalHinge")
ALIKE = ("CosineSimilarity", "Dice", "KLDivergence", "Poisson", "Tversky")
"""Losses of values of the same shape: one-hot rows, if there are scores."""
BINARY = ("BinaryCrossentropy", "BinaryFocalCrossentropy", "Hinge", "SquaredHinge")


def output_problems(training: Training, output: Output) -> Iterator[Problem]:
    """Yield the problems of an output; losses unknown to this module have none."""
    numbers = output.column.has_class_numbers
    found = [*(_classes if numbers else _values)(training, output)]
    yield from found
    if all(issue.param != "loss" for issue in found):
        yield from _logits(training, output)
    yield from metric_problems(training, output)
    yield from _class_weights(training, output)


def _class_weights(training: Training, output: Output) -> Iterator[Problem]:
    """Check that the rows of the target can be weighed by their class."""
    weights = any(own.class_weights for own in training.outputs if own.node == output.node)
    if weights and not output.column.has_one_class:
        yield problem(
            "nothing_to_weigh",
            At(node=output.node, param="class_weights"),
            column=output.column.name,
            fix=drop_class_weights(training, output),
        )


def _classes(training: Training, output: Output) -> Iterator[Problem]:
    """Check an output against a column of class numbers 0, 1, …"""
    classes, loss = len(output.column.classes), output.loss
    scores = _scores(output)
    unsuitable = _unsuitable_loss(training, output, classes)
    if unsuitable:
        encoded = target_shape(one_hot(output.column), output.shape)
        of_rows = encoded and loss not in OF_NUMBERS
        yield unsuitable.or_else(
            encode(training, output.node, output.column.name, "one_hot") if of_rows else None
        )
    elif loss in OF_SCORES and (scores is None or scores < classes):
        yield problem(
            "too_few_classes.places" if len(output.column.shape) else "too_few_classes",
            At(node=output.node),
            name=output.name,
            shape=output.shape,
            column=output.column.name,
            count=classes,
            wanted=(*output.column.shape, classes),
            fix=set_units(output, classes) if scores else flatten_input(output),
        )
    elif loss in OF_SCORES and scores is not None and scores > classes:
        yield problem(
            "too_many_classes",
            At(node=output.node),
            name=output.name,
            scores=scores,
            column=output.column.name,
            count=classes,
            fix=set_units(output, classes),
        )


def _scores(output: Output) -> int | None:
    """How many scores the output gives for each class number; None if it gives none.

    A column holds one class, or one for each pixel of an image or step of a sequence.
    """
    *places, scores = output.shape or (None,)
    axes = output.column.shape
    if axes[-1:] == (1,) and len(places) < len(axes):
        axes = axes[:-1]
    fits = len(places) == len(axes) and all(
        place in (None, axis) for place, axis in zip(places, axes, strict=True)
    )
    return scores if fits else None


def _unsuitable_loss(training: Training, output: Output, classes: int) -> Problem | None:
    """Return the problem of a loss that does not suit class numbers, if any."""
    loss, column = output.loss, output.column.name
    at = At(node=output.node, param="loss")
    better = default_loss(output.column, output.shape[-1] if output.shape else None).class_
    fix = change_loss(training, output, better)
    single = output.shape in ((), (1,)) or _scores(output) == 1
    if loss in OF_SCORES:
        return None
    if loss in OF_NUMBERS:
        return _unlike_rows(output, better, fix)
    if loss in ONE_HOT or (loss in ALIKE and not single):
        return problem(
            "loss_unlike_target.one_hot", at, loss=loss, column=column, better=better, fix=fix
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
            better=better,
            fix=fix,
        )
    if loss.startswith("Mean") or loss in ("Huber", "LogCosh"):
        return problem(
            "loss_unlike_target.amounts",
            at,
            loss=loss,
            column=column,
            better=better,
            fix=fix,
            severity="warning" if single else "error",
        )
    return None


def _unlike_rows(output: Output, better: str, fix: Fix) -> Problem | None:
    """Return the problem of a loss of vectors, or of sequences, that gets neither."""
    loss, shape, axes = output.loss, output.shape, len(output.column.shape)
    if (axes, len(shape)) == ((0, 1) if loss == "Circle" else (1, TWO)):
        return None
    return problem(
        "loss_unlike_target.vectors" if loss == "Circle" else "loss_unlike_target.sequences",
        At(node=output.node, param="loss"),
        loss=loss,
        column=output.column.name,
        name=output.name,
        shape=shape,
        better=better,
        fix=fix,
    )


def _values(training: Training, output: Output) -> Iterator[Problem]:
    """Check an output against a column of numbers or of one-hot rows."""
    wanted, loss = output.column.shape, output.loss
    if loss in OF_NUMBERS:
        better = default_loss(output.column).class_
        yield problem(
            "loss_unlike_target.encoded" if output.one_hot else "loss_unlike_target.classes",
            At(node=output.node, param="loss"),
            loss=loss,
            column=output.column.name,
            better=better,
            fix=change_loss(training, output, better),
        ).or_else(
            encode(training, output.node, output.column.name, "")
            if output.one_hot and loss in OF_SCORES
            else None
        )
    elif target_shape(output.column, output.shape) is None:
        flat = flatten_input(output) if len(wanted) < TWO else None
        units = len(wanted) == len(output.shape) == 1
        yield problem(
            "output_unlike_target.one_hot" if output.one_hot else "output_unlike_target",
            At(node=output.node),
            name=output.name,
            shape=output.shape,
            column=output.column.name,
            wanted=wanted,
            fix=flat or (set_units(output, wanted[0]) if units else None),
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
            fix=set_loss(training, output, {"class": entry.name, "params": params}, label),
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
