"""Check that the columns of a model lack no numbers: one NaN makes every weight NaN."""

from collections.abc import Collection, Iterator, Mapping

from engine.data.bindings import Bound
from engine.data.catalogue import Column, DataSet, DataSets, parts_of
from engine.data.missing import missing_numbers
from engine.document import Training
from engine.graph.fixes import set_at
from engine.problems import At, Fix, Problem, phrase, problem


def missing_problems(
    training: Training, bound: Bound, fed: Mapping[str, Column], sets: DataSets
) -> Iterator[Problem]:
    """Yield a problem for each column that lacks numbers; `fed` are the columns of each node."""
    data = sets.find(training.data)
    if data is None:
        return
    for node, column in fed.items():
        lacks = _lacking(column, data, sets)
        for name, count in lacks.items():
            yield problem(
                "missing_numbers",
                At(node=node),
                column=name,
                count=count,
                rows=data.rows,
                fix=_without(training, node, bound[node], lacks),
            )


def _lacking(column: Column, data: DataSet, sets: DataSets) -> dict[str, int]:
    """The stored columns that lack numbers, with how many rows do."""
    counts = {
        part.name: missing_numbers(stored, data, sets)
        for part in parts_of(column)
        if (stored := data.column(part.name))
    }
    return {name: count for name, count in counts.items() if count}


def _without(
    training: Training, node: str, names: tuple[str, ...], lacking: Collection[str]
) -> Fix | None:
    """Feed the node with its other columns, if it has any."""
    left = [name for name in names if name not in lacking]
    if not left:
        return None
    own = {item.column: item for item in training.bindings if item.node == node}
    kept = [item.model_dump() for item in training.bindings if item.node != node]
    kept += [
        own[name].model_dump() if name in own else {"node": node, "column": name, "encoding": ""}
        for name in left
    ]
    label = phrase("Do without {columns:and}", columns=[*lacking])
    return set_at(("training", "bindings"), kept, label)
