"""Keras's table of a document that has been checked first."""

from engine.check import check
from engine.document import Document
from engine.keras import summary as keras
from engine.problems import Problem


def summary(document: Document) -> str | list[Problem]:
    """Return `Model.summary()` of a document, or the problems that keep it from being a model."""
    verdict = check(document)
    known = verdict.totals.checked == verdict.totals.nodes > 0
    if not (known and verdict.inputs and verdict.outputs):
        errors = [problem for problem in verdict.problems if problem.severity == "error"]
        return errors or list(verdict.problems)
    table = keras.summary(document)
    return [table] if isinstance(table, Problem) else table
