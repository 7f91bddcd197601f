"""What the check says of layers that learn from the data before training, or need TensorFlow."""

from collections.abc import Iterator, Mapping

from engine.catalogue import traits_of
from engine.check.shapes import GraphCheck
from engine.data.catalogue import TEXT
from engine.document import MAIN, Node
from engine.graph.adaptable import learns, width_unknown
from engine.graph.kinds import INPUT
from engine.machine.backends import Backend, BackendId, get
from engine.problems import Problem
from engine.problems.training import (
    learned_inside,
    learned_when_training,
    needs_tensorflow,
    width_learned_later,
)
from engine.values import Json


def adapting(graphs: Mapping[str, GraphCheck], backend: BackendId) -> Iterator[Problem]:
    """A note for each layer that is going to learn; an error where it can't."""
    for graph, found in graphs.items():
        for key in found.structure.wires.all_ids:
            node, name = found.structure.wires.nodes[key], found.structure.names[key]
            if node.shares is not None:
                continue
            if why := _not_on(get(backend), node):
                yield needs_tensorflow(graph, key, name, f"{get(backend).title}, {why}")
            if what := learns(node):
                if graph != MAIN:
                    yield learned_inside(graph, key, name, traits_of(node.layer).learns)
                    continue
                yield learned_when_training(key, name, what)
                if width_unknown(node):
                    yield width_learned_later(key, name, node.params.get("max_tokens"))
            elif inner := _wrapped(node.params):
                yield learned_inside(graph, key, name, inner)


def _not_on(backend: Backend, node: Node) -> str | None:
    """Why a layer can't be trained on a backend; None when it can."""
    needs = traits_of(node.layer).needs
    text = node.layer == INPUT and node.params.get("dtype") == TEXT
    if not backend.text and (text or "text" in needs):
        return "which knows no text and no lookups"
    if not backend.sizes_from_values and "sizes_from_values" in needs:
        return "for which Keras can't compile it"
    return None


def _wrapped(params: Mapping[str, Json]) -> str | None:
    """The parameter that a wrapped layer lacks, if it would have to learn it."""
    for value in params.values():
        if not isinstance(value, dict):
            continue
        given = traits_of(str(value.get("class"))).learns
        inner = value.get("params")
        held = inner if isinstance(inner, dict) else {}
        if given and held.get(given) is None:
            return given
        if found := _wrapped(held):
            return found
    return None
