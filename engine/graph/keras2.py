"""The layers of a document that Keras 2.3.1 on an engine can't express, as problems at nodes."""

from collections.abc import Iterator, Mapping

from engine.catalogue import keras2, load
from engine.catalogue.keras2 import Lack
from engine.catalogue.refusals import object_label
from engine.document import Document, Node
from engine.graph.bypass import without_bypassed
from engine.graph.kinds import MODEL, is_op
from engine.graph.ports import Outline, constructor_params
from engine.machine.backends import BackendId, get
from engine.problems import At, Problem, problem, shown
from engine.values import Json


def layer_problems(document: Document, engine: BackendId) -> Iterator[Problem]:
    """Yield an error for each layer, or value of a parameter, that Keras 2.3.1 lacks there."""
    reduced = without_bypassed(document)
    outline = Outline(reduced, document)
    for graph in reduced.graphs:
        names = outline.titles(graph.id)
        for node in graph.nodes:
            if node.shares is None and node.layer != MODEL:
                yield from _of_node(graph.id, node, names[node.id], engine)


def _of_node(graph: str, node: Node, name: str, engine: BackendId) -> Iterator[Problem]:
    entry, at = load().layer(node.layer), At(graph=graph, node=node.id)
    if entry is None:
        return
    if is_op(node) or keras2.counterpart(entry) is None:
        yield problem("keras2_layer", at, name=name, layer=node.layer)
        return
    for lack in keras2.of_params(entry, constructor_params(node), engine):
        where = at.model_copy(update={"param": lack.param or None})
        yield _limited(lack, where, name, engine) if lack.why else _lacking(lack, where, name)


def _limited(lack: Lack, at: At, name: str, engine: BackendId) -> Problem:
    """What only the engine can't compute: a layer, an object in it, or the value of a parameter."""
    title = get(engine).title
    if lack.kind is not None:
        return problem("engine_layer", at, name=name, engine=title, layer=lack.owner, why=lack.why)
    value = shown(lack.value)
    return problem(
        "engine_param", at, name=name, engine=title, param=lack.param, value=value, why=lack.why
    )


def _lacking(lack: Lack, at: At, name: str) -> Problem:
    if lack.kind is None:
        return problem("keras2_param", at, name=name, param=lack.param, value=shown(lack.value))
    return problem(
        "keras2_object.unlike" if lack.unlike else "keras2_object",
        at,
        name=name,
        what=object_label(lack.kind, lack.owner),
        param=lack.param,
    )


def for_engine(document: Document, engine: BackendId) -> Document:
    """Return the document with the values of parameters without which an engine computes wrong."""
    graphs = tuple(
        graph.model_copy(update={"nodes": tuple(_for_engine(node, engine) for node in graph.nodes)})
        for graph in document.graphs
    )
    return document.model_copy(update={"graphs": graphs})


def _for_engine(node: Node, engine: BackendId) -> Node:
    params = _needed(node.layer, node.params, engine)
    return node if params == node.params else node.model_copy(update={"params": params})


def _needed(layer: str, params: Mapping[str, Json], engine: BackendId) -> dict[str, Json]:
    """The parameters of a layer, and of those that are values of its parameters."""
    entry = load().layer(layer)
    added = keras2.written_for(engine, entry.path) if entry else {}
    return {name: _nested(value, engine) for name, value in params.items()} | dict(added)


def _nested(value: Json, engine: BackendId) -> Json:
    if isinstance(value, list):
        return [_nested(item, engine) for item in value]
    if not isinstance(value, dict) or not isinstance(name := value.get("class"), str):
        return value
    params = value.get("params")
    return value | {"params": _needed(name, params if isinstance(params, dict) else {}, engine)}
