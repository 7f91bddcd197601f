"""The check of a document with Keras: shapes, parameter counts, totals and all problems.

    from engine.check import check
    verdict = check(document)

Importing this package imports no Keras: the web process reads verdicts (engine.check.verdict),
and asks a checker process for them (engine.processes.checker).
"""

from engine.check.verdict import Verdict
from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.document import Document


def check(document: Document, data: DataSets = BUILT_IN) -> Verdict:
    """Check a document, valid or not; an error in the document never raises.

    `data` are the data sets that the document may name.

    The first call imports Keras. Results are cached by layer class, parameters and input
    shapes, so that a further call computes only what changed.

    Raises RuntimeError if Keras runs on another backend than JAX in this process.
    """
    from engine.check.document_check import check_document

    return check_document(document, data)
