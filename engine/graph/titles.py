"""What nodes are called in messages and on the page.

The page has the same rule (frontend/src/document/titles.ts), and both are tested with
tests/titles.json.
"""

from collections.abc import Mapping

from engine.document import Graph, Node
from engine.graph.index import owner_of
from engine.graph.kinds import MODEL


def titles(graph: Graph, graphs: Mapping[str, Graph]) -> dict[str, str]:
    """Return the title of each node, by node id; `graphs` are those of the document.

    The node's own name if it has one; else that of its sub-model or layer, numbered in the order
    of the document where it is taken: Dense, Dense 2. Positions and edges don't change a title.
    """
    nodes = {node.id: node for node in graph.nodes}
    taken = {node.name.strip() for node in graph.nodes}
    counts: dict[str, int] = {}
    result = {}
    for node in graph.nodes:
        title = node.name.strip()
        if not title:
            title = _free(_kind(node, nodes, graphs), taken, counts)
            taken.add(title)
        result[node.id] = title
    return result


def _kind(node: Node, nodes: Mapping[str, Node], graphs: Mapping[str, Graph]) -> str:
    """The name of what an unnamed node calls: its sub-model or its layer."""
    owner = owner_of(nodes, node.id) if node.layer == MODEL else None
    called = graphs.get(owner.graph or "") if owner else None
    return (called.name.strip() if called else "") or node.layer


def _free(kind: str, taken: set[str], counts: dict[str, int]) -> str:
    """The first of `kind`, `kind 2`, `kind 3`… that is not taken; `counts` keeps it linear."""
    title = kind
    while title in taken:
        counts[kind] = counts.get(kind, 1) + 1
        title = f"{kind} {counts[kind]}"
    return title
