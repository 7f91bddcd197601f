"""A built model with the tensor at each node of its document, also inside its sub-models."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import signature
from typing import Any

import keras

NodePath = tuple[str, ...]
"""The ids that lead to a node: those of the sub-model nodes around it, then its own."""


@dataclass(frozen=True)
class Call:
    """What a node calls a sub-model with: its tensors, and the arguments that are no tensors."""

    tensors: Sequence[Any]
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Network:
    """A model built from a graph, and the symbolic tensors that its nodes return, by port.

    `parts` are the sub-models by the node that calls them, `calls` what they are called with.
    """

    model: keras.Model
    nodes: Mapping[str, Mapping[str, Any]]
    parts: Mapping[str, "Network"]
    calls: Mapping[str, Call]

    def tensors(self, paths: Sequence[NodePath]) -> dict[NodePath, Any]:
        """Return the tensor at the first output port of each node, computed from `model.inputs`.

        Nodes that the model has not are left out. The layers are the model's own, so that the
        tensors have its weights; a node inside a sub-model is called as the outer node calls it.
        """
        return self._picked(paths, lambda network, node: network.first(node))

    def attention(self, paths: Sequence[NodePath]) -> dict[NodePath, Any]:
        """Return the scores of the attention at each node, where its layer gives them.

        A layer gives them if it takes `return_attention_scores` when it is called.
        """
        return self._picked(paths, lambda network, node: _scores(network.first(node)))

    def arriving(self, path: NodePath) -> list[Any]:
        """Return the tensors that arrive at a node, computed from `model.inputs`."""
        found: list[Any] = []
        while made := self._picked([path], partial(_arriving, len(found))):
            found += made.values()
        return found

    def first(self, node: str) -> Any:
        """Return the tensor at the first output port of a node."""
        return next(iter(self.nodes[node].values()))

    def _picked(
        self, paths: Sequence[NodePath], pick: Callable[["Network", str], Any]
    ) -> dict[NodePath, Any]:
        """What `pick` finds for nodes, of which None is left out."""
        found: dict[NodePath, Any] = {}
        inner: dict[str, list[NodePath]] = {}
        for path in paths:
            if len(path) == 1 and path[0] in self.nodes:
                if (tensor := pick(self, path[0])) is not None:
                    found[path] = tensor
            elif len(path) > 1 and path[0] in self.parts:
                inner.setdefault(path[0], []).append(path[1:])
        for node, rest in inner.items():
            inside = self._inside(node, rest, pick)
            found |= {(node, *path): tensor for path, tensor in inside.items()}
        return found

    def operation(self, path: NodePath) -> Any:
        """Return the layer, sub-model or operation that a node calls; the node is the model's."""
        if len(path) > 1:
            return self.parts[path[0]].operation(path[1:])
        return self.first(path[0])._keras_history.operation

    def _inside(
        self, node: str, paths: Sequence[NodePath], pick: Callable[["Network", str], Any]
    ) -> dict[NodePath, Any]:
        part, call = self.parts[node], self.calls[node]
        tensors = part._picked(paths, pick)
        if not tensors:
            return {}
        inside = keras.Model(part.model.inputs, list(tensors.values()))
        called = inside(list(call.tensors), **call.params)
        return dict(zip(tensors, keras.tree.flatten(called), strict=True))


def _arriving(number: int, network: Network, node: str) -> Any:
    """The tensor with this number of those that arrive at a node; None without one."""
    history = network.first(node)._keras_history
    made_from = history.operation._inbound_nodes[history.node_index].input_tensors
    return made_from[number] if number < len(made_from) else None


def _scores(tensor: Any) -> Any:
    """The scores with which a layer made a tensor; None if it does not give any."""
    history = tensor._keras_history
    layer = history.operation
    if not takes_scores(layer):
        return None
    arguments = layer._inbound_nodes[history.node_index].arguments
    return _Scores(layer, arguments)(list(arguments.keras_tensors))


def takes_scores(layer: Any) -> bool:
    """Return whether a layer gives its scores of attention when it is asked for them."""
    return "return_attention_scores" in signature(getattr(layer, "call", layer)).parameters


class _Scores(keras.layers.Layer):  # type: ignore[misc]
    """Calls a layer for its scores of attention.

    Keras takes the first call of a layer to say how many outputs all its calls have, so that the
    layer itself can't be called with more (keras.src.ops.function.Function, 3.15).
    """

    def __init__(self, layer: Any, arguments: Any) -> None:
        super().__init__(dtype=layer.dtype_policy)
        self.layer = layer
        self._fill = arguments.fill_in
        self._ids = tuple(id(tensor) for tensor in arguments.keras_tensors)
        self.built = True

    def call(self, tensors: Sequence[Any]) -> Any:
        """Return the scores."""
        args, kwargs = self._fill(dict(zip(self._ids, tensors, strict=True)))
        given = {**kwargs, "return_attention_scores": True}
        return keras.tree.flatten(self.layer(*args, **given))[-1]
