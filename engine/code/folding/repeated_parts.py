"""The repeated parts of a graph as bodies with the same lines, and the graph as calls of them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from engine.code.folding.blocks import input_line, order_of, ports_of
from engine.code.folding.functions import Found, find, in_order
from engine.code.lines.arguments import Arguments
from engine.code.lines.flow import Flow, Written
from engine.code.lines.regions import Region
from engine.code.lines.roles import tensor_names
from engine.code.syntax.words import Scope
from engine.document import Node
from engine.graph.ports import Ports

_ALL: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Part:
    """One place of a repeated part: `name` and `kind` are those of the part, `body` its lines.

    `nodes` are in the order of the lines; those of all places of a kind correspond.
    """

    name: str
    kind: int
    nodes: tuple[str, ...]
    body: Flow


@dataclass(frozen=True)
class Divided:
    """A graph with a call of a function in place of each part; `parts` are by the node of it."""

    flow: Flow
    parts: Mapping[str, Part]


def divided(flow: Flow, without: Collection[int] = ()) -> Divided:
    """Find the parts of a graph that occur twice outside of others, but for kinds in `without`."""
    found = find(flow, Scope(frozenset()))
    regions = [region for region in found.members.values() if region.parts is not None]
    counts = Counter(region.kind for region in regions)
    chosen = {
        region.root: region
        for region in regions
        if counts[region.kind] > 1 and region.kind not in without
    }
    orders = {region.kind: _order(found, region) for region in reversed(chosen.values())}
    parts = {key: _part(flow, found, region, orders[region.kind]) for key, region in chosen.items()}
    if not parts:
        return Divided(flow, {})
    inside = {key for part in parts.values() for key in part.nodes}
    result = replace(flow, written={}, order=[])
    for key in flow.order:
        if key in parts:
            result.written[key] = _call(flow, chosen[key], parts[key])
        elif key not in inside:
            result.written[key] = flow.written[key]
    result.order = in_order(result)
    return Divided(result, parts)


def _leaves(found: Found, region: Region) -> list[Region]:
    return found.writer.members(region, _ALL)


def _order(found: Found, region: Region) -> list[int]:
    return order_of(_leaves(found, region), region.root)


def _part(flow: Flow, found: Found, region: Region, order: list[int]) -> Part:
    leaves = _leaves(found, region)
    lines = [flow.written[leaves[index].root] for index in order]
    body = Flow(flow.index, flow.names, flow.titles, returned=flow.written[region.root].value)
    names = tensor_names(region.inputs, lines)
    for value, name in zip(region.inputs, names, strict=True):
        body.written[value[0]] = input_line(value, name)
        body.inputs.append(value[0])
    body.written |= {line.node.id: _unnamed(line) for line in lines}
    body.order = [line.node.id for line in lines]
    name = found.writer.functions[region.kind].block.name
    return Part(name, region.kind, tuple(body.order), body)


def _unnamed(line: Written) -> Written:
    """A line whose variable isn't named after its node, which is that of one place only."""
    return replace(line, node=line.node.model_copy(update={"name": ""}))


def _call(flow: Flow, region: Region, part: Part) -> Written:
    """The line that calls a part."""
    ports = ports_of(tuple(part.body.written[key].node.name for key in part.body.inputs))
    node = Node(id=region.root, layer="function")
    return Written(
        node,
        node,
        None,
        Arguments(),
        Ports(ports, flow.written[region.root].ports.outputs),
        {port.name: (value,) for port, value in zip(ports, region.inputs, strict=True)},
        function=part.name,
        nodes=(),
    )
