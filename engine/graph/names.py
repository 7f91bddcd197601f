"""Names of layers: valid for Keras and every backend, and unique within their graph."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from engine.catalogue import snake_case
from engine.document import Graph, Node
from engine.graph.kinds import INPUT, MODEL, OPS, is_op
from engine.graph.topology import Topology
from engine.graph.wiring import Wiring, owner_of, wiring


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
        key: nodes[key] if is_op(nodes[key]) else owner_of(nodes, key) or nodes[key]
        for key in topology.everything
    }
    own = [owner for key, owner in owners.items() if owner.id == key]
    given = {node.id: valid_name(node.name) for node in own}
    found: dict[str, str] = {}
    taken: set[str] = set()
    counts: dict[str, int] = {}
    # Names that people gave come first, so that an unnamed layer never takes one of them.
    operations = {default_name(node) for node in own if is_op(node)}
    for node in sorted(own, key=lambda node: not given[node.id]):
        name = given[node.id] or default_name(node)
        counted = operations and given[node.id] and not is_op(node)
        if counted and re.sub(r"_\d+$", "", name) in operations:
            name += "_layer"
        found[node.id] = _free(name, taken, counts)
        taken.add(found[node.id])
    return {key: found[owner.id] for key, owner in owners.items()}


def unique(names: Iterable[str]) -> list[str]:
    """Return the names with a number behind each one that was there before."""
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
