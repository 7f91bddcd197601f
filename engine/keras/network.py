"""A built model with the tensor at each node of its document, also inside its sub-models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
        found: dict[NodePath, Any] = {}
        inner: dict[str, list[NodePath]] = {}
        for path in paths:
            if len(path) == 1 and path[0] in self.nodes:
                found[path] = next(iter(self.nodes[path[0]].values()))
            elif len(path) > 1 and path[0] in self.parts:
                inner.setdefault(path[0], []).append(path[1:])
        for node, rest in inner.items():
            found |= {(node, *path): tensor for path, tensor in self._inside(node, rest).items()}
        return found

    def operation(self, path: NodePath) -> Any:
        """Return the layer, sub-model or operation that a node calls; the node is the model's."""
        if len(path) > 1:
            return self.parts[path[0]].operation(path[1:])
        return next(iter(self.nodes[path[0]].values()))._keras_history.operation

    def _inside(self, node: str, paths: Sequence[NodePath]) -> dict[NodePath, Any]:
        part, call = self.parts[node], self.calls[node]
        tensors = part.tensors(paths)
        if not tensors:
            return {}
        inside = keras.Model(part.model.inputs, list(tensors.values()))
        called = inside(list(call.tensors), **call.params)
        return dict(zip(tensors, keras.tree.flatten(called), strict=True))
