"""Words for training that does not fit the model: columns, losses, metrics, activations."""

from dataclasses import dataclass
from typing import Any

from engine.problems import Fix, Problem, Severity
from engine.problems.graphs import at, called
from engine.problems.shapes import Shape


def axes(shape: Shape) -> str:
    """A shape without the batch, as the page writes it: 28×28×1; a single number is “one value”."""
    if not shape:
        return "one value"
    return "×".join("?" if axis is None else str(axis) for axis in shape)


def values(shape: Shape) -> str:
    """A shape as an amount: “10 values”, “8×8×1 values”."""
    return "1 value" if shape in ((), (1,)) else f"{axes(shape)} values"


def input_unlike_column(node: str, name: str, shapes: tuple[Shape, Shape], column: str) -> Problem:
    """An Input of another shape than the column that feeds it."""
    mine, its = shapes
    path = ("graphs", "main", "nodes", node, "params", "shape")
    return Problem(
        code="input_unlike_column",
        node=node,
        param="shape",
        message=f"{called(name)} takes {axes(mine)}, but the column “{column}” holds {axes(its)}.",
        hint="Give the Input the shape of the data, or choose another column under “Training”.",
        fix=at(path, list(its), f"Take {axes(its)}") if its else None,
    )


def text_unlike_numbers(node: str, name: str, column: str, *, text: bool) -> Problem:
    """An Input of numbers fed with text, or one of text fed with numbers."""
    takes, holds = ("numbers", "text") if text else ("text", "numbers")
    path = ("graphs", "main", "nodes", node, "params", "dtype")
    return Problem(
        code="text_unlike_numbers",
        node=node,
        param="dtype",
        message=f"{called(name)} takes {takes}, but the column “{column}” holds {holds}.",
        hint="Give the Input the type of the data, or choose another column under “Training”.",
        fix=at(path, "string" if text else "float32", f"Take {holds}"),
    )


def text_as_target(node: str, name: str, column: str) -> Problem:
    """An output that would be compared with text."""
    return Problem(
        code="text_as_target",
        node=node,
        message=f"{called(name)} can't be compared with “{column}”, which holds text.",
        hint="A loss compares numbers or classes: choose another column under “Training”.",
    )


def needs_tensorflow(graph: str, node: str, name: str, why: str) -> Problem:
    """A layer that can't be trained on a backend; `why` names it and goes on."""
    return Problem(
        code="needs_tensorflow",
        graph=graph,
        node=node,
        message=f"{called(name)} can't be trained on {why}.",
        hint="Choose TensorFlow as the backend.",
        fix=at(("target", "backend"), "tensorflow", "Train on TensorFlow"),
    )


def width_learned_later(node: str, name: str, tokens: Any) -> Problem:
    """A lookup whose output is as wide as a vocabulary that nobody knows before training."""
    path = ("graphs", "main", "nodes", node, "params")
    values = {"max_tokens": tokens or 1000, "pad_to_max_tokens": True}
    steps = [{"type": "set", "path": [*path, key], "value": one} for key, one in values.items()]
    return Problem(
        code="width_learned_later",
        severity="warning",
        node=node,
        param="pad_to_max_tokens",
        message=f"{called(name)} gives one value for each word, and learns only in training how "
        "many words there are.",
        hint="With max_tokens and pad_to_max_tokens its output has the same width from the start.",
        fix=Fix(label=f"Make room for {values['max_tokens']} words", operations=tuple(steps)),
    )


def too_few_classes(
    node: str, name: str, count: tuple[Shape, int], column: str, fix: Fix | None
) -> Problem:
    """A classifier with fewer scores than there are classes."""
    came, wanted = count
    return Problem(
        code="too_few_classes",
        node=node,
        message=f"{called(name)} gives {values(came)}, but “{column}” has {wanted} classes.",
        hint=f"A classifier needs one score for each class: {wanted}.",
        fix=fix,
    )


def too_many_classes(
    names: tuple[str, str, str], count: tuple[int, int], fix: Fix | None
) -> Problem:
    """A classifier with scores for classes that never occur; `names`: id, node, column."""
    node, name, column = names
    return Problem(
        code="too_many_classes",
        severity="warning",
        node=node,
        message=f"{called(name)} gives {count[0]} scores, but “{column}” has only {count[1]} "
        "classes.",
        hint="It will train; the scores that are left over only learn to be low.",
        fix=fix,
    )


