"""The ports that each node of a document has with its current parameters."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from engine.catalogue import Entry, Port, load
from engine.document import Document, Node
from engine.graph.index import GraphIndex, endpoints, index_graph, inputs
from engine.graph.kinds import MODEL
from engine.graph.names import unique
from engine.graph.titles import titles
from engine.values import Json

MAX_OUTPUTS = 4096


@dataclass(frozen=True)
class Ports:
    """The ports that a node has with its current parameters."""

    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Port]:
        """The input ports by name."""
        return {port.name: port for port in self.inputs}

    @cached_property
    def output_names(self) -> tuple[str, ...]:
        """The names of the output ports."""
        return tuple(port.name for port in self.outputs)

    @cached_property
    def required(self) -> tuple[Port, ...]:
        """The input ports that need an edge."""
        return tuple(port for port in self.inputs if not port.optional)


class Outline:
    """A document with the index of each graph and the ports of each node, computed once.

    `whole` is the document with its bypassed nodes, which count where nodes are numbered.
    """

    def __init__(self, document: Document, whole: Document | None = None) -> None:
        self.document = document
        self._whole = whole or document
        self.graphs = {graph.id: graph for graph in document.graphs}
        self._indexes: dict[str, GraphIndex] = {}
        self._ports: dict[tuple[str, str], Ports | None] = {}
        self._model_ports: dict[str, Ports] = {}

    def index(self, graph: str) -> GraphIndex:
        """Return the index of the graph with this id. Raises KeyError when there is none."""
        if graph not in self._indexes:
            self._indexes[graph] = index_graph(self.graphs[graph])
        return self._indexes[graph]

    def titles(self, graph: str) -> dict[str, str]:
        """Return what the nodes of a graph are called in messages, by node id."""
        return titles(self._whole.graph(graph), self.graphs)

    def ports(self, graph: str, node: str) -> Ports | None:
        """Return the ports of a node; None when its layer or sub-model is unknown."""
        key = (graph, node)
        if key not in self._ports:
            index = self.index(graph)
            owner = index.owners[node]
            called = owner and with_call_arguments(owner, index.nodes[node])
            self._ports[key] = self._find_ports(called)
        return self._ports[key]

    def _find_ports(self, owner: Node | None) -> Ports | None:
        if owner is None:
            return None
        if owner.layer == MODEL:
            return self.model_ports(owner.graph) if owner.graph in self.graphs else None
        return layer_ports(owner.layer, owner.params)

    def model_ports(self, graph: str) -> Ports:
        """Return the ports of a call of the sub-model `graph`.

        A single input is called "inputs" and a single output "output", as everywhere. Several are
        named after the ids of their nodes inside, so that edges stay attached to the same node when
        it is moved or renamed.
        """
        if graph not in self._model_ports:
            index = self.index(graph)
            ends = [
                end.node if end.port == "output" else f"{end.node}_{end.port}"
                for end in endpoints(index)
            ]
            ports = Ports(_named(inputs(index.graph), "inputs"), _named(ends, "output"))
            self._model_ports[graph] = ports
        return self._model_ports[graph]


def layer_ports(layer: str, params: Mapping[str, Json]) -> Ports | None:
    """Return the ports of a layer with these parameters; None for one that can't be used."""
    if ports := _fixed_ports(layer):
        return ports
    entry = load().layer(layer)
    if entry is None or entry.refused:
        return None
    return Ports(
        tuple(port for port in entry.inputs if _exists(port, entry, params)),
        tuple(
            repeated
            for port in entry.outputs
            if _exists(port, entry, params)
            for repeated in _repeated(port, params)
        ),
    )


def with_call_arguments(owner: Node, node: Node) -> Node:
    """Return the layer owner with the call arguments of `node`, which calls its layer."""
    if node is owner or not _call_argument_names(owner.layer):
        return owner
    return owner.model_copy(
        update={"params": {**constructor_params(owner), **call_arguments(node)}}
    )


def constructor_params(node: Node) -> dict[str, Json]:
    """Return the parameters of a node that are passed to the constructor of its layer."""
    names = _call_argument_names(node.layer)
    if not names:
        return node.params
    return {key: value for key, value in node.params.items() if key not in names}


def call_arguments(node: Node) -> dict[str, Json]:
    """Return the parameters of a node that are passed when its layer is called."""
    names = _call_argument_names(node.layer)
    return {key: value for key, value in node.params.items() if key in names} if names else {}


@lru_cache(maxsize=1_000)
def _call_argument_names(layer: str) -> frozenset[str]:
    entry = load().layer(layer)
    return (
        frozenset(param.name for param in entry.params if param.at_call) if entry else frozenset()
    )


@lru_cache(maxsize=1_000)
def _fixed_ports(layer: str) -> Ports | None:
    """The ports of a layer of the catalogue; None when they depend on its parameters."""
    entry = load().layer(layer)
    if entry is None or entry.refused:
        return None
    if any(port.when or port.count for port in (*entry.inputs, *entry.outputs)):
        return None
    return Ports(entry.inputs, entry.outputs)


def _repeated(port: Port, params: Mapping[str, Json]) -> tuple[Port, ...]:
    """The outputs that `port.count` asks for: an integer n, or one more than a list of cuts."""
    value = params.get(port.count or "")
    count = len(value) + 1 if isinstance(value, list) else value
    if not isinstance(count, int) or isinstance(count, bool):
        return (port,)
    numbers = range(1, min(count, MAX_OUTPUTS))
    return (port, *(port.model_copy(update={"name": f"{port.name}_{n}"}) for n in numbers))


def _named(ids: Iterable[str], single: str) -> tuple[Port, ...]:
    names = [re.sub(r"\W", "_", key if key[0].isalpha() else f"n{key}")[:60] for key in ids]
    if len(names) == 1:
        return (Port(name=single),)
    return tuple(Port(name=name) for name in unique(names))


def _exists(port: Port, entry: Entry, params: Mapping[str, Json]) -> bool:
    """Whether `port.when` holds; "layer.return_state" looks into the nested object `layer`."""
    if port.when is None:
        return True
    if port.when.holding and not _contains_class(params, port.when.holding):
        return False
    name, _, inner = port.when.param.partition(".")
    if inner:
        nested = params.get(name)
        inner_params = nested.get("params") if isinstance(nested, dict) else None
        return isinstance(inner_params, dict) and _same(inner_params.get(inner), port.when.equals)
    param = entry.param(name)
    return _same(params.get(name, param and param.default), port.when.equals)


def _same(value: Json, other: Json) -> bool:
    """Whether two JSON values are equal; in Python, 1 equals true."""
    return type(value) is type(other) and bool(value == other)


def _contains_class(value: Json, classes: tuple[str, ...]) -> bool:
    """Whether a value contains an object of one of these classes, at any depth."""
    if isinstance(value, Mapping):
        children = value.values()
        return value.get("class") in classes or any(
            _contains_class(child, classes) for child in children
        )
    return isinstance(value, list) and any(_contains_class(child, classes) for child in value)
