"""Parts of a graph that one call of a function in the source built, with the function's name."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from engine.document import Block
from engine.imports.python.values import Span

LEAST = 2
"""The fewest nodes of a block."""
MOST = 100_000
"""The most nodes that the blocks of a graph list together; nested functions list them again."""


def blocks_of(
    spans: Iterable[Span], calls: Mapping[int, str], inputs: Iterable[str]
) -> list[Block]:
    """The blocks of a graph whose nodes stand for these calls on the tape.

    A function that built the whole graph names no part of it. Of functions that built the same
    nodes, the outermost gives the name.
    """
    entrances = {*inputs}
    indices = sorted(index for index, node in calls.items() if node not in entrances)
    names: dict[tuple[str, ...], str] = {}
    listed = 0
    for span in spans:
        first, end = bisect_left(indices, span.start), bisect_left(indices, span.end)
        if not LEAST <= end - first < len(indices) or listed > MOST:
            continue
        nodes = tuple(calls[index] for index in indices[first:end])
        listed += len(nodes)
        names.pop(nodes, None)
        names[nodes] = span.name
    return [Block(name=name[:200], nodes=nodes) for nodes, name in names.items()]
