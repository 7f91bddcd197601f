"""The names that the values of a document have in code.

`with_names` puts values with names (engine.values.named) in the places that constants list,
`collected` does the opposite.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from engine.document.schema import MAX_USES, Constant, Document, Graph, Node, ObjectSpec, Training
from engine.values import Json
from engine.values.named import constant_of, is_number, named, unnamed

Path: TypeAlias = tuple[str, ...]
Change: TypeAlias = Callable[[Path, Any], Any]
"""Returns the value that takes the place of a number, a text or a list at a path."""

_OBJECTS = ("optimizer", "loss", "metrics", "callbacks")


def uses_of(document: Document) -> dict[Path, Constant]:
    """The constants of the places that list one; of several the first."""
    uses: dict[Path, Constant] = {}
    for constant in document.constants:
        for path in constant.uses:
            uses.setdefault(path, constant)
    return uses


def with_names(document: Document) -> Document:
    """The document with the names of constants at the values that are still theirs."""
    if not document.constants:
        return document
    uses = uses_of(document)

    def name(path: Path, value: Any) -> Any:
        constant = uses.get(path)
        return named(value, constant.name) if constant and _uses(value, constant) else value

    nodes = {path[1:4:2] for path in uses if path[2:3] == ("nodes",)}
    return _changed(document, name, nodes)


def _uses(value: Any, constant: Constant) -> bool:
    """Whether a value is still that of a constant."""
    if isinstance(value, list):
        return isinstance(constant.value, tuple) and repr(value) == repr([*constant.value])
    return bool(value == constant.value)


def collected(document: Document, order: Iterable[str]) -> Document:
    """The document with plain values, and with the constants that these come from, in `order`."""
    uses: dict[str, list[Path]] = defaultdict(list)
    values: dict[str, Any] = {}

    def collect(path: Path, value: Any) -> Any:
        if not (constant := constant_of(value)):
            return value
        plain = unnamed(value)
        if values.setdefault(constant, plain) == plain and len(uses[constant]) < MAX_USES:
            uses[constant].append(path)
        return plain

    plain = _changed(document, collect)
    constants = tuple(
        Constant(name=name, value=values[name], uses=tuple(uses[name]))
        for name in order
        if name in uses
    )
    return plain.model_copy(update={"constants": constants})


def _changed(
    document: Document, change: Change, nodes: Iterable[tuple[str, ...]] | None = None
) -> Document:
    """The document with other values in its parameters; only in `nodes`, if they are listed."""
    chosen = None if nodes is None else set(nodes)
    graphs = tuple(_graph(graph, change, chosen) for graph in document.graphs)
    training = _training(document.training, change)
    return document.model_copy(update={"graphs": graphs, "training": training})


def _graph(graph: Graph, change: Change, chosen: set[tuple[str, ...]] | None) -> Graph:
    def node(node: Node) -> Node:
        if not node.params or (chosen is not None and (graph.id, node.id) not in chosen):
            return node
        path = ("graphs", graph.id, "nodes", node.id, "params")
        params = dict(_items(path, node.params, change))
        return node.model_copy(update={"params": params})

    return graph.model_copy(update={"nodes": tuple(map(node, graph.nodes))})


def _training(training: Training, change: Change) -> Training:
    fields: dict[str, Any] = {}
    for field in _OBJECTS:
        value, path = getattr(training, field), ("training", field)
        if isinstance(value, ObjectSpec):
            fields[field] = _object(path, value, change)
        elif value:
            fields[field] = tuple(
                _object((*path, str(index)), spec, change) for index, spec in enumerate(value)
            )
    return training.model_copy(update=fields)


def _object(path: Path, spec: ObjectSpec, change: Change) -> ObjectSpec:
    params = dict(_items((*path, "params"), spec.params, change))
    return spec.model_copy(update={"params": params})


def _items(path: Path, values: Mapping[str, Json], change: Change) -> Iterator[tuple[str, Json]]:
    return ((name, _value((*path, name), value, change)) for name, value in values.items())


def _value(path: Path, value: Json, change: Change) -> Json:
    if is_number(value) or isinstance(value, str):
        return change(path, value)
    if isinstance(value, dict):
        return dict(_items(path, value, change))
    if isinstance(value, list):
        if (whole := change(path, value)) is not value:
            return whole
        return [_value((*path, str(index)), item, change) for index, item in enumerate(value)]
    return value
