"""The columns of a data set that the source passes to fit."""

from typing import Any

from engine.data.bindings import bind
from engine.data.catalogue import DataSets
from engine.document import Binding, Document
from engine.graph.index import inputs, outputs
from engine.graph.names import layer_names
from engine.imports.python.values import Array


def with_bindings(document: Document, fitted: dict[str, Any], data: DataSets) -> Document:
    """The document with the columns that are passed to fit, where they differ from the default."""
    graph = document.main
    ends = (inputs(graph), outputs(graph))
    names = layer_names(graph)
    arrays = [_arrays(nodes, names, fitted.get(key)) for nodes, key in zip(ends, "xy", strict=True)]
    defaults = bind(document, *ends, data)[:2]
    arrays[1] = {**_implied(document, defaults[1]), **arrays[1]}
    bindings = tuple(
        Binding(node=node, column=array.column, encoding="one_hot" if array.one_hot else "")
        for wanted, default in zip(arrays, defaults, strict=True)
        for node, array in wanted.items()
        if array.column and (array.one_hot or default.get(node) != array.column)
    )
    training = document.training.model_copy(update={"bindings": bindings})
    return document.model_copy(update={"training": training})


def _implied(document: Document, defaults: dict[str, str]) -> dict[str, Array]:
    """Targets that must be one-hot rows, because the loss compares nothing else."""
    training = document.training
    losses = {output.node: output.loss for output in training.outputs}
    result = {}
    for node, column in defaults.items():
        loss = losses.get(node) or training.loss
        if loss is not None and loss.class_ == "CategoricalCrossentropy":
            result[node] = Array(column=column, one_hot=True)
    return result


def _arrays(nodes: tuple[str, ...], names: dict[str, str], value: Any) -> dict[str, Array]:
    """The rows for each node in one argument of fit: an array, a list, or a dict by name."""
    by_name = value if isinstance(value, dict) else {}
    if isinstance(value, list | tuple):
        by_name = dict(zip((names[node] for node in nodes), value, strict=False))
    elif isinstance(value, Array) and nodes:
        by_name = {names[nodes[0]]: value}
    rows = {node: by_name.get(names[node]) for node in nodes}
    return {n: array for n, array in rows.items() if isinstance(array, Array) and array.column}
