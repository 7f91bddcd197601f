"""What predictions show: classes that are never predicted, or rare, and constant numbers."""

from collections.abc import Sequence
from statistics import pstdev

from engine.document import Document
from engine.problems import At, Problem, problem
from engine.protocol import Confusion
from engine.results.description import NumbersResult, PartResults
from engine.training.diagnosis.remedies import balance, near

RARE = 0.02
LEAST = 5
"""Rows that a class must have to be missed; its share of all rows too."""
IMBALANCE = 9
WORSE = 0.1
"""How much worse a rare class must be recognised than a frequent one; else nothing is amiss."""
CONSTANT = 0.1
ENOUGH = 20


def prediction_findings(
    document: Document, confusions: Sequence[Confusion], results: PartResults
) -> list[Problem]:
    """Return what the predictions on the validation rows show."""
    names = {node.id: node.name or node.layer or node.id for node in document.main.nodes}
    found: list[Problem | None] = []
    for confusion in confusions:
        name = names.get(confusion.node, confusion.node)
        found += [_missed(confusion, name), _imbalanced(document, confusion, name)]
    for output in results.outputs:
        if isinstance(output, NumbersResult):
            found.append(_constant(output, names.get(output.node, output.node)))
    return [one for one in found if one]


def _missed(confusion: Confusion, name: str) -> Problem | None:
    supports = [sum(row) for row in confusion.matrix]
    predicted = [sum(column) for column in zip(*confusion.matrix, strict=True)]
    least = max(LEAST, RARE * sum(supports))
    missed = [at for at, rows in enumerate(supports) if rows >= least and not predicted[at]]
    if not missed:
        return None
    classes = [confusion.labels[at] for at in missed]
    count = sum(supports[at] for at in missed)
    at = At(node=confusion.node)
    return problem("never_predicted", at, name=name, classes=classes, count=count)


def _imbalanced(document: Document, confusion: Confusion, name: str) -> Problem | None:
    supports = {at: sum(row) for at, row in enumerate(confusion.matrix) if sum(row)}
    weighed = any(
        one.node == confusion.node and one.class_weights for one in document.training.outputs
    )
    if weighed or len(supports) < 2 or sum(supports.values()) < ENOUGH:  # noqa: PLR2004
        return None
    many, few = max(supports, key=supports.__getitem__), min(supports, key=supports.__getitem__)
    recalled = [confusion.matrix[at][at] / supports[at] for at in (many, few)]
    if supports[many] < IMBALANCE * supports[few] or recalled[1] > recalled[0] - WORSE:
        return None
    return problem(
        "imbalanced",
        At(node=confusion.node),
        name=name,
        many=confusion.labels[many],
        most=supports[many],
        few=confusion.labels[few],
        least=supports[few],
        fix=balance(document, confusion.node),
    )


def _constant(output: NumbersResult, name: str) -> Problem | None:
    points = output.amounts[0].points if output.amounts else ()
    if len(points) < ENOUGH:
        return None
    wanted, spread = (pstdev(values) for values in zip(*points, strict=True))
    if wanted == 0 or spread > CONSTANT * wanted:
        return None
    at = At(node=output.node)
    return problem("constant_predictions", at, name=name, spread=near(spread), wanted=near(wanted))
