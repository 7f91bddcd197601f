"""The ports that each node of a document has with its present parameters."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from engine.catalogue import Entry, Port, load
from engine.document import Document, Node
from engine.graph.kinds import MODEL
from engine.graph.names import unique
from engine.graph.wiring import Wiring, endpoints, inputs, wiring
from engine.values import Json

MOST_OUTPUTS = 4096


@dataclass(frozen=True)
class Ports:
    """The ports that a node has with its present parameters."""

    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Port]:
        """The input ports by name."""
        return {port.name: port for port in self.inputs}

    @cached_property
    def required(self) -> tuple[Port, ...]:
        """The input ports that nothing can be left out of."""
        return tuple(port for port in self.inputs if not port.optional)


class Outline:
    """A document with the wiring of each graph and the ports of each node, computed once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.graphs = {graph.id: graph for graph in document.graphs}
        self._wirings: dict[str, Wiring] = {}
        self._ports: dict[tuple[str, str], Ports | None] = {}
        self._model_ports: dict[str, Ports] = {}

    def wiring(self, graph: str) -> Wiring:
        """Return the wiring of the graph with this id. Raises KeyError when there is none."""
        if graph not in self._wirings:
            self._wirings[graph] = wiring(self.graphs[graph])
        return self._wirings[graph]

    def ports(self, graph: str, node: str) -> Ports | None:
        """Return the ports of a node; None when its layer (or sub-model) is not known."""
        if (graph, node) not in self._ports:
            wires = self.wiring(graph)
            owner = wires.owners[node]
            called = owner and calling(owner, wires.nodes[node])
            self._ports[graph, node] = self._find_ports(called)
        return self._ports[graph, node]

    def _find_ports(self, owner: Node | None) -> Ports | None:
        if owner is None:
            return None
        if owner.layer == MODEL:
            return self.model_ports(owner.graph) if owner.graph in self.graphs else None
        if fixed := _fixed_ports(owner.layer):
            return fixed
        entry = load().layer(owner.layer)
        if entry is None or entry.refused:
            return None
        return Ports(
            tuple(port for port in entry.inputs if _is_there(port, entry, owner.params)),
            tuple(
                one
                for port in entry.outputs
                if _is_there(port, entry, owner.params)
                for one in _repeated(port, owner.params)
            ),
        )

    def model_ports(self, graph: str) -> Ports:
        """The ports of a call of the sub-model `graph`.

        One input is called "inputs" and one output "output", as everywhere. Several are called
        after the ids of their nodes inside, so that no move or new name swaps two wires.
        """
        if graph not in self._model_ports:
            wires = self.wiring(graph)
            ends = [
                end.node if end.port == "output" else f"{end.node}_{end.port}"
                for end in endpoints(wires)
            ]
            ports = Ports(_named(inputs(wires.graph), "inputs"), _named(ends, "output"))
            self._model_ports[graph] = ports
        return self._model_ports[graph]


def calling(owner: Node, node: Node) -> Node:
    """A layer as `node` calls it: made as its owner says, called as the node says."""
    if node is owner or not _names_at_call(owner.layer):
        return owner
    return owner.model_copy(update={"params": {**made_with(owner), **called_with(node)}})


def made_with(node: Node) -> dict[str, Json]:
    """The parameters that the constructor of a node's layer is given."""
    names = _names_at_call(node.layer)
    if not names:
        return node.params
    return {key: one for key, one in node.params.items() if key not in names}


def called_with(node: Node) -> dict[str, Json]:
    """The parameters that a node's own call of its layer is given."""
    names = _names_at_call(node.layer)
    return {key: one for key, one in node.params.items() if key in names} if names else {}


@lru_cache(maxsize=1_000)
def _names_at_call(layer: str) -> frozenset[str]:
    entry = load().layer(layer)
    return frozenset(one.name for one in entry.params if one.at_call) if entry else frozenset()


@lru_cache(maxsize=1_000)
def _fixed_ports(layer: str) -> Ports | None:
    """The ports of a layer of the catalogue, unless they depend on its parameters."""
    entry = load().layer(layer)
    if entry is None or entry.refused:
        return None
    if any(port.when or port.count for port in (*entry.inputs, *entry.outputs)):
        return None
    return Ports(entry.inputs, entry.outputs)


def _repeated(port: Port, params: Mapping[str, Json]) -> tuple[Port, ...]:
    """The outputs that `port.count` asks for: n parts, or one more than there are cuts."""
    value = params.get(port.count or "")
    count = len(value) + 1 if isinstance(value, list) else value
    if not isinstance(count, int) or isinstance(count, bool):
        return (port,)
    more = range(1, min(count, MOST_OUTPUTS))
    return (port, *(port.model_copy(update={"name": f"{port.name}_{one}"}) for one in more))


def _named(ids: Iterable[str], single: str) -> tuple[Port, ...]:
    names = [re.sub(r"\W", "_", key if key[0].isalpha() else f"n{key}")[:60] for key in ids]
    if len(names) == 1:
        return (Port(name=single),)
    return tuple(Port(name=name) for name in unique(names))


def _is_there(port: Port, entry: Entry, params: Mapping[str, Json]) -> bool:
    """Whether `port.when` holds; "layer.return_state" looks into the nested object `layer`."""
    if port.when is None:
        return True
    if port.when.holding and not _holds(params, port.when.holding):
        return False
    name, _, inner = port.when.param.partition(".")
    if inner:
        nested = params.get(name)
        held = nested.get("params") if isinstance(nested, dict) else None
        return isinstance(held, dict) and held.get(inner) == port.when.equals
    param = entry.param(name)
    return bool(params.get(name, param and param.default) == port.when.equals)


def _holds(value: Json, classes: tuple[str, ...]) -> bool:
    """Whether an object of one of these classes stands in a value, at any depth."""
    if isinstance(value, Mapping):
        return value.get("class") in classes or any(_holds(one, classes) for one in value.values())
    return isinstance(value, list) and any(_holds(one, classes) for one in value)
