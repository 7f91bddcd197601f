"""Check that an output and its loss suit the target column."""

from collections.abc import Iterator

from engine.check.last_activation import activation_problems
from engine.check.target_fixes import (
    TWO,
    Output,
    change_loss,
    drop_class_weights,
    encode,
    flatten_input,
    set_units,
)
from engine.check.target_metrics import metric_problems
from engine.data.catalogue import one_hot
from engine.data.defaults import default_loss
from engine.data.feeding import target_shape
from engine.document import Training
from engine.problems import At, Fix, Problem, problem

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
        yield from activation_problems(training, output)
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
