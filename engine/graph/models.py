"""How deep sub-models are nested, and how many layers they have in all."""

from engine.graph.kinds import MODEL
from engine.graph.ports import Outline

MAX_NESTING = 30
"""How deep sub-models may be nested; it bounds the recursion of the check."""


class Models:
    """`depth` of each graph (0 without sub-models) and `calls`, its layers at each use.

    Graphs that contain themselves, directly or not, are in neither. Iterative and linear.
    """

    def __init__(self, outline: Outline) -> None:
        inside = {
            key: [node.graph for node in graph.nodes if node.layer == MODEL and node.graph]
            for key, graph in outline.graphs.items()
        }
        self.depth: dict[str, int] = {}
        self.calls: dict[str, int] = {}
        for key in _inside_first(inside):
            known = [sub for sub in inside[key] if sub in self.depth]
            self.depth[key] = 1 + max((self.depth[sub] for sub in known), default=-1)
            self.calls[key] = len(outline.graphs[key].nodes) + sum(self.calls[s] for s in known)


def _inside_first(inside: dict[str, list[str]]) -> list[str]:
    """The graphs in topological order, contained ones first; recursive ones left out."""
    missing = {key: len({sub for sub in subs if sub in inside}) for key, subs in inside.items()}
    outside: dict[str, set[str]] = {key: set() for key in inside}
    for key, subs in inside.items():
        for sub in subs:
            if sub in inside:
                outside[sub].add(key)
    order = [key for key, count in missing.items() if count == 0]
    for key in order:
        for other in outside[key]:
            missing[other] -= 1
            if missing[other] == 0:
                order.append(other)
    return order
