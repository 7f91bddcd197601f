"""Writes repeated regions of a graph as functions, and the graph as calls of them.

regions (engine.code.lines.regions) → those that are worth a function
    → functions (engine.code.folding.blocks) → calls
"""

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from engine.code.folding.blocks import Block, Writer, depth_first
from engine.code.folding.named_blocks import named_kinds
from engine.code.folding.worth import TENSORS, Worth
from engine.code.lines.body import explicit_names, layer_name
from engine.code.lines.flow import Flow
from engine.code.lines.regions import Region, Regions, find_regions
from engine.code.syntax.tree import Literal
from engine.code.syntax.words import Scope
from engine.graph.adaptable import learns
from engine.graph.freezing import freezes_inside, is_frozen
from engine.graph.kinds import is_op

LEAST = 3
"""The fewest layers of a repeated part that is no function."""


@dataclass(frozen=True)
class Blocks:
    """A graph as calls of functions; `explicit` are the classes whose layers all have names."""

    flow: Flow
    functions: tuple[Block, ...]
    explicit: frozenset[str]


@dataclass(frozen=True)
class Found:
    """The regions of a graph, and the functions of those that are worth one."""

    explicit: frozenset[str]
    regions: Regions
    writer: Writer
    kept: frozenset[int]

    @cached_property
    def members(self) -> dict[str, Region]:
        """The calls of functions, and the layers that are in none, by the node of their output."""
        return {
            member.root: member
            for grown in self.regions.roots.values()
            for member in self.writer.members(grown, self.kept, top=False)
        }


def find_blocks(
    flow: Flow, scope: Scope, apart: Collection[str] = (), *, loops: bool = True
) -> Blocks:
    """Find the functions of a graph. Their names are taken from `scope`.

    The nodes in `apart` belong to none. Where the code has no `loops`, runs are calls of functions.
    """
    found = find(flow, scope, apart, loops=loops)
    for number in sorted(found.writer.functions):
        scope.unique(found.writer.functions[number].block.name)
    return _contracted(flow, found)


def find_parts(flow: Flow) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name and the nodes of each repeated part, in topological order.

    These are the calls of functions that generated code would have, and the repeated regions around
    them that are no function, because it would have too many parameters or save no lines.
    """
    found = find(flow, Scope(frozenset()))
    wholes = _wholes(flow, found)
    for key in flow.order:
        region = found.members.get(key)
        if region is not None and region.parts is not None:
            name = found.writer.functions[region.kind].block.name
            yield name, tuple(sorted(region.nodes))
        whole = found.regions.roots.get(key)
        if whole is not None and whole.kind in wholes:
            yield wholes[whole.kind], tuple(sorted(whole.nodes))


def _wholes(flow: Flow, found: Found) -> dict[int, str]:
    """The kinds of whole regions that are repeated but no function, with a name for each."""
    tops: dict[int, list[Region]] = {}
    for region in found.regions.roots.values():
        if region.parts is not None and region.kind not in found.kept:
            tops.setdefault(region.kind, []).append(region)
    return {
        kind: found.writer.name(regions)
        for kind, regions in tops.items()
        if len(regions) > 1 and _is_part(flow, regions[0])
    }


def _is_part(flow: Flow, region: Region) -> bool:
    """Whether a region says something where it stands for its layers: several, of several kinds."""
    classes = {flow.written[key].owner.layer for key in region.nodes}
    return len(region.nodes) >= LEAST and len(classes) > 1 and len(region.inputs) <= TENSORS


def find(flow: Flow, scope: Scope, apart: Collection[str] = (), *, loops: bool = True) -> Found:
    """Find the regions of a graph that are worth a function; those in `apart` belong to none."""
    explicit = explicit_names(flow)
    names = {key: layer_name(flow, written, explicit) for key, written in flow.written.items()}
    texts = {key: str(name.value) for key, name in names.items() if name}
    kinds = {key: kind for key, kind in _kinds(flow, names) if key not in apart}
    regions = find_regions(flow, kinds, texts)
    worth = Worth(flow, regions, names, named_kinds(flow.index.graph, regions), loops=loops)
    writer = Writer(flow, names, scope.copy())
    while (kind := worth.next_kind()) is not None:
        if not writer.write(kind, regions, worth.kept):
            worth.reject(kind)
            writer = Writer(flow, names, scope.copy())  # a rejected function gives its name back
            worth.restart()
    return Found(explicit, regions, writer, worth.kept)


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


def _contracted(flow: Flow, found: Found) -> Blocks:
    """The graph with a call in place of each region that became a function."""
    writer, members = found.writer, found.members
    if not writer.functions:
        return Blocks(flow, (), found.explicit)
    result = replace(flow, written={}, order=[])
    inside = {key for member in members.values() for key in member.nodes}
    for key in flow.order:
        region = members.get(key)
        if region is not None and region.parts is not None:
            result.written[key] = writer.call(region, writer.row(region))
        elif region is not None or key not in inside:
            result.written[key] = flow.written[key]
    result.order = in_order(result)
    functions = tuple(writer.functions[kind].block for kind in sorted(writer.functions))
    return Blocks(result, functions, found.explicit)


def in_order(flow: Flow) -> list[str]:
    """The order of the lines of a model with functions: inputs, then depth first."""
    sources = {
        key: [value[0] for value in written.tensors] for key, written in flow.written.items()
    }
    return depth_first([*flow.inputs, *(key for key, _ in flow.outputs)], sources)
