"""Changes a document so that it trains on a data set. Without NumPy."""

from engine.data.catalogue import DataSet
from engine.data.preparation import names_in
from engine.document import Division, Document


def use_data(document: Document, data: DataSet) -> Document:
    """Return the document with this data set.

    Bindings to columns that it lacks, steps of the preparation that name one, and a division by one
    are dropped. Rows that are divided at random are divided as the data set says, if it does.

    Without a binding, columns are found by name and by role (engine.data.bindings).
    """
    training = document.training
    bindings = tuple(item for item in training.bindings if data.column(item.column))
    preparation = tuple(
        step for step in training.preparation if all(map(data.column, names_in(step)))
    )
    division = training.division
    if division.column and data.column(division.column) is None:
        division = Division()
    if division == Division():
        division = data.division
    update = {
        "data": data.hash or data.id,
        "preparation": preparation,
        "bindings": bindings,
        "division": division,
    }
    changed = training.model_copy(update=update)
    return document.model_copy(update={"training": changed})
