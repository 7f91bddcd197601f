"""Weights of classes and rows as arguments of `model.fit`, and the functions that compute them."""

from collections.abc import Mapping

from engine.code.scripts.copied import weigher
from engine.code.scripts.feeding import Feed, stored_rows
from engine.code.syntax.tree import (
    Attribute,
    Call,
    Copied,
    Expression,
    Group,
    Infix,
    Literal,
    Path,
    Variable,
)
from engine.code.syntax.tree import Mapping as Table
from engine.data.catalogue import Column
from engine.data.defaults import Chosen
from engine.data.feeding import loss_axes
from engine.document import ClassWeights

BALANCED_WEIGHTS, ROW_WEIGHTS = "balanced_weights", "row_weights"
ONES = "numpy.ones"

Feeds = Mapping[str, Feed]
Choices = Mapping[str, Chosen]


def weighing(
    targets: Feeds, chosen: Choices, rows: Variable | None, weight: Column | None = None
) -> list[tuple[str, Expression]]:
    """The keyword of `fit` that weighs the training rows, if any are weighed.

    `weight` is the column that weighs them. `class_weight` for one output; Keras refuses it for
    several, and beside the weight of each row. Several outputs take the weight of each row in a
    list as their targets are: several versions of Keras fail at dictionaries.
    """
    if not _weighed(chosen) and weight is None:
        return []
    if weight is None and (weights := class_weights(targets, chosen, rows)) is not None:
        return [("class_weight", weights)]
    outputs = tuple(_of_rows(feed, chosen[name], rows, weight) for name, feed in targets.items())
    return [("sample_weight", outputs[0] if len(outputs) == 1 else Group(outputs))]


def class_weights(targets: Feeds, chosen: Choices, rows: Variable | None) -> Expression | None:
    """The weight of each class by its number, for one output; None if none is weighed."""
    settings = _weighed(chosen)
    if len(chosen) != 1 or not settings:
        return None
    ((name, setting),) = settings.items()
    return _weights(targets[name], setting, rows)


def lists_weights(chosen: Choices, weight: Column | None = None) -> bool:
    """Whether `fit` gets the weight of each row in a list, for several outputs."""
    return len(chosen) > 1 and bool(_weighed(chosen) or weight)


def weighers(chosen: Choices, weight: Column | None = None) -> list[Copied]:
    """The functions that a script needs for `weighing`."""
    settings = _weighed(chosen)
    names = [BALANCED_WEIGHTS] * ("balanced" in settings.values())
    names += [ROW_WEIGHTS] * (bool(settings) and (len(chosen) > 1 or weight is not None))
    return [weigher(name) for name in names]


def _weighed(chosen: Choices) -> dict[str, ClassWeights]:
    settings = {name: choice.class_weights for name, choice in chosen.items()}
    return {name: setting for name, setting in settings.items() if setting}


def _weights(feed: Feed, setting: ClassWeights, rows: Variable | None) -> Expression:
    """The weight of each class by its number: tf.keras refuses a dictionary that lacks some."""
    if setting == "balanced":
        return Call(Variable(BALANCED_WEIGHTS), (stored_rows(feed.column, rows),))
    count = max(len(setting), len(feed.column.classes))
    weights = (*setting, *(1.0,) * (count - len(setting)))
    return Table(tuple((number, Literal(weight)) for number, weight in enumerate(weights)))


def _of_rows(
    feed: Feed, chosen: Chosen, rows: Variable | None, weight: Column | None
) -> Expression:
    """The weight of each row for an output."""
    classes = stored_rows(feed.column, rows)
    if weight is not None:
        own = Attribute(stored_rows(weight, rows), "reshape")
        axes = 0 if chosen.class_weights else loss_axes(feed.column, feed.shape)
        column = Call(own, (Literal(-1), *(Literal(1),) * axes))
        if not chosen.class_weights:
            return column
        by_class = Call(
            Variable(ROW_WEIGHTS), (classes, _weights(feed, chosen.class_weights, rows))
        )
        return Infix("*", (by_class, column))
    if chosen.class_weights is None:
        count: Expression = Call(Variable("len"), (classes,))
        axes = loss_axes(feed.column, feed.shape)
        shape = Group((count, *(Literal(1),) * axes), tuples=True) if axes else count
        return Call(Path(ONES), (shape,))
    weights = _weights(feed, chosen.class_weights, rows)
    return Call(Variable(ROW_WEIGHTS), (classes, weights))
