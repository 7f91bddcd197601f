"""Masks that Keras carries along by itself, and writes into its JSON as operations.

`Embedding(mask_zero=True)` and `Masking` give a mask with what they return; the layers in between
hand it on, and a layer that asks for a mask finds it. Keras's JSON spells that out: it holds the
comparison with zero, wired to every such layer. Where a wire brings what would come anyhow, it
goes, and so do the operations that nothing else asks for: the model is the same, and what is left
is what a person wrote.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from engine.document import Edge, Graph, Node
from engine.values import Json

MASK = "mask"
NOT_EQUAL, ANY = "ops.not_equal", "ops.any"

HANDING_ON = {
    *("Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dense"),
    *("Dropout", "ELU", "GaussianDropout", "GaussianNoise", "GroupNormalization", "Identity"),
    *("LayerNormalization", "LeakyReLU", "PReLU", "ReLU", "Softmax"),
    *("SpatialDropout1D", "TimeDistributed", "UnitNormalization"),
}
"""Layers of one input that return the mask that comes, as it is."""

RECURRENT = {"LSTM", "GRU", "SimpleRNN"}
"""These do where they return sequences; so does Bidirectional around one of them."""

Mask: TypeAlias = tuple[str, str, str, Json]
"""How it is made ("of numbers", or "of rows" of them), of which output of which node, and the
value that is left out."""


def without_carried_masks(graph: Graph) -> Graph:
    """Return the graph without the wires that bring what Keras carries along by itself."""
    masks = _Masks(graph)
    bringing = {edge.id for edge in graph.edges if edge.target_port == MASK and masks.comes(edge)}
    if not bringing:
        return graph
    edges = [edge for edge in graph.edges if edge.id not in bringing]
    asked = {edge.source for edge in graph.edges if edge.id in bringing}
    gone = _unasked(graph, edges, asked)
    return graph.model_copy(
        update={
            "nodes": tuple(node for node in graph.nodes if node.id not in gone),
            "edges": tuple(edge for edge in edges if edge.target not in gone),
        }
    )


def _unasked(graph: Graph, edges: Iterable[Edge], asked: set[str]) -> set[str]:
    """Those of the nodes `asked`, and of what only they needed, that lead nowhere now."""
    left = list(edges)
    needed = {end.node for end in graph.outputs}
    operations = {node.id for node in graph.nodes if node.layer in (NOT_EQUAL, ANY)}
    gone: set[str] = set()
    while asked:
        feeding = {edge.source for edge in left}
        loose = {key for key in asked if key in operations - needed and key not in feeding}
        gone |= loose
        asked = {edge.source for edge in left if edge.target in loose}
        left = [edge for edge in left if edge.target not in loose]
    return gone


class _Masks:
    """Knows of each node which mask it is, if it is one, and which it carries along."""

    def __init__(self, graph: Graph) -> None:
        self._nodes: Mapping[str, Node] = {node.id: node for node in graph.nodes}
        self._into: dict[str, list[Edge]] = {}
        self._known: dict[str, Mask | None] = {}
        for edge in graph.edges:
            self._into.setdefault(edge.target, []).append(edge)

    def comes(self, edge: Edge) -> bool:
        """Whether an edge brings the mask that its target's first tensor carries."""
        others = [one for one in self._into[edge.target] if one.target_port != MASK]
        spelled = self._spelled(edge.source)
        return spelled is not None and len(others) == 1 and self._carried(others[0]) == spelled

    def _spelled(self, key: str) -> Mask | None:
        """The mask that operations compute."""
        node, came = self._nodes[key], self._into.get(key, [])
        if len(came) != 1:
            return None
        if node.layer == NOT_EQUAL and came[0].target_port == "x1" and "x2" in node.params:
            return ("of numbers", came[0].source, came[0].source_port, node.params["x2"])
        if node.layer == ANY and node.params == {"axis": -1}:
            inner = self._spelled(came[0].source)
            return ("of rows", *inner[1:]) if inner and inner[0] == "of numbers" else None
        return None

    def _carried(self, edge: Edge) -> Mask | None:
        """The mask that comes along an edge: that of the layer which made one, handed on."""
        passed: list[str] = []
        found: Mask | None = None
        at: Edge | None = edge
        while at is not None and at.source_port == "output":
            key = at.source
            if key in self._known:
                found = self._known[key]
                break
            self._known[key] = None  # as long as it is looked for: wires may run in a circle
            passed.append(key)
            found, at = self._made(key)
        self._known |= dict.fromkeys(passed, found)
        return found

    def _made(self, key: str) -> tuple[Mask | None, Edge | None]:
        """The mask that a node makes; or none, and the edge whose mask it hands on."""
        node = self._nodes[key]
        owner = self._nodes[node.shares] if node.shares else node
        came = [one for one in self._into.get(key, []) if one.target_port != MASK]
        if len(came) != 1:
            return None, None
        (first,) = came
        if owner.layer == "Embedding" and owner.params.get("mask_zero") is True:
            return ("of numbers", first.source, first.source_port, 0), None
        if owner.layer == "Masking":
            value = owner.params.get("mask_value", 0.0)
            return ("of rows", first.source, first.source_port, value), None
        return None, first if _hands_on(owner) else None


def _hands_on(owner: Node) -> bool:
    inner = owner.params.get("layer")
    if owner.layer == "Bidirectional" and isinstance(inner, dict):
        params = inner.get("params")
        return isinstance(params, dict) and params.get("return_sequences") is True
    if owner.layer in RECURRENT:
        return owner.params.get("return_sequences") is True
    return owner.layer in HANDING_ON
