"""Keras's summary table of a document, which is checked first."""

from engine.check import check
from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.document import Document
from engine.keras import summary as keras
from engine.problems import Problem


def summary(document: Document, data: DataSets = BUILT_IN) -> str | list[Problem]:
    """Return `Model.summary()` of a document, or the problems that prevent building the model."""
    verdict = check(document, data)
    known = verdict.totals.checked == verdict.totals.nodes > 0
    if not (known and verdict.inputs and verdict.outputs):
        errors = [problem for problem in verdict.problems if problem.severity == "error"]
        return errors or list(verdict.problems)
    table = keras.summary(document)
    return [table] if isinstance(table, Problem) else table
