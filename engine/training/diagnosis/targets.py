"""What the targets show: amounts that the last layer can't give, or that the loss can't compare."""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

import numpy as np

from engine.check.last_activation import COMPARED, Range, last_activation
from engine.data.catalogue import Column
from engine.data.defaults import choose
from engine.document import MAIN, Document, Node
from engine.graph.fixes import set_param
from engine.graph.index import index_graph
from engine.problems import At, Problem, phrase, problem
from engine.training.diagnosis.remedies import near, other_loss
from engine.training.rows import Data

SAMPLE = 1000
FEW = 0.01
"""The share of values outside of a range that is not worth a word."""
TOLERANCE = 1e-6

TARGETS: dict[str, Range] = {
    **COMPARED,
    **dict.fromkeys(("Hinge", "SquaredHinge"), (-1.0, 1.0)),
}
"""The targets that losses are defined for, as keras.losses says."""


def target_findings(document: Document, data: Data) -> list[Problem]:
    """Return which amounts of the training rows the last layer or the loss does not fit."""
    sample = np.unique(np.linspace(0, len(data.training) - 1, SAMPLE).astype(int))
    _, targets = data.training.read(sample)
    index = index_graph(document.main)
    found: list[Problem] = []
    for node, column, values in zip(data.outputs, data.columns, targets, strict=True):
        owner = index.owners.get(node)
        if owner and not (column.classes or column.labels) and values.dtype.kind in "fiu":
            name = index.nodes[node].name or index.nodes[node].layer or node
            found += _unreachable(owner, node, name, column, values)
            found += _compared(document, node, column, values)
    return found


def _unreachable(
    owner: Node, node: str, name: str, column: Column, values: np.ndarray
) -> Iterator[Problem]:
    activation = last_activation(owner)
    if activation and (outside := _outside(values, activation.gives.bounds)):
        label = phrase("Use {name}", name="linear")
        fix = set_param(MAIN, owner.id, "activation", "linear", label)
        yield problem(
            "unreachable_target",
            At(node=node, param="activation"),
            name=name,
            activation=activation.name,
            low=outside.low,
            high=outside.high,
            share=outside.share,
            column=column.name,
            fix=fix if activation.chosen else None,
        )


def _compared(
    document: Document, node: str, column: Column, values: np.ndarray
) -> Iterator[Problem]:
    loss = choose(document.training, node, column, None).loss.class_
    if outside := _outside(values, TARGETS.get(loss)):
        yield problem(
            "target_beyond_loss",
            At(node=node),
            loss=loss,
            low=outside.low,
            high=outside.high,
            share=outside.share,
            column=column.name,
            fix=other_loss(document, node, "MeanSquaredError"),
        )


class _Outside(NamedTuple):
    """A range as it is told, and the percentage of values outside of it."""

    low: float | str
    high: float | str
    share: float


def _outside(values: np.ndarray, allowed: Range | None) -> _Outside | None:
    """What lies outside of a range; None if it is little."""
    finite = values[np.isfinite(values)]
    if allowed is None or not finite.size:
        return None
    low, high = allowed
    share = float(((finite < low - TOLERANCE) | (finite > high + TOLERANCE)).mean())
    if share <= FEW:
        return None
    lowest, highest = ("−∞" if low == -inf else low), ("∞" if high == inf else high)
    return _Outside(lowest, highest, near(100 * share))
