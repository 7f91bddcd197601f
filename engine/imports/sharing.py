"""Which call of a shared layer is its owner: documents store this, code does not."""

from engine.document import Document, Graph, Node
from engine.graph.index import index_graph
from engine.graph.ports import call_arguments, with_call_arguments
from engine.imports.colours import calls_by_layer


def with_owners_of(old: Document, document: Document) -> Document:
    """Make the calls that own a layer in `old` own the shared layers of `document`, too.

    `document` has the ids of `old`. Of several owners in `old` the first is taken; where there is
    none, the present owner stays.
    """
    owners = {graph.id: {n.id for n in graph.nodes if n.shares is None} for graph in old.graphs}
    graphs = tuple(_with_owners(graph, owners.get(graph.id, set())) for graph in document.graphs)
    return document.model_copy(update={"graphs": graphs})


def _with_owners(graph: Graph, owners: set[str]) -> Graph:
    changed: dict[str, Node] = {}
    index = index_graph(graph)
    for owner, calls in calls_by_layer(index).items():
        candidates = [call for call in calls if call in owners]
        if len(calls) > 1 and candidates and owner not in candidates:
            members = [index.nodes[call] for call in calls]
            changed |= _transferred(index.nodes[owner], candidates[0], members)
    nodes = tuple(changed.get(node.id, node) for node in graph.nodes)
    return graph.model_copy(update={"nodes": nodes})


def _transferred(owner: Node, new_owner: str, calls: list[Node]) -> dict[str, Node]:
    """The calls of a layer after another call has become its owner."""
    return {
        call.id: with_call_arguments(owner, call).model_copy(
            update={"id": call.id, "position": call.position, "training": call.training}
        )
        if call.id == new_owner
        else call.model_copy(
            update={
                "name": "",
                "params": call_arguments(call),
                "graph": None,
                "frozen": False,
                "shares": new_owner,
            }
            if call.id == owner.id
            else {"shares": new_owner}
        )
        for call in calls
    }
