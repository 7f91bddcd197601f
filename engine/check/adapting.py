"""Problems with layers that adapt to the data before training, or that need TensorFlow."""

from collections.abc import Iterator, Mapping

from engine.catalogue import traits_of
from engine.check.visit import GraphCheck
from engine.data.catalogue import TEXT
from engine.document import MAIN, Node
from engine.graph.adaptable import learns, width_unknown
from engine.graph.fixes import train_on
from engine.graph.kinds import INPUT
from engine.machine.backends import Backend, BackendId, get
from engine.problems import At, Problem, make_fix, phrase, problem
from engine.values import Json


def adaptation_problems(graphs: Mapping[str, GraphCheck], backend: BackendId) -> Iterator[Problem]:
    """Yield a note for each layer that will adapt to the data; an error for one that can't."""
    for graph, check in graphs.items():
        for key in check.structure.index.all_ids:
            node = check.structure.index.nodes[key]
            if node.shares is None and _concerns(node):
                at = At(graph=graph, node=key)
                yield from _of_layer(node, at, check.structure.names[key], get(backend))


def _concerns(node: Node) -> bool:
    """Whether a layer could have such a problem; most could not."""
    traits = traits_of(node.layer)
    wraps = dict in map(type, node.params.values())
    return bool(wraps or traits.needs or traits.learns or node.layer == INPUT)


def _of_layer(node: Node, at: At, name: str, backend: Backend) -> Iterator[Problem]:
    if unsupported := _unsupported(backend, node, at, name):
        yield unsupported
    if state := learns(node):
        if at.graph != MAIN:
            yield _inside(at, name, str(traits_of(node.layer).learns))
            return
        yield problem("learned_when_training", at, name=name, what=state)
        if width_unknown(node):
            yield _width_learned_later(at, name, node.params.get("max_tokens"))
    elif param := _unset_inside(node.params):
        yield _inside(at, name, param)


def _inside(at: At, name: str, param: str) -> Problem:
    """A layer in a sub-model or wrapper, which can't be adapted to the data before training.

    Only Normalization computes without: its mean is 0 and its variance 1 until it learns others.
    """
    at = at.model_copy(update={"param": param})
    if param == "mean":
        return problem("learned_inside.unchanged", at, name=name, param=param)
    return problem("learned_inside", at, name=name, param=param)


def _width_learned_later(at: At, name: str, tokens: Json) -> Problem:
    """A lookup layer whose output width is the vocabulary size, unknown before training."""
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


def _unsupported(backend: Backend, node: Node, at: At, name: str) -> Problem | None:
    """Return why a layer can't be trained on a backend; None if it can."""
    needs = traits_of(node.layer).needs
    text = node.layer == INPUT and node.params.get("dtype") == TEXT
    no_text = not backend.text and (text or "text" in needs)
    if not no_text and (backend.sizes_from_values or "sizes_from_values" not in needs):
        return None
    return problem(
        "needs_tensorflow.text" if no_text else "needs_tensorflow.compiling",
        at,
        name=name,
        backend=backend.title,
        fix=train_on("tensorflow"),
    )


def _unset_inside(params: Mapping[str, Json]) -> str | None:
    """Return the parameter that a wrapped layer would have to learn from the data, if any."""
    for value in params.values():
        if not isinstance(value, dict):
            continue
        learned = traits_of(str(value.get("class"))).learns
        inner = value.get("params")
        inner_params = inner if isinstance(inner, dict) else {}
        if learned and inner_params.get(learned) is None:
            return learned
        if param := _unset_inside(inner_params):
            return param
    return None
