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
    bindings = tuple(
        Binding(node=node, column=array.column, encoding="one_hot" if array.one_hot else "")
        for wanted, default in zip(arrays, defaults, strict=True)
        for node, array in wanted.items()
        if array.column and (array.one_hot or default.get(node) != array.column)
    )
    training = document.training.model_copy(update={"bindings": bindings})
    return document.model_copy(update={"training": training})


def _arrays(nodes: tuple[str, ...], names: dict[str, str], value: Any) -> dict[str, Array]:
    """The rows for each node in one argument of fit: an array, a list, or a dict by name."""
    by_name = value if isinstance(value, dict) else {}
    if isinstance(value, list | tuple):
        by_name = dict(zip((names[node] for node in nodes), value, strict=False))
    elif isinstance(value, Array) and nodes:
        by_name = {names[nodes[0]]: value}
    rows = {node: by_name.get(names[node]) for node in nodes}
    return {node: array for node, array in rows.items() if isinstance(array, Array)}
