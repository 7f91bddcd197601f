"""Changes a document so that it trains on a data set. Without NumPy."""

from engine.data.catalogue import DataSet
from engine.document import Document


def use_data(document: Document, data: DataSet) -> Document:
    """Return the document with this data set; bindings to columns that it lacks are dropped.

    Without a binding, columns are found by name and by role (engine.data.bindings).
    """
    training = document.training
    bindings = tuple(item for item in training.bindings if data.column(item.column))
    changed = training.model_copy(update={"data": data.hash or data.id, "bindings": bindings})
    return document.model_copy(update={"training": changed})
