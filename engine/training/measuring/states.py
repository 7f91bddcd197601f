"""From weights, gradients and outputs to what is told of each layer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import keras
import numpy as np

from engine.catalogue import load
from engine.document import Document, Node
from engine.graph.index import outputs as model_outputs
from engine.keras.network import Network
from engine.protocol.tensors import NodePath
from engine.training.measuring.step import Computed

MOST_BINS = 24
MOST_WEIGHTS = 1 << 16
"""Weights of a layer that its histogram counts; of more, every second, third, …"""
MOST_LAYERS = 128
"""Layers that are measured; of more, every second, third, …"""
ENDS = {"sigmoid": (0.02, 0.98), "tanh": (-0.98, 0.98)}
"""Activations that saturate, and where."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """A node that is measured: the positions of its trainable weights in the model.

    `activation` is empty unless it can be dead or saturated.
    """

    path: NodePath
    places: tuple[int, ...]
    activation: str


def measured(document: Document, network: Network) -> list[Measured]:
    """Return the nodes to measure, in the order of their weights in the model.

    A layer that several nodes call belongs to the first of them.
    """
    model = network.model
    places = {id(each): at for at, each in enumerate(model.trainable_variables)}
    ends = model_outputs(document.main)
    activations: dict[NodePath, str] = {
        (node.id,): activation_of(node)
        for node in document.main.nodes
        if node.id not in ends and activation_of(node) in ("relu", *ENDS)
    }
    found, taken = [], set[int]()
    for path, operation in operations(network):
        variables = getattr(operation, "trainable_variables", ())
        own = tuple(places[id(each)] for each in variables if id(each) in places)
        activation = activations.get(path, "")
        if id(operation) in taken or not (own or activation):
            continue
        taken.add(id(operation))
        found.append(Measured(path, own, activation))
    found.sort(key=lambda each: each.places[:1] or (len(places),))
    return found[:: -(-len(found) // MOST_LAYERS) or 1]


def activation_of(node: Node) -> str:
    """The activation that gives the output of a node; of recurrent layers, another value does."""
    if node.layer == "ReLU":
        return "relu"
    entry = load().layer(node.layer or "")
    named = entry is not None and entry.param("activation") and not entry.traits.states
    name = node.params.get("activation") if named else None
    return name if isinstance(name, str) else ""


def weights_of(arrays: Sequence[np.ndarray]) -> Values:
    """The histogram of weights and their norm."""
    flat = np.concatenate([array.ravel() for array in arrays])
    counted = flat[:: -(-flat.size // MOST_WEIGHTS)]
    counted = counted[np.isfinite(counted)]
    values: Values = {"norm": _norm(arrays)}
    if counted.size:
        low, high = float(counted.min()), float(counted.max())
        bins = min(MOST_BINS, ceil(2 * counted.size ** (1 / 3)))  # Rice's rule
        counts, _ = np.histogram(counted, bins)
        values |= {"low": low, "high": high, "counts": tuple(map(int, counts))}
    return values


def step_of(places: Sequence[int], before: Sequence[np.ndarray], step: Computed) -> Values:
    """The norm of the gradient, and the step of the optimizer relative to the weights."""
    after = step.weights
    moved = _norm([np.subtract(after[at], before[at], dtype="float64") for at in places])
    size = _norm([before[at] for at in places])
    return {
        "gradient": _norm([step.gradients[at] for at in places]),
        "update": moved / size if moved is not None and size else None,
    }


def units_of(activation: str, values: np.ndarray) -> Values:
    """Dead units, or the share of saturated outputs, for outputs with a batch axis."""
    flat = values.reshape(-1, values.shape[-1])
    units = flat.shape[1]
    if activation == "relu":
        return {"units": units, "dead": int((flat <= 0).all(axis=0).sum())}
    low, high = ENDS[activation]
    return {"units": units, "saturated": float(((flat < low) | (flat > high)).mean())}


def _norm(arrays: Sequence[np.ndarray]) -> float | None:
    """The norm of all numbers together; None if it is not finite."""
    total = float(np.sqrt(sum(np.square(each, dtype="float64").sum() for each in arrays)))
    return total if np.isfinite(total) else None


def operations(network: Network, around: NodePath = ()) -> Iterator[tuple[NodePath, Any]]:
    """The layer, or operation, of each node, also inside sub-models."""
    for id in network.nodes:
        if id in network.parts:
            yield from operations(network.parts[id], (*around, id))
        else:
            history = getattr(next(iter(network.nodes[id].values())), "_keras_history", None)
            operation = getattr(history, "operation", None)
            if isinstance(operation, keras.Operation):
                yield (*around, id), operation
