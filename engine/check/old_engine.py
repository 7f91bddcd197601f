"""Problems of a document that is to train on an engine with Keras 2.3.1, which lacks much."""

from collections.abc import Iterable, Iterator

from engine.data.defaults import Chosen
from engine.data.keras2 import training_problems
from engine.document import Document
from engine.graph.fixes import train_on
from engine.graph.keras2 import layer_problems
from engine.machine.backends import get
from engine.problems import Problem


def old_engine_problems(document: Document, chosen: Iterable[Chosen]) -> Iterator[Problem]:
    """Yield an error for all that the engine lacks, if the document is for such a one.

    `chosen` are the losses and metrics of the outputs. One click chooses an engine with Keras 3.
    """
    backend = get(document.target.backend)
    if backend.host:
        fix = train_on(backend.host)
        lacking = training_problems(document, chosen, backend.id)
        for found in (*layer_problems(document, backend.id), *lacking):
            yield found.model_copy(update={"fix": fix})
