"""Runs: stretches of a graph that are written with one variable, and which of them have names.

A person writes `x = …(x)` along a stretch in which each tensor is used once, by the next layer,
and gives a name to what is needed later or lies beside the main path.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.catalogue import traits_of
from engine.code.flow import Flow, Value, Written
from engine.graph.kinds import is_op

END = 1 << 30
"""The position of the model's end, where its outputs are used."""


@dataclass
class Run:
    """Node ids, each using only what the one before it gives; `named` ones are no `x`.

    `variable` is the one that was chosen when its first line was written. A run that is a
    `shortcut` past a block is called so when it has no name.
    """

    nodes: list[str] = field(default_factory=list)
    named: bool = False
    variable: str | None = None
    shortcut: bool = False

    @property
    def last(self) -> str:
        """The node whose tensor leaves the run."""
        return self.nodes[-1]


def uses(flow: Flow) -> dict[Value, list[int]]:
    """The positions at which each tensor is used, in order; `END` for an output."""
    found: dict[Value, list[int]] = {}
    for position, key in enumerate(flow.order):
        for value in flow.written[key].tensors:
            found.setdefault(value, []).append(position)
    for value in dict.fromkeys(flow.outputs):
        found.setdefault(value, []).append(END)
    return found


def runs(flow: Flow, used: Mapping[Value, list[int]]) -> dict[str, Run]:
    """The run of each node that is no Input."""
    found: dict[str, Run] = {}
    for key in flow.order:
        written = flow.written[key]
        if written.is_input:
            continue
        before = _continues(flow, written, used)
        found[key] = found[before] if before else Run()
        found[key].nodes.append(key)
    for key in flow.order:
        _name_branches(flow, flow.written[key], used, found)
    return found


def is_merge(written: Written) -> bool:
    """Whether several wires end in the node's first port, or several tensors in an operation."""
    if is_op(written.owner):
        return len(written.tensors) > 1
    return any(len(values) > 1 for values in list(written.sources.values())[:1])


def _continues(flow: Flow, written: Written, used: Mapping[Value, list[int]]) -> str | None:
    """The node whose run goes on here, if one does."""
    if is_merge(written) or not written.tensors:
        return None
    first = written.tensors[0]
    source = flow.written[first[0]]
    if source.is_input or first != source.value or len(used[first]) > 1:
        return None
    return first[0]


def _name_branches(
    flow: Flow, written: Written, used: Mapping[Value, list[int]], found: Mapping[str, Run]
) -> None:
    """Name the runs that end side by side in one node, save the main path of a shortcut."""
    ends = [
        found[value[0]]
        for value in written.tensors
        if value[0] in found and used[value] == used[value][:1] and found[value[0]].last == value[0]
    ]
    gate = traits_of(written.owner.layer).merges == "product" and len(written.tensors) > 1
    if len(ends) > 1 or gate:
        main = _main(flow, written, ends)
        for run in ends:
            run.named = run is not main
            run.shortcut = run.named and main is not None


def _main(flow: Flow, written: Written, ends: list[Run]) -> Run | None:
    """The longest run where all leave one tensor and are added up: a block, not its shortcut."""
    origins = {flow.written[run.nodes[0]].tensors for run in ends}
    alike = len(origins) == 1 and len(next(iter(origins))) == 1
    sums = traits_of(written.owner.layer).merges == "sum"
    if sums and len(ends) == len(written.tensors) and alike:
        return max(ends, key=lambda run: len(run.nodes))
    return None
