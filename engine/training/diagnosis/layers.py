"""What layers show after training: dead and saturated units, vanishing and exploding gradients."""

from collections.abc import Sequence

from engine.document import Document, Node
from engine.graph.fixes import set_param
from engine.problems import At, Problem, phrase, problem
from engine.protocol import EpochEvent
from engine.protocol.layers import LayerState
from engine.training.diagnosis.remedies import near
from engine.training.measuring.states import activation_of

DEAD = 0.9
LEAST_UNITS = 4
SATURATED = 0.8
VANISHED = 1e-4
EXPLODED = 1e3
LEARNED = 0.5
"""The part of its first loss that a model with large gradients has left, if they do no harm.

Where targets are in the hundreds, so are the gradients of their squared errors.
"""


def layer_findings(
    document: Document, layers: Sequence[LayerState], epochs: Sequence[EpochEvent]
) -> list[Problem]:
    """Return what the layers of the main graph show, after these epochs."""
    nodes = {(node.id,): node for node in document.main.nodes}
    known = [(nodes[state.node], state) for state in layers if state.node in nodes]
    units = [found for node, state in known if (found := _units(node, state))]
    losses = [event.metrics["loss"] for event in epochs if "loss" in event.metrics]
    learned = len(losses) > 1 and losses[-1] < LEARNED * losses[0]
    return [*units, *_gradients(known, learned)]


def _units(node: Node, state: LayerState) -> Problem | None:
    name, at, activation = _name(node), At(node=node.id), activation_of(node)
    if state.units is None:
        return None
    if state.dead is not None:
        if state.units < LEAST_UNITS or state.dead < DEAD * state.units:
            return None
        fix = None
        if node.layer != "ReLU":
            label = phrase("Use leaky_relu at “{name}”", name=name)
            fix = set_param("main", node.id, "activation", "leaky_relu", label)
        return problem(
            "dead_units",
            at,
            dead=state.dead,
            units=state.units,
            name=name,
            activation=activation,
            fix=fix,
        )
    share = state.saturated or 0.0
    if share < SATURATED:
        return None
    label = phrase("Use relu at “{name}”", name=name)
    fix = set_param("main", node.id, "activation", "relu", label)
    percent = round(share * 100)
    return problem("saturated_units", at, name=name, share=percent, activation=activation, fix=fix)


def _gradients(known: Sequence[tuple[Node, LayerState]], learned: bool) -> list[Problem]:
    """Return whether gradients vanish on their way to the first layers, or explode.

    `learned` is whether the loss fell well; gradients that are large do not explode then.
    """
    weighed = [(node, state.gradient) for node, state in known if state.counts]
    norms = {node.id: norm for node, norm in weighed if norm is not None}
    if len(norms) < max(2, len(weighed)):
        return []
    names = {node.id: _name(node) for node, _ in weighed}
    first, last = next(iter(norms)), next(reversed(norms))
    largest = max(norms, key=norms.__getitem__)
    if norms[largest] > EXPLODED and not learned:
        at, norm = At(node=largest), near(norms[largest])
        return [problem("exploding_gradients", at, name=names[largest], norm=norm)]
    if norms[last] <= 0 or norms[first] > VANISHED * norms[last]:
        return []
    times = near(norms[last] / max(norms[first], 1e-30))
    at = At(node=first)
    return [problem("vanishing_gradients", at, name=names[first], last=names[last], times=times)]


def _name(node: Node) -> str:
    return node.name or node.layer or node.id
