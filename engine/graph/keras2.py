"""The layers of a document that Keras 2.3.1 can't express, as problems at their nodes."""

from collections.abc import Iterator

from engine.catalogue import keras2, load
from engine.catalogue.keras2 import Lack
from engine.catalogue.refusals import object_label
from engine.document import Document, Node
from engine.graph.bypass import without_bypassed
from engine.graph.kinds import MODEL, is_op
from engine.graph.ports import Outline, constructor_params
from engine.problems import At, Problem, problem, shown


def layer_problems(document: Document) -> Iterator[Problem]:
    """Yield an error for each layer, or value of a parameter, that Keras 2.3.1 lacks."""
    reduced = without_bypassed(document)
    outline = Outline(reduced, document)
    for graph in reduced.graphs:
        names = outline.titles(graph.id)
        for node in graph.nodes:
            if node.shares is None and node.layer != MODEL:
                yield from _of_node(graph.id, node, names[node.id])


def _of_node(graph: str, node: Node, name: str) -> Iterator[Problem]:
    entry, at = load().layer(node.layer), At(graph=graph, node=node.id)
    if entry is None:
        return
    if is_op(node) or keras2.counterpart(entry) is None:
        yield problem("keras2_layer", at, name=name, layer=node.layer)
        return
    for lack in keras2.of_params(entry, constructor_params(node)):
        yield _lacking(lack, at.model_copy(update={"param": lack.param}), name)


def _lacking(lack: Lack, at: At, name: str) -> Problem:
    if lack.kind is None:
        return problem(
            "keras2_param.unlike" if lack.unlike else "keras2_param",
            at,
            name=name,
            param=lack.param,
            value=shown(lack.value),
        )
    return problem(
        "keras2_object.unlike" if lack.unlike else "keras2_object",
        at,
        name=name,
        what=object_label(lack.kind, lack.owner),
        param=lack.param,
    )
