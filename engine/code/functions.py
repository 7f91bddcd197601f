"""Writes repeated regions of a graph as functions, and the graph as calls of them.

regions (engine.code.regions) → those that are worth a function → functions (engine.code.blocks)
→ calls
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine.code.blocks import Block, Writer, depth_first
from engine.code.body import explicit_names, layer_name
from engine.code.flow import Flow
from engine.code.regions import Region, Regions, find_regions
from engine.code.tree import Literal
from engine.code.words import Scope
from engine.code.worth import Worth
from engine.graph.adaptable import learns
from engine.graph.freezing import freezes_inside, is_frozen
from engine.graph.kinds import is_op


@dataclass(frozen=True)
class Blocks:
    """A graph as calls of functions; `explicit` are the classes whose layers all have names."""

    flow: Flow
    functions: tuple[Block, ...]
    explicit: frozenset[str]


def find_blocks(flow: Flow, scope: Scope) -> Blocks:
    """Find the functions of a graph. Their names are taken from `scope`."""
    explicit = explicit_names(flow)
    names = {key: layer_name(flow, written, explicit) for key, written in flow.written.items()}
    texts = {key: str(name.value) for key, name in names.items() if name}
    regions = find_regions(flow, dict(_kinds(flow, names)), texts)
    worth = Worth(flow, regions, names)
    writer = Writer(flow, names, scope.copy())
    while (kind := worth.next_kind()) is not None:
        if not writer.write(kind, regions, worth.kept):
            worth.reject(kind)
            writer = Writer(flow, names, scope.copy())  # a rejected function gives its name back
            worth.restart()
    for number in sorted(writer.functions):
        scope.unique(writer.functions[number].block.name)
    return _contracted(flow, explicit, writer, regions, worth.kept)


def _kinds(flow: Flow, names: Mapping[str, Literal | None]) -> Iterator[tuple[str, Hashable]]:
    """The structure of each node that may be part of a function, without its literals."""
    calls: dict[str, int] = {}
    for written in flow.written.values():
        calls[written.owner.id] = calls.get(written.owner.id, 0) + 1
    ends = {key for key, _ in flow.outputs}
    for key in flow.order:
        written = flow.written[key]
        owner = written.owner
        plain = is_op(owner) or (calls[owner.id] == 1 and not freezes_inside(owner))
        single = len(written.ports.outputs) == 1
        free = key not in ends and not flow.notes.get(key) and written.tensors
        if plain and single and free and written.entry and learns(owner) is None:
            fixed, call = written.arguments.structure, repr(written.call_arguments)
            named = names[key] is not None
            yield key, (written.entry.path, fixed, named, call, is_frozen(owner))


def _contracted(
    flow: Flow, explicit: frozenset[str], writer: Writer, regions: Regions, kept: frozenset[int]
) -> Blocks:
    """The graph with a call in place of each region that became a function."""
    if not writer.functions:
        return Blocks(flow, (), explicit)
    members: dict[str, Region] = {}
    for grown in regions.roots.values():
        members |= {member.root: member for member in writer.members(grown, kept, top=False)}
    result = replace(flow, written={}, order=[])
    inside = {key for member in members.values() for key in writer.nodes(member)}
    for key in flow.order:
        region = members.get(key)
        if region is not None and region.parts is not None:
            result.written[key] = writer.call(region, writer.row(region))
        elif region is not None or key not in inside:
            result.written[key] = flow.written[key]
    result.order = _in_order(result)
    functions = tuple(writer.functions[kind].block for kind in sorted(writer.functions))
    return Blocks(result, functions, explicit)


def _in_order(flow: Flow) -> list[str]:
    """The order of the lines of a model with functions: inputs, then depth first."""
    sources = {
        key: [value[0] for value in written.tensors] for key, written in flow.written.items()
    }
    return depth_first([*flow.inputs, *(key for key, _ in flow.outputs)], sources)
