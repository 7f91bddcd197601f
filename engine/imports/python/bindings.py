"""The columns of a data set that the source passes to fit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.data.bindings import Bound, bind, columns
from engine.data.catalogue import TEXT, Column, DataSets
from engine.data.feeding import fed_shape
from engine.document import Binding, Document
from engine.graph.index import inputs, outputs
from engine.graph.names import layer_names
from engine.imports.python.values import (
    Array,
)

Units = Callable[[], Sequence[int | None]]
BINARY = 2
"""Classes that one value tells apart."""


def with_bindings(
    document: Document, fitted: dict[str, Any], data: DataSets, units: Units
) -> Document:
    """The document with the columns that are passed to fit, where they differ from the default.

    `units` returns the lengths of the last axes of the outputs. A data set that the source loads
    is not the document's if the model can't take or predict its columns.
    """
    graph = document.main
    ends = (inputs(graph), outputs(graph))
    names = layer_names(graph)
    id = document.training.data
    arrays = [
        _arrays(nodes, names, fitted.get(key), id) for nodes, key in zip(ends, "xy", strict=True)
    ]
    defaults = bind(document, *ends, data)[:2]
    stated = arrays[1]
    arrays[1] = {**_implied(document, defaults[1]), **arrays[1]}
    bindings = tuple(
        Binding(node=node, column=array.column, encoding="one_hot" if array.one_hot else "")
        for wanted, default in zip(arrays, defaults, strict=True)
        for node, array in wanted.items()
        if array.column
        and (array.one_hot or default.get(node) != (array.column,) or _is_repeated(array, wanted))
    )
    training = document.training.model_copy(update={"bindings": bindings})
    bound = document.model_copy(update={"training": training})
    if training.data and not _suits(bound, data, units, stated):
        training = training.model_copy(update={"bindings": (), "data": ""})
        bound = document.model_copy(update={"training": training})
    return bound


def _is_repeated(array: Array, arrays: Mapping[str, Array]) -> bool:
    """Whether several inputs take the same column."""
    return [other.column for other in arrays.values()].count(array.column) > 1


def _suits(document: Document, data: DataSets, units: Units, stated: Mapping[str, Array]) -> bool:
    """Whether the columns of the data set fit the shapes of the model's inputs and outputs.

    A target that fit takes as it is in the data set (`stated`) is the source's own choice.
    """
    graph = document.main
    ends = (inputs(graph), outputs(graph))
    fed, targets, problems = bind(document, *ends, data)
    if problems:
        return False
    chosen = columns(document, fed | targets, data)
    nodes = {node.id: node for node in graph.nodes}
    return all(_feeds(chosen[node], nodes[node].params) for node in ends[0]) and all(
        _is_own(chosen[node], stated[node]) if node in stated else _is_target(chosen[node], count)
        for node, count in zip(ends[1], units(), strict=False)
    )


def _feeds(column: Column, params: Mapping[str, Any]) -> bool:
    shape = params.get("shape")
    is_text = params.get("dtype") == TEXT
    if not isinstance(shape, list) or is_text != (column.dtype == TEXT):
        return False
    if not all(size is None or isinstance(size, int) for size in shape):
        return False
    return fed_shape(column, tuple(shape)) is not None


def _is_own(column: Column, target: Array) -> bool:
    """Whether a target has as many classes as the column; the source may have chosen some."""
    length = target.shape[-1] if target.one_hot and target.shape else None
    return length is None or length == len(column.classes)


def _is_target(column: Column, units: int | None) -> bool:
    """Whether an output with so many values may be compared with a column with classes."""
    count = len(column.classes)
    return not count or units in (None, count) or (units == 1 and count <= BINARY)


def _implied(document: Document, defaults: Bound) -> dict[str, Array]:
    """Targets that must be one-hot rows, because the loss compares nothing else."""
    training = document.training
    losses = {output.node: output.loss for output in training.outputs}
    result = {}
    for node, names in defaults.items():
        loss = losses.get(node) or training.loss
        if loss is not None and loss.class_ == "CategoricalCrossentropy":
            result[node] = Array(column=names[0], one_hot=True)
    return result


def arrays_in(value: Any) -> Iterator[Array]:
    """The arrays in an argument of fit: an array, a list, or a dict by name."""
    if isinstance(value, Array):
        yield value
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from arrays_in(item)


def rows_in(value: Any) -> Array | None:
    """The first rows of a data set in an argument of fit."""
    return next((array for array in arrays_in(value) if array.data), None)


def _arrays(
    nodes: tuple[str, ...], names: dict[str, str], value: Any, data: str
) -> dict[str, Array]:
    """The rows for each node in one argument of fit: an array, a list, or a dict by name."""
    by_name = value if isinstance(value, dict) else {}
    if isinstance(value, list | tuple):
        by_name = dict(zip((names[node] for node in nodes), value, strict=False))
    elif isinstance(value, Array) and nodes:
        by_name = {names[nodes[0]]: value}
    rows = {node: by_name.get(names[node]) for node in nodes}
    return {
        node: array
        for node, array in rows.items()
        if isinstance(array, Array) and array.column and array.data == data
    }
