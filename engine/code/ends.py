"""Names for the ends of a model that is trained, by which data and losses refer to them."""

from engine.document import MAIN, Document
from engine.graph.index import endpoints, inputs
from engine.graph.kinds import is_op
from engine.graph.names import names
from engine.graph.ports import Outline


def with_named_ends(document: Document) -> Document:
    """Name several inputs, and several outputs, as Keras would name them.

    Keras counts on when a notebook builds its model again, and the data would have old names.
    """
    index = Outline(document).index(MAIN)
    graph = index.graph
    ends = {*_several([*inputs(graph)]), *_several([end.node for end in endpoints(index)])}
    chosen = names(index)
    nodes = tuple(
        node.model_copy(update={"name": chosen[node.id]})
        if node.id in ends and not (node.name or node.shares or is_op(node))
        else node
        for node in graph.nodes
    )
    if nodes == graph.nodes:
        return document
    named = graph.model_copy(update={"nodes": nodes})
    graphs = tuple(named if each.id == MAIN else each for each in document.graphs)
    return document.model_copy(update={"graphs": graphs})


def _several(nodes: list[str]) -> list[str]:
    distinct = [*dict.fromkeys(nodes)]
    return distinct if len(distinct) > 1 else []
