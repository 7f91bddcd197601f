"""Order, wires, cycles, ports and names of a graph, without Keras.

Everything here is iterative and linear in nodes and wires: a chain of 5,000 nodes meets no
recursion limit, and a graph with 2^60 paths costs no more than its wires.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from engine.catalogue import Entry, Port, load
from engine.catalogue import snake_case as snake_case  # noqa: PLC0414  (others take it here)
from engine.document import Document, Endpoint, Graph, Json, Node
from engine.topology import Topology, place, topology

INPUT = "Input"
MODEL = "Model"
MOST_OUTPUTS = 4096
OPS = "ops."
"""How the names of operations begin."""


class Wiring:
    """A graph, indexed once.

    `incoming` holds the wires into each node by port, in their order; `outgoing` those out of
    it. Wires with a missing end are in `dangling` and nowhere else. `order` is a topological
    order of the nodes that lie neither on nor behind a cycle; `cycles` names, for each knot of
    cycles, one way around it; `everything` is `order` and then the rest by position.
    """

    def __init__(self, graph: Graph, topology: Topology) -> None:
        self.graph, self.topology = graph, topology
        self.nodes: Mapping[str, Node] = {node.id: node for node in graph.nodes}
        self.incoming, self.outgoing = topology.incoming, topology.outgoing
        self.dangling, self.order = topology.dangling, topology.order
        self.cycles, self.everything = topology.cycles, topology.everything

    @cached_property
    def owners(self) -> Mapping[str, Node | None]:
        """For each node the node whose layer it calls: itself, or the end of its `shares`.

        None when that end is missing or the shares run in a circle.
        """
        return {key: _owner(self.nodes, key) for key in self.nodes}


def _owner(nodes: Mapping[str, Node], key: str) -> Node | None:
    seen: set[str] = set()
    node = nodes.get(key)
    while node is not None and node.shares is not None:
        if node.id in seen:
            return None
        seen.add(node.id)
        node = nodes.get(node.shares)
    return node


def wiring(graph: Graph) -> Wiring:
    """Index a graph; see `Wiring`."""
    return Wiring(graph, topology(graph))


def topological_order(graph: Graph) -> tuple[str, ...]:
    """Node ids so that each comes after all that feed it; see `Wiring.order`."""
    return wiring(graph).order


def inputs(graph: Graph) -> tuple[str, ...]:
    """Ids of the Input nodes in the order in which the model takes them: by position."""
    return tuple(node.id for node in sorted(graph.nodes, key=place) if node.layer == INPUT)


def outputs(graph: Graph) -> tuple[str, ...]:
    """Ids of the nodes whose tensors the model returns, in order (see `endpoints`)."""
    return tuple(endpoint.node for endpoint in endpoints(wiring(graph)))


def endpoints(wires: Wiring) -> tuple[Endpoint, ...]:
    """What the model returns: `Graph.outputs`, or each node that feeds no other.

    An Input that feeds nothing is no output. The port "output" is the first one.
    """
    if wires.graph.outputs:
        return tuple(end for end in wires.graph.outputs if end.node in wires.nodes)
    return tuple(
        Endpoint(node=key)
        for key in wires.order
        if not wires.outgoing[key] and wires.nodes[key].layer != INPUT
    )


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
    return tuple(Port(name=name) for name in _unique(names))


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


def _unique(names: Iterable[str]) -> list[str]:
    taken: set[str] = set()
    counts: dict[str, int] = {}
    result = []
    for name in names:
        result.append(_free(name, taken, counts))
        taken.add(result[-1])
    return result


def _free(name: str, taken: set[str], counts: dict[str, int]) -> str:
    """`name`, or `name_1`, `name_2`…: the first that nobody has; `counts` keeps it linear."""
    free = name
    while free in taken:
        counts[name] = counts.get(name, 0) + 1
        free = f"{name}_{counts[name]}"
    return free


def layer_names(graph: Graph) -> dict[str, str]:
    """A valid, unique Keras layer name for each node, by node id.

    A node's own name where it has one, made valid; else Keras's own style (dense, dense_1),
    counted in topological order. A node that shares a layer has its owner's name.
    """
    return names(wiring(graph))


def names(wires: Wiring) -> dict[str, str]:
    """The same as `layer_names`, for a graph that has been indexed already."""
    return dict(_names(wires.topology))


@lru_cache(maxsize=16)
def _names(topology: Topology) -> dict[str, str]:
    nodes = topology.nodes
    # A layer is named after the node that holds it; an operation is its own.
    owners = {
        key: nodes[key] if is_operation(nodes[key]) else _owner(nodes, key) or nodes[key]
        for key in topology.everything
    }
    own = [owner for key, owner in owners.items() if owner.id == key]
    given = {node.id: valid_name(node.name) for node in own}
    found: dict[str, str] = {}
    taken: set[str] = set()
    counts: dict[str, int] = {}
    # Names that people gave come first, so that an unnamed layer never takes one of them.
    operations = {default_name(node) for node in own if is_operation(node)}
    for node in sorted(own, key=lambda node: not given[node.id]):
        name = given[node.id] or default_name(node)
        counted = operations and given[node.id] and not is_operation(node)
        if counted and re.sub(r"_\d+$", "", name) in operations:
            name += "_layer"
        found[node.id] = _free(name, taken, counts)
        taken.add(found[node.id])
    return {key: found[owner.id] for key, owner in owners.items()}


def is_operation(node: Node) -> bool:
    """Whether a node is a function of keras.ops, which has neither weights nor a chosen name.

    Keras counts operations and unnamed layers together (add, add_1), and code can't name an
    operation: a layer that has such a name next to one gets another.
    """
    return node.layer.startswith(OPS)


@lru_cache(maxsize=10_000)
def valid_name(name: str) -> str:
    """Return `name` as Keras and every backend accept it; empty when nothing of it remains.

    (Keras forbids "/", TensorFlow's scopes most of Unicode, PyTorch's modules the dot.)
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9_]+", "_", plain).strip("_")[:100]


def default_name(node: Node) -> str:
    """The name that Keras itself would give: the class in snake case."""
    if node.layer == MODEL:
        return valid_name(node.graph or "") or "functional"
    return _default_name(node.layer)


@lru_cache(maxsize=1_000)
def _default_name(layer: str) -> str:
    plain = valid_name(layer.removeprefix(OPS))
    return "input_layer" if layer == INPUT else snake_case(plain) or "layer"
