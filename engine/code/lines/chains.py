"""Chains: consecutive nodes that are written with one variable, and which of them have names.

A person writes `x = …(x)` along a chain in which each tensor is used once, by the next layer, and
names the tensors that are used later or lie beside the main path.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.catalogue import traits_of
from engine.code.lines.flow import Flow, Value, Written
from engine.code.lines.roles import SHORTCUT, takes_operands
from engine.graph.kinds import is_op


@dataclass
class Chain:
    """Node ids, each using only the tensor of the one before; a `named` chain never uses `x`.

    `variable` is set when its first line is written. A `shortcut` past a block is named so when
    its nodes have no names.
    """

    nodes: list[str] = field(default_factory=list)
    named: bool = False
    variable: str | None = None
    shortcut: bool = False

    @property
    def last(self) -> str:
        """The node whose tensor leaves the chain."""
        return self.nodes[-1]


def find_chains(flow: Flow) -> dict[str, Chain]:
    """Return the chain of each node except Inputs."""
    used = flow.uses
    chains: dict[str, Chain] = {}
    for key in flow.order:
        written = flow.written[key]
        if written.is_input:
            continue
        before = _continues(flow, written, used)
        chains[key] = chains[before] if before else Chain()
        chains[key].nodes.append(key)
    for key in flow.order:
        if len(flow.written[key].tensors) > 1:
            _name_branches(flow, flow.written[key], used, chains)
    return chains


def is_merge(written: Written) -> bool:
    """Whether its first port has several edges, or it is no layer and takes several tensors.

    Attention of different tensors merges them, too.
    """
    if written.function or is_op(written.owner):
        return len(written.tensors) > 1
    several = len(next(iter(written.sources.values()), ())) > 1
    return several or takes_operands(written)


def _continues(flow: Flow, written: Written, used: Mapping[Value, list[int]]) -> str | None:
    """The preceding node, if its chain continues here."""
    if is_merge(written) or not written.tensors:
        return None
    first = written.tensors[0]
    source = flow.written[first[0]]
    if source.is_input or first != source.value or len(used[first]) > 1:
        return None
    return first[0]


def _name_branches(
    flow: Flow, written: Written, used: Mapping[Value, list[int]], chains: Mapping[str, Chain]
) -> None:
    """Mark the chains that end in one node as named, except the main path of a shortcut."""
    ends = [
        chains[value[0]]
        for value in written.tensors
        if value[0] in chains
        and used[value] == used[value][:1]
        and chains[value[0]].last == value[0]
    ]
    gate = traits_of(written.owner.layer).merges == "product"
    if len(ends) > 1 or gate:
        main = _main(flow, written, ends)
        for chain in ends:
            chain.named = chain is not main
            chain.shortcut = chain.named and main is not None


def _main(flow: Flow, written: Written, ends: list[Chain]) -> Chain | None:
    """The longest chain, if all begin at one tensor and are added: a block, not its shortcut.

    For a call of a function that takes a shortcut, the chain of its other tensor.
    """
    if written.function:
        others = [values[0] for port, values in written.sources.items() if port != SHORTCUT]
        named = SHORTCUT in written.sources
        return next((c for c in ends if named and c.last == others[0][0]), None)
    origins = {flow.written[chain.nodes[0]].tensors for chain in ends}
    alike = len(origins) == 1 and len(next(iter(origins))) == 1
    sums = traits_of(written.owner.layer).merges == "sum"
    if not (sums and len(ends) == len(written.tensors) and alike):
        return None
    *_, second, longest = sorted(ends, key=lambda chain: len(chain.nodes))
    return longest if len(longest.nodes) > len(second.nodes) else None
