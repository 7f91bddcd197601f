"""Which call of a shared layer holds it: code says that calls share, the canvas also says whose."""

from engine.document import Document, Graph, Node
from engine.graph.ports import called_with, calling
from engine.graph.wiring import wiring
from engine.imports.colours import calls_by_layer


def held_as_in(old: Document, document: Document) -> Document:
    """The document, told in the ids of `old`, with each shared layer held by the call that holds
    one in `old`; the first that does, where there are several, else the one that holds it now."""
    holding = {graph.id: {n.id for n in graph.nodes if n.shares is None} for graph in old.graphs}
    return document.model_copy(
        update={
            "graphs": tuple(_held(graph, holding.get(graph.id, set())) for graph in document.graphs)
        }
    )


def _held(graph: Graph, holding: set[str]) -> Graph:
    changed: dict[str, Node] = {}
    wires = wiring(graph)
    for root, calls in calls_by_layer(wires).items():
        holders = [one for one in calls if one in holding]
        if len(calls) > 1 and holders and root not in holders:
            changed |= _handed_over(wires.nodes[root], holders[0], [wires.nodes[c] for c in calls])
    nodes = tuple(changed.get(node.id, node) for node in graph.nodes)
    return graph.model_copy(update={"nodes": nodes})


def _handed_over(owner: Node, holder: str, calls: list[Node]) -> dict[str, Node]:
    """The calls of a layer when another of them holds it."""
    return {
        call.id: calling(owner, call).model_copy(update={"id": call.id, "position": call.position})
        if call.id == holder
        else call.model_copy(
            update={"name": "", "params": called_with(call), "graph": None, "shares": holder}
            if call.id == owner.id
            else {"shares": holder}
        )
        for call in calls
    }
