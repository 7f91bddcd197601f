"""The repeated parts of a document: what generated code would write as functions, and more.

The page folds them, so that a large graph reads like a drawing (decision 021).
"""

from engine.code.folding.functions import find_parts
from engine.code.program import build_program
from engine.code.targets import get
from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.problems.render import ENGLISH
from engine.values import Frozen


class Repeat(Frozen):
    """One of several parts with the same structure; `name` is that of the function."""

    graph: str
    name: str
    nodes: tuple[str, ...]


class Repeats(Frozen):
    """The repeated parts of all graphs that the model uses, in topological order."""

    repeats: tuple[Repeat, ...]


def find_repeats(document: Document) -> Repeats:
    """Find the repeated parts: of two that overlap, one contains the other."""
    program = build_program(document, get("keras"), BUILT_IN, ENGLISH)
    return Repeats(
        repeats=tuple(
            Repeat(graph=graph, name=name, nodes=nodes)
            for graph, flow in program.flows.items()
            for name, nodes in find_parts(flow)
        )
    )
