"""Problems with the name of a data set or of a column."""

from engine.data.catalogue import DataSet, DataSets
from engine.document import Binding
from engine.problems import At, Problem, problem
from engine.values import nearest


def unknown_data(id: str | None, sets: DataSets) -> Problem:
    """No data set has this id; None or empty means that none has been chosen."""
    if not id:
        return problem("no_data")
    near = nearest(id, sets.ids)
    return problem(
        "unknown_data.near" if near else "unknown_data",
        At(param="data"),
        id=id,
        near=near,
        known=sets.ids,
    )


def unknown_column(binding: Binding, data: DataSet) -> Problem:
    """A binding names a column that the data set does not have."""
    known = [column.name for column in data.columns]
    near = nearest(binding.column, known)
    return problem(
        "unknown_column.near" if near else "unknown_column",
        At(node=binding.node),
        column=binding.column,
        data=data.id,
        near=near,
        known=known,
    )
