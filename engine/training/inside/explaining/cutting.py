"""Cuts the graph of a network at a node, so that what follows can be computed from its tensor."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import keras

from engine.keras.network import Network
from engine.protocol.tensors import NodePath

GIVEN, REST = "value_at_the_cut", "rest_after_the_cut"
"""Names of an input and a model: Keras's own would clash with those of the network."""


def after(network: Network, path: NodePath, tensors: Sequence[Any]) -> keras.Model:
    """Return a model from the network's inputs and the tensor of a node to later tensors.

    The tensor at the node is the last input; where the graph goes around the node, it is computed
    from the inputs. Inside a sub-model, only this call of it is cut. The node is no Input.
    """
    if len(path) == 1:
        at = _first(network, path[0])
        given = keras.Input(batch_shape=at.shape, dtype=at.dtype, name=GIVEN)
        results = _again(tensors, {id(at): given})
    else:
        part, call = network.parts[path[0]], network.calls[path[0]]
        inner = after(part, path[1:], keras.tree.flatten(part.model.outputs))
        at = inner.inputs[-1]
        given = keras.Input(batch_shape=at.shape, dtype=at.dtype, name=GIVEN)
        returned = keras.tree.flatten(inner([*call.tensors, given], **call.params))
        ports = network.nodes[path[0]].values()
        results = _again(
            tensors, {id(port): new for port, new in zip(ports, returned, strict=True)}
        )
    return keras.Model([*network.model.inputs, given], results, name=REST)


class Following(NamedTuple):
    """What follows from the value of a node alone: new tensors by their positions, from `given`.

    `is_whole` says that nothing follows from the node and from an input in another way, too.
    """

    given: Any
    tensors: dict[int, Any]
    is_whole: bool


def following(network: Network, node: str, tensors: Sequence[Any]) -> Following:
    """Return those of the tensors that depend on a node of the outer graph, computed from it."""
    at = _first(network, node)
    given = keras.Input(batch_shape=at.shape, dtype=at.dtype, name=GIVEN)
    again = _again(tensors, {id(at): given})
    changed = {
        place: new
        for place, (old, new) in enumerate(zip(tensors, again, strict=True))
        if new is not old
    }
    inputs = {id(tensor) for tensor in network.model.inputs}
    alone = {place: new for place, new in changed.items() if not inputs & ancestors([new])}
    return Following(given, alone, bool(alone) and len(alone) == len(changed))


def _again(tensors: Sequence[Any], given: Mapping[int, Any]) -> list[Any]:
    """Return tensors computed from others in place of those with these ids.

    Keras can cut a graph, too, but mistakes the other calls of a shared layer for the one that is
    cut (keras.src.models.functional.clone_graph_nodes, 3.15).
    """
    new = dict(given)
    for node in _calls_before(tensors, given):
        arguments = node.arguments
        if any(id(tensor) in new for tensor in arguments.keras_tensors):
            args, kwargs = _swapped((arguments.args, arguments.kwargs), new)
            outputs = keras.tree.flatten(node.operation(*args, **kwargs))
            new |= {id(old): output for old, output in zip(node.outputs, outputs, strict=True)}
    return [new.get(id(tensor), tensor) for tensor in tensors]


def _swapped(values: Any, new: Mapping[int, Any]) -> Any:
    return keras.tree.map_structure(lambda value: new.get(id(value), value), values)


def _calls_before(tensors: Sequence[Any], given: Mapping[int, Any]) -> list[Any]:
    """The calls of operations that tensors are computed with, in order, from the given ones on."""
    order: dict[int, Any] = {}
    waiting = [(tensor, False) for tensor in tensors]
    while waiting:
        tensor, is_ready = waiting.pop()
        node = _call_of(tensor)
        if id(tensor) in given or id(node) in order:
            continue
        if is_ready:
            order[id(node)] = node
            continue
        waiting.append((tensor, True))
        waiting.extend((source, False) for source in node.arguments.keras_tensors)
    return list(order.values())


def nodes_before(network: Network, tensors: Sequence[Any]) -> list[tuple[NodePath, Any]]:
    """Return the nodes that tensors depend on, in order, with the tensor of each.

    Nodes of sub-models come before the node that calls them. Inputs and the nodes of the tensors
    themselves are left out.
    """
    known = ancestors(tensors)
    found: list[tuple[NodePath, Any]] = []
    for node, ports in network.nodes.items():
        if not any(id(tensor) in known for tensor in ports.values()):
            continue
        if node in network.parts:
            part = network.parts[node]
            inner = nodes_before(part, keras.tree.flatten(part.model.outputs))
            found.extend(((node, *path), tensor) for path, tensor in inner)
        tensor = _first(network, node)
        if id(tensor) in known and not _is_input(tensor):
            found.append(((node,), tensor))
    ends = {id(tensor) for tensor in tensors}
    return [(path, tensor) for path, tensor in found if id(tensor) not in ends]


def ancestors(tensors: Sequence[Any]) -> set[int]:
    """Return the ids of the symbolic tensors that these are computed from, and their own."""
    found: set[int] = set()
    waiting = list(tensors)
    while waiting:
        tensor = waiting.pop()
        if id(tensor) not in found:
            found.add(id(tensor))
            waiting.extend(_call_of(tensor).arguments.keras_tensors)
    return found


def _call_of(tensor: Any) -> Any:
    history = tensor._keras_history
    return history.operation._inbound_nodes[history.node_index]


def _is_input(tensor: Any) -> bool:
    return isinstance(tensor._keras_history.operation, keras.layers.InputLayer)


def _first(network: Network, node: str) -> Any:
    return next(iter(network.nodes[node].values()))
