"""What the check says of layers that learn from the data before training, or need TensorFlow."""

from collections.abc import Iterator, Mapping

from engine.catalogue import traits_of
from engine.check.shapes import GraphCheck
from engine.data.catalogue import TEXT
from engine.document import MAIN, Node
from engine.graph.adaptable import learns, width_unknown
from engine.graph.fixes import set_at
from engine.graph.kinds import INPUT
from engine.machine.backends import Backend, BackendId, get
from engine.problems import At, Problem, make_fix, phrase, problem
from engine.values import Json


def adapting(graphs: Mapping[str, GraphCheck], backend: BackendId) -> Iterator[Problem]:
    """A note for each layer that is going to learn; an error where it can't."""
    for graph, found in graphs.items():
        for key in found.structure.wires.all_ids:
            node, name = found.structure.wires.nodes[key], found.structure.names[key]
            if node.shares is not None:
                continue
            at = At(graph=graph, node=key)
            if wrong := _not_on(get(backend), node, at, name):
                yield wrong
            if what := learns(node):
                if graph != MAIN:
                    yield _inside(at, name, str(traits_of(node.layer).learns))
                    continue
                yield problem("learned_when_training", at, name=name, what=what)
                if width_unknown(node):
                    yield _width_learned_later(at, name, node.params.get("max_tokens"))
            elif inner := _wrapped(node.params):
                yield _inside(at, name, inner)


def _inside(at: At, name: str, param: str) -> Problem:
    """A layer that can't learn, because no data can be brought to it before training."""
    at = at.model_copy(update={"param": param})
    return problem("learned_inside", at, name=name, param=param)


def _width_learned_later(at: At, name: str, tokens: Json) -> Problem:
    """A lookup whose output is as wide as a vocabulary that nobody knows before training."""
    path, count = ["graphs", at.graph, "nodes", at.node, "params"], tokens or 1000
    return problem(
        "width_learned_later",
        at.model_copy(update={"param": "pad_to_max_tokens"}),
        name=name,
        fix=make_fix(
            phrase("Make room for {count} words", count=count),
            {"type": "set", "path": [*path, "max_tokens"], "value": count},
            {"type": "set", "path": [*path, "pad_to_max_tokens"], "value": True},
        ),
    )


def _not_on(backend: Backend, node: Node, at: At, name: str) -> Problem | None:
    """Why a layer can't be trained on a backend; None when it can."""
    label = phrase("Train on {backend}", backend=get("tensorflow").title)
    fix = set_at(("target", "backend"), "tensorflow", label)
    needs = traits_of(node.layer).needs
    text = node.layer == INPUT and node.params.get("dtype") == TEXT
    if not backend.text and (text or "text" in needs):
        return problem("needs_tensorflow.text", at, name=name, backend=backend.title, fix=fix)
    if not backend.sizes_from_values and "sizes_from_values" in needs:
        return problem("needs_tensorflow.compiling", at, name=name, backend=backend.title, fix=fix)
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
