"""The names that a document has for parts of a graph, for the functions that write these parts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from engine.code.lines.regions import Regions
from engine.code.syntax.words import identifier
from engine.document import Graph

ALIKE, SAME = 0.5, 1.0
"""How alike a block and a region must be to have one name: the nodes that both have, of those that
either has. Equal ones become a function even if it saves no lines."""


def named_kinds(graph: Graph, regions: Regions) -> frozenset[int]:
    """The kinds of regions that are exactly the blocks of one name."""
    if not graph.blocks:
        return frozenset()
    blocks = NamedBlocks(graph)
    return frozenset(
        kind
        for kind, instances in regions.instances.items()
        if len(instances) > 1 and blocks.name((region.nodes for region in instances), SAME)
    )


class NamedBlocks:
    """Finds the block that a region of a graph is, or nearly is."""

    def __init__(self, graph: Graph) -> None:
        self._blocks = [(identifier(block.name), frozenset(block.nodes)) for block in graph.blocks]
        self._of_node: dict[str, list[int]] = defaultdict(list)
        for index, (_, nodes) in enumerate(self._blocks):
            for node in nodes:
                self._of_node[node].append(index)

    def name(self, regions: Iterable[Sequence[str]], alike: float = ALIKE) -> str:
        """The name of the blocks that regions of one kind are; empty if no block is like them."""
        scores: dict[str, float] = defaultdict(float)
        count = 0
        for nodes in regions:
            count += 1
            for name, score in self._scores(nodes).items():
                scores[name] += score
        name = max(scores, key=lambda name: scores[name], default="")
        return name if name and scores[name] >= alike * count else ""

    def _scores(self, nodes: Sequence[str]) -> dict[str, float]:
        """How alike each name's most similar block is."""
        own = frozenset(nodes)
        scores: dict[str, float] = {}
        for index in self._of_node.get(nodes[0], ()):
            name, block = self._blocks[index]
            score = len(own & block) / len(own | block)
            scores[name] = max(scores.get(name, 0.0), score)
        return scores
