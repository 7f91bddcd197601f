"""Names of a source for parts of a graph: of functions that built them, of variables of Inputs."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping

from engine.document import Block, Node
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


def named_inputs(variables: Iterable[tuple[Node, str]]) -> list[Block]:
    """A block for each Input that has no name of its own, with the name of its variable, if any.

    Names that generated code gives in any case, and one that several Inputs have, say nothing.
    """
    said = [(node, name) for node, name in variables if not (node.name or _SAYS_LITTLE(name))]
    uses = Counter(name for _, name in said)
    return [Block(name=name[:200], nodes=(node.id,)) for node, name in said if uses[name] == 1]


_SAYS_LITTLE = re.compile(r"x?|inp|inputs?(_?\d+)?|_.*|model").fullmatch
