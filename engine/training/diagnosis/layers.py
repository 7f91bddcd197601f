"""What layers show after training: dead and saturated units, vanishing and exploding gradients."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from engine.catalogue import load
from engine.document import Document, Node
from engine.graph.fixes import set_param
from engine.graph.index import outputs as model_outputs
from engine.keras.network import Network
from engine.problems import At, Problem, phrase, problem
from engine.training.adapters import bare
from engine.training.diagnosis.gradients import gradient_norms
from engine.training.diagnosis.remedies import near
from engine.training.rows import Rows

ROWS = 128
"""Rows that layers are looked at with."""
DEAD = 0.9
LEAST_UNITS = 4
SATURATED = 0.8
ENDS = {"sigmoid": (0.02, 0.98), "tanh": (-0.98, 0.98)}
"""Activations that saturate, and where."""
VANISHED = 1e-4
EXPLODED = 1e3
LARGE = 5_000_000
"""Parameters of a model whose gradients are not computed again."""


def layer_findings(document: Document, network: Network, rows: Rows) -> list[Problem]:
    """Return what the layers of the main graph show for some training rows."""
    sample = np.unique(np.linspace(0, len(rows) - 1, min(ROWS, len(rows))).astype(int))
    inputs, targets = rows.read(sample)
    found = _units(document, network, inputs)
    if network.model.count_params() <= LARGE:
        found += gradient_findings(document, network, inputs, targets)
    return found


def _units(document: Document, network: Network, inputs: Sequence[np.ndarray]) -> list[Problem]:
    looked = [
        node
        for node in document.main.nodes
        if _activation(node) in ("relu", *ENDS) and node.id not in model_outputs(document.main)
    ]
    tensors = network.tensors([(node.id,) for node in looked])
    if not tensors:
        return []
    probe = keras.Model(network.model.inputs, list(tensors.values()))
    values = keras.tree.flatten(probe.predict(bare(inputs), batch_size=len(inputs[0]), verbose=0))
    by_node = dict(zip((path[0] for path in tensors), values, strict=True))
    found = [_unit(node, np.asarray(by_node[node.id])) for node in looked if node.id in by_node]
    return [one for one in found if one]


def _activation(node: Node) -> str:
    """The activation that gives the output of a node; of recurrent layers, another value does."""
    if node.layer == "ReLU":
        return "relu"
    entry = load().layer(node.layer or "")
    named = entry is not None and entry.param("activation") and not entry.traits.states
    name = node.params.get("activation") if named else None
    return name if isinstance(name, str) else ""


def _unit(node: Node, values: np.ndarray) -> Problem | None:
    name, at, activation = node.name or node.layer or node.id, At(node=node.id), _activation(node)
    flat = values.reshape(-1, values.shape[-1])
    if activation == "relu":
        units = flat.shape[1]
        dead = int((flat <= 0).all(axis=0).sum())
        if units < LEAST_UNITS or dead < DEAD * units:
            return None
        fix = None
        if node.layer != "ReLU":
            label = phrase("Use leaky_relu at “{name}”", name=name)
            fix = set_param("main", node.id, "activation", "leaky_relu", label)
        return problem(
            "dead_units", at, dead=dead, units=units, name=name, activation=activation, fix=fix
        )
    low, high = ENDS[activation]
    share = float(((flat < low) | (flat > high)).mean())
    if share < SATURATED:
        return None
    label = phrase("Use relu at “{name}”", name=name)
    fix = set_param("main", node.id, "activation", "relu", label)
    percent = round(share * 100)
    return problem("saturated_units", at, name=name, share=percent, activation=activation, fix=fix)


def gradient_findings(
    document: Document, network: Network, inputs: Sequence[np.ndarray], targets: Sequence[Any]
) -> list[Problem]:
    """Return whether gradients vanish on their way to the first layers, or explode."""
    norms = gradient_norms(network.model, inputs, targets)
    names = _names(document, network, norms)
    known = {layer: norm for layer, norm in norms.items() if layer in names}
    if len(known) < 2 or not np.isfinite([*known.values()]).all():  # noqa: PLR2004
        return []
    first, last = next(iter(known)), next(reversed(known))
    largest = max(known, key=known.__getitem__)
    if known[largest] > EXPLODED:
        node, name = names[largest]
        return [problem("exploding_gradients", At(node=node), name=name, norm=near(known[largest]))]
    if known[last] <= 0 or known[first] > VANISHED * known[last]:
        return []
    node, name = names[first]
    times = near(known[last] / max(known[first], 1e-30))
    at = At(node=node)
    return [problem("vanishing_gradients", at, name=name, last=names[last][1], times=times)]


def _names(
    document: Document, network: Network, norms: Mapping[str, float]
) -> dict[str, tuple[str, str]]:
    """The node of each layer with a norm, and its name; layers in sub-models have none."""
    nodes = {node.id: node for node in document.main.nodes}
    found = {}
    for id, ports in network.nodes.items():
        for tensor in ports.values():
            operation = getattr(getattr(tensor, "_keras_history", None), "operation", None)
            layer = str(getattr(operation, "name", ""))
            if layer in norms and id in nodes:
                found[layer] = id, nodes[id].name or nodes[id].layer or id
    return found
