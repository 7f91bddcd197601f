"""Bypassed nodes: the document keeps them, and the model is built without them."""

from collections.abc import Mapping, Sequence

from engine.catalogue import load
from engine.document import Document, Edge, Endpoint, Graph, Node
from engine.graph.kinds import INPUT

Value = tuple[str, str]
"""A node and its output port."""


def without_bypassed(document: Document) -> Document:
    """Return the document without its bypassed nodes; the same one if it has none.

    What feeds the first input of a bypassed node feeds what the node feeds. Edges from its other
    outputs, and into its other inputs, are left out. If a bypassed node owns a layer that others
    share, the first of them becomes the owner.
    """
    if not any(node.bypassed for graph in document.graphs for node in graph.nodes):
        return document
    graphs = tuple(_reduced(graph) for graph in document.graphs)
    return document.model_copy(update={"graphs": graphs})


def bypassed(graph: Graph) -> frozenset[str]:
    """Return the ids of the nodes that are skipped; an Input can't be."""
    return frozenset(node.id for node in graph.nodes if node.bypassed and node.layer != INPUT)


def passed_on(graph: Graph) -> Mapping[str, Value | None]:
    """Return the output that each bypassed node passes on; None without one."""
    skipped = bypassed(graph)
    nodes = {node.id: node for node in graph.nodes}
    incoming: dict[str, list[Edge]] = {key: [] for key in skipped}
    for edge in graph.edges:
        if edge.target in skipped and edge.source in nodes:
            incoming[edge.target].append(edge)
    mains = {key: _main(nodes[key], edges) for key, edges in incoming.items()}
    return {key: _follow(key, mains) for key in skipped}


def _main(node: Node, edges: Sequence[Edge]) -> Value | None:
    """Return the source of the first edge into the first input of a node that has one."""
    entry = load().layer(node.layer)
    ports = [port.name for port in entry.inputs] if entry else []
    ranks = {name: index for index, name in enumerate(ports)}
    ordered = sorted(edges, key=lambda e: (ranks.get(e.target_port, len(ports)), e.order, e.id))
    return (ordered[0].source, ordered[0].source_port) if ordered else None


def _follow(key: str, mains: Mapping[str, Value | None]) -> Value | None:
    value, visited = mains[key], {key}
    while value is not None and value[0] in mains:
        if value[0] in visited:
            return None
        visited.add(value[0])
        value = mains[value[0]]
    return value


def _reduced(graph: Graph) -> Graph:
    sources = passed_on(graph)
    if not sources:
        return graph

    def resolve(node: str, port: str) -> Value | None:
        return sources.get(node, (node, port))

    edges = [
        edge.model_copy(update={"source": value[0], "source_port": value[1]})
        for edge in graph.edges
        if edge.target not in sources and (value := resolve(edge.source, edge.source_port))
    ]
    ends = [resolve(end.node, end.port) for end in graph.outputs]
    return graph.model_copy(
        update={
            "nodes": _with_owners(graph.nodes, sources),
            "edges": tuple(edges),
            "outputs": tuple(Endpoint(node=end[0], port=end[1]) for end in ends if end),
        }
    )


def _with_owners(nodes: Sequence[Node], skipped: Mapping[str, object]) -> tuple[Node, ...]:
    """Return the nodes that remain; of those that share a skipped layer, the first one owns it."""
    known = {node.id: node for node in nodes}
    heirs: dict[str, str] = {}
    result = []
    for node in nodes:
        owner = node.shares
        if node.id in skipped:
            continue
        if owner is None or owner not in skipped:
            result.append(node)
        elif owner in heirs:
            result.append(node.model_copy(update={"shares": heirs[owner]}))
        else:
            heirs[owner] = node.id
            layer = known[owner]
            fields = {"params": {**layer.params, **node.params}, "shares": layer.shares}
            result.append(node.model_copy(update={**fields, "frozen": layer.frozen}))
    return tuple(result)
