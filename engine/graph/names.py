"""Names of layers: valid for Keras and every backend, and unique within their graph."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from engine.catalogue import snake_case
from engine.document import Graph, Node
from engine.graph.index import GraphIndex, index_graph, owner_of
from engine.graph.kinds import INPUT, MODEL, OPS, is_op
from engine.graph.topology import Topology


def layer_names(graph: Graph) -> dict[str, str]:
    """Return a valid, unique Keras layer name for each node, by node id.

    The node's own name, made valid, if it has one; else a name in Keras's style (dense, dense_1),
    counted in topological order. A node that shares a layer has its layer owner's name.
    """
    return names(index_graph(graph))


def names(index: GraphIndex) -> dict[str, str]:
    """Return the `layer_names` of an indexed graph."""
    return dict(_names(index.topology))


@lru_cache(maxsize=16)
def _names(topology: Topology) -> dict[str, str]:
    nodes = topology.nodes
    # A layer is named after its owner; an op has no owner.
    owners = {
        key: nodes[key] if is_op(nodes[key]) else owner_of(nodes, key) or nodes[key]
        for key in topology.all_ids
    }
    own = [owner for key, owner in owners.items() if owner.id == key]
    chosen = {node.id: valid_name(node.name) for node in own}
    result: dict[str, str] = {}
    taken: set[str] = set()
    counts: dict[str, int] = {}
    # Nodes with a name come first, so that an unnamed layer never takes one of these names.
    op_names = {default_name(node) for node in own if is_op(node)}
    for node in sorted(own, key=lambda node: not chosen[node.id]):
        name = chosen[node.id] or default_name(node)
        may_clash = op_names and chosen[node.id] and not is_op(node)
        if may_clash and re.sub(r"_\d+$", "", name) in op_names:
            name += "_layer"
        result[node.id] = _free(name, taken, counts)
        taken.add(result[node.id])
    return {key: result[owner.id] for key, owner in owners.items()}


def unique(names: Iterable[str]) -> list[str]:
    """Return the names; each that occurred before gets a number as suffix."""
    taken: set[str] = set()
    counts: dict[str, int] = {}
    result = []
    for name in names:
        result.append(_free(name, taken, counts))
        taken.add(result[-1])
    return result


def _free(name: str, taken: set[str], counts: dict[str, int]) -> str:
    """The first of `name`, `name_1`, `name_2`… that is not taken; `counts` keeps it linear."""
    free = name
    while free in taken:
        counts[name] = counts.get(name, 0) + 1
        free = f"{name}_{counts[name]}"
    return free


@lru_cache(maxsize=10_000)
def valid_name(name: str) -> str:
    """Return `name` in a form that Keras and every backend accept; empty if nothing remains.

    (Keras forbids "/", TensorFlow's scopes most of Unicode, PyTorch's modules the dot.)
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9_]+", "_", plain).strip("_")[:100]


def default_name(node: Node) -> str:
    """Return the name that Keras would choose: the class name in snake case."""
    if node.layer == MODEL:
        return valid_name(node.graph or "") or "functional"
    return _default_name(node.layer)


@lru_cache(maxsize=1_000)
def _default_name(layer: str) -> str:
    plain = valid_name(layer.removeprefix(OPS))
    return "input_layer" if layer == INPUT else snake_case(plain) or "layer"