def output_unlike_target(
    node: str, name: str, shapes: tuple[Shape, Shape], column: str, fix: Fix | None
) -> Problem:
    """An output whose shape is not that of the column it is compared with."""
    return Problem(
        code="output_unlike_target",
        node=node,
        message=f"{called(name)} gives {values(shapes[0])}, but “{column}” holds "
        f"{values(shapes[1])}.",
        hint="An output has the shape of what it is compared with.",
        fix=fix,
    )


@dataclass(frozen=True)
class Unlike:
    """A loss or metric that does not suit its target: why, what would, and how to change it."""

    name: str
    why: str
    better: str | None = None
    fix: Fix | None = None
    severity: Severity = "error"


def loss_unlike_target(node: str, unlike: Unlike) -> Problem:
    """A loss for another kind of target."""
    return Problem(
        code="loss_unlike_target",
        severity=unlike.severity,
        node=node,
        param="loss",
        message=f"{unlike.name} {unlike.why}.",
        hint=f"{unlike.better} fits." if unlike.better else None,
        fix=unlike.fix,
    )


def logits_unlike_loss(node: str, name: str, loss: str, logits: bool, fix: Fix) -> Problem:
    """Probabilities where the loss takes raw scores, or the other way round."""
    said = (
        f"{called(name)} gives probabilities, but {loss} is set to take raw scores (from_logits)."
        if logits
        else f"{called(name)} gives raw scores, but {loss} expects probabilities."
    )
    return Problem(
        code="logits_unlike_loss",
        severity="warning",
        node=node,
        param="loss",
        message=said,
        hint="Softmax (or sigmoid) is to be applied exactly once: in the model or in the loss.",
        fix=fix,
    )


def metric_unlike_target(node: str, unlike: Unlike) -> Problem:
    """A metric that says nothing about this kind of target."""
    return Problem(
        code="metric_unlike_target",
        severity="warning",
        node=node,
        param="metrics",
        message=f"{unlike.name} {unlike.why}.",
        hint=f"{unlike.better} fits." if unlike.better else None,
        fix=unlike.fix,
    )


def stray_output_training(node: str) -> Problem:
    """A loss or a metric for a node that is no output."""
    return Problem(
        code="stray_output",
        severity="warning",
        message=f"A loss or metrics are set for the node “{node}”, which is no output.",
        hint="Choose the losses again under “Training”.",
    )


def softmax_of_one(node: str, name: str, fix: Fix | None) -> Problem:
    """A softmax over a single value, which is always 1."""
    return Problem(
        code="softmax_of_one",
        severity="warning",
        node=node,
        message=f"{called(name)} gives one value through softmax, which is always 1.",
        hint="Use sigmoid for one value, or give one score for each class.",
        fix=fix,
    )


def nothing_to_monitor(callback: str, monitor: str) -> Problem:
    """A callback that watches the validation rows, of which there are none."""
    return Problem(
        code="nothing_to_monitor",
        severity="warning",
        param="callbacks",
        message=f"{callback} watches {monitor}, but no rows are kept for validation.",
        hint="Keep a part of the rows under “Training”, or let it watch the loss.",
        fix=at(("training", "split"), 0.2, "Keep a fifth of the rows for validation"),
    )


def learned_when_training(node: str, name: str, what: str) -> Problem:
    """A preprocessing layer that has yet to see data."""
    return Problem(
        code="learned_when_training",
        severity="note",
        node=node,
        message=f"{called(name)} learns {what} from the training data when training starts.",
        hint="Until then nothing is known of the data. A value in the form is used instead.",
    )


def learned_inside(graph: str, node: str, name: str, param: str) -> Problem:
    """A preprocessing layer where no data can be brought to it before training."""
    return Problem(
        code="learned_inside",
        graph=graph,
        node=node,
        param=param,
        message=f"{called(name)} can't learn from the training data inside another model or layer.",
        hint=f"Give it its {param}, or move it into the main graph.",
    )
