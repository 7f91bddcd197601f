"""What Keras says of a document: shapes, parameters, totals, and everything that is wrong.

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
    """Check a document of any kind, sound or not; never raises for what a person did.

    `data` are the data sets that the document may name.

    The first call imports Keras. Each further one costs what is new: a layer's answer is
    remembered by class, parameters and input shapes.

    Raises RuntimeError where Keras runs on another backend than JAX in this process.
    """
    from engine.check.whole import check_document

    return check_document(document, data)
