"""Which variable holds each tensor, line by line.

`x` is the variable of the main path. A variable is reassigned only when its tensor is not used
any more; a tensor of the main path that is used again later gets another name: `shortcut = x`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from engine.catalogue import snake_case
from engine.code.lines.chains import Chain, find_chains, is_merge
from engine.code.lines.flow import END, Flow, Value, Written, input_name
from engine.code.lines.roles import MAIN, SHORTCUT, SKIP, merged_as, role_of_branch
from engine.code.syntax.words import Scope, identifier
from engine.document import Node
from engine.graph.freezing import freezes_inside
from engine.graph.kinds import MODEL, is_op

SERIES = 3
HEAD = 3
"""The most lines of a chain that is named after the output at its end."""
NEAR = 12
"""How many lines may lie before another use of a tensor that keeps its name until then."""


@dataclass(frozen=True)
class Step:
    """One line: `targets = layer(tensors)`, preceded by `aside[0] = aside[1]` if that is set.

    `tensors` maps each port to its variables. `layer` is the variable of a layer that is shared or
    frozen by an assignment; it is created on a line of its own before if `creates`.
    """

    node: str
    tensors: Mapping[str, tuple[str, ...]]
    targets: tuple[str, ...]
    aside: tuple[str, str] | None = None
    layer: str | None = None
    creates: bool = False


class Steps:
    """Assigns variables in topological order; owns which variable holds which tensor."""

    def __init__(self, flow: Flow, scope: Scope) -> None:
        self.flow = flow
        self.scope = scope
        self.used = flow.uses
        self.chains = find_chains(flow)
        self.variables: dict[Value, str] = {}
        self.holds: dict[str, Value] = {}
        self.layers: dict[str, str] = {}
        self._shared: set[str] = set()
        self.serial = _serial(written.node.name for written in flow.written.values())
        self._created: set[str] = set()
        # Names that may be used again once their tensors are not needed: all names by their first
        # name, with a heap of the free indices; and the first name and number of each.
        self._numbered: dict[str, tuple[list[str], list[int]]] = {}
        self._reusable: dict[str, tuple[str, int]] = {}
        self._reserve()

    def steps(self) -> list[Step]:
        """Return the lines in order."""
        steps = [self._step(index, key) for index, key in enumerate(self.flow.order)]
        if f"{SKIP}_2" not in self._reusable or SKIP not in self._reusable:
            return steps
        first = self.scope.unique(f"{SKIP}_1")  # several skip connections are numbered
        self.variables = {
            value: first if name == SKIP else name for value, name in self.variables.items()
        }
        return [_renamed(step, SKIP, first) for step in steps]

    def outputs(self) -> list[str]:
        """The variables of the model's outputs; call it after `steps`."""
        return [self.variables[value] for value in self.flow.outputs]

    def _reserve(self) -> None:
        """Name inputs first, then the layers that are shared or frozen by an assignment."""
        several = len(self.flow.inputs) > 1
        for number, key in enumerate(self.flow.inputs, 1):
            own = identifier(input_name(self.flow, key))
            if self.flow.returned:
                name = self.flow.written[key].node.name
                self.holds[name] = self.flow.written[key].value
            else:
                name = self.scope.unique(own or (f"input_{number}" if several else "inputs"))
            self.variables[self.flow.written[key].value] = name
        calls: dict[str, int] = {}
        for written in self.flow.written.values():
            if is_op(written.owner):
                continue  # an op is called by its path, every time
            calls[written.owner.id] = calls.get(written.owner.id, 0) + 1
        for owner in (self.flow.index.nodes[key] for key in calls):
            shared = calls[owner.id] > 1
            self._shared |= {owner.id} if shared else set()
            if shared or freezes_inside(owner):
                title = self._title(owner, shared=shared)
                name = identifier(owner.name) or identifier(title)
                self.layers[owner.id] = self.scope.unique(name or "shared")

    def _title(self, owner: Node, *, shared: bool) -> str:
        """What the variable of a layer without a name is called after."""
        if owner.layer == MODEL:
            return self.flow.titles[owner.id]
        return f"shared {snake_case(owner.layer)}" if shared else self.flow.names[owner.id]

    def _step(self, index: int, key: str) -> Step:
        written = self.flow.written[key]
        tensors = {
            port: tuple([self.variables[value] for value in values])
            for port, values in written.sources.items()
        }
        self._release(index, written)
        target, aside = self._target(index, written)
        targets = (target, *self._others(written))
        self._hold(written.value, target)
        layer = self.layers.get(written.owner.id)
        creates = layer is not None and written.owner.id not in self._created
        self._created.add(written.owner.id)
        return Step(key, tensors, targets, aside, layer, creates)

    def _hold(self, value: Value, name: str) -> None:
        self.variables[value] = name
        self.holds[name] = value

    def _others(self, written: Written) -> list[str]:
        """Variables of the further outputs, up to the last that is used; `_` for the others."""
        if len(written.ports.outputs) == 1:
            return []
        ports = [port.name for port in written.ports.outputs[1:]]
        while ports and (written.node.id, ports[-1]) not in self.used:
            ports.pop()
        names = []
        for port in ports:
            value = (written.node.id, port)
            names.append(self._other(written, port) if value in self.used else "_")
            self.variables[value] = names[-1]
        more = len(written.ports.outputs) > 1 + len(ports)
        return [*names, "*_"] if more else names

    def _other(self, written: Written, port: str) -> str:
        own = identifier(f"{written.node.name} {port}") if written.node.name else ""
        if written.entry and written.entry.outputs[0].count:  # numbered parts: part, part_2, …
            return self.scope.unique(identifier(written.node.name) or "part")
        return self.scope.unique(own or identifier(port) or "output")

    def _target(self, index: int, written: Written) -> tuple[str, tuple[str, str] | None]:
        if written.is_input:
            return self.variables[written.value], None
        if written.value not in self.used:
            return "_", None
        chain = self.chains[written.node.id]
        if self._has_own_name(chain, written):
            return self._own_name(chain, index), None
        if chain.named or chain.variable not in (None, MAIN):
            return self._branch(chain, index, written), None
        aside = self._set_aside(index, written)
        if aside or self._free(MAIN, index):
            chain.variable = MAIN
            return MAIN, aside
        return self._branch(chain, index, written), None

    def _free(self, name: str, index: int) -> bool:
        """Whether no node after `index` uses the tensor that the variable holds."""
        held = self.holds.get(name)
        return held is None or self.used.get(held, [0])[-1] <= index

    def _has_own_name(self, chain: Chain, written: Written) -> bool:
        """Whether it is an output, or a node with a name whose tensor is used more than once."""
        if written.value == self.flow.returned:
            return False
        uses = self.used[written.value]
        name = written.node.name
        forks = len(uses) > 1 and bool(identifier(name)) and _pattern(name) not in self.serial
        return END in uses or (forks and written.node.id == chain.last)

    def _own_name(self, chain: Chain, index: int) -> str:
        """The name of the chain; chosen once."""
        if chain.variable in (None, MAIN) or chain.variable in self._reusable:
            chain.variable = self._new_name(chain, index)
        assert chain.variable is not None
        return chain.variable

    def _new_name(self, chain: Chain, index: int) -> str:
        value = self.flow.written[chain.last].value
        ends = END in self.used.get(value, ())
        early = ends and self.flow.order[index] != chain.last and len(chain.nodes) > HEAD
        name = "" if early else self._name_from_nodes(chain)
        if not name and ends and not early:
            several = len(self.flow.outputs) > 1
            name = f"output_{self.flow.outputs.index(value) + 1}" if several else "outputs"
        if name:
            return self.scope.unique(name)
        role = SHORTCUT if chain.shortcut else role_of_branch(self.flow, chain.nodes)
        return self._reusable_name(role or "branch_1", index)

    def _reusable_name(self, first: str, index: int) -> str:
        """`first`, or `first` with the lowest number whose tensor is not needed any more."""
        names, idle = self._numbered.setdefault(first, ([], []))
        while idle:
            name = names[heappop(idle)]
            if self._free(name, index):
                return name
        name = first if not names else f"{first.removesuffix('_1')}_{len(names) + 1}"
        while self.scope.holds(name):
            names.append(name)  # taken by a node: this number is never free
            name = f"{first.removesuffix('_1')}_{len(names) + 1}"
        self._reusable[self.scope.unique(name)] = (first, len(names))
        names.append(name)
        return name

    def _release(self, index: int, written: Written) -> None:
        """Free the names of tensors that are used here for the last time."""
        for value in written.tensors:
            name = self.variables[value]
            if name in self._reusable and self._free(name, index):
                first, number = self._reusable[name]
                heappush(self._numbered[first][1], number)

    def _name_from_nodes(self, chain: Chain) -> str:
        """The chain's name: the words that its nodes' names have in common, else the last name."""
        last = self.flow.written[chain.last]
        if last.owner.id in self._shared:
            return self._after_source(chain)
        typed = [self.flow.written[key].node.name for key in chain.nodes]
        if not any(typed):
            return ""
        names = [identifier(name) for name in typed]
        if END in self.used.get(last.value, ()):
            return names[-1]
        own = [identifier(name) for name in typed if name and _pattern(name) not in self.serial]
        if not own:
            return ""
        common = _common_words(own)
        return own[-1] if not common or self.scope.holds(common) else common

    def _after_source(self, chain: Chain) -> str:
        """Name the output of a shared layer after the layer and its input: `encode_left`."""
        first, last = self.flow.written[chain.nodes[0]], self.flow.written[chain.last]
        layer = self.layers[last.owner.id]
        source = self.variables.get(first.tensors[0], MAIN) if first.tensors else MAIN
        plain = source == MAIN or source in self._reusable
        return identifier(last.node.name if plain else f"{layer} {source}") or f"{layer}_output"

    def _branch(self, chain: Chain, index: int, written: Written) -> str:
        if chain.variable in (None, MAIN):
            inherited = self._inherited(chain, index, written)
            chain.variable = inherited or self._new_name(chain, index)
        assert chain.variable is not None
        return chain.variable

    def _inherited(self, chain: Chain, index: int, written: Written) -> str | None:
        """The shortcut's name, if this chain begins with a layer on a shortcut."""
        if self._name_from_nodes(chain) or not written.tensors:
            return None
        name = self.variables[written.tensors[0]]
        continues = name.startswith(SKIP) or (name.startswith(SHORTCUT) and chain.shortcut)
        aside = continues and name in self._reusable
        return name if aside and self._free(name, index) else None

    def _set_aside(self, index: int, written: Written) -> tuple[str, str] | None:
        """Move the tensor of `x` to another variable, if it is used after this line."""
        held = self.holds.get(MAIN)
        if held is None or held not in written.tensors or self._free(MAIN, index):
            return None
        name = self._aside_name(held, index)
        if not name:
            return None
        name = self._reusable_name(name, index)
        self._hold(held, name)
        del self.holds[MAIN]
        return name, MAIN

    def _aside_name(self, held: Value, index: int) -> str:
        """What a tensor of the main path is for later; empty when it need not be moved."""
        later = [use for use in self.used[held] if index < use < END]
        users = [self.flow.written[self.flow.order[use]] for use in later]
        merges = [user for user in users if is_merge(user)]
        branches = [self.chains[user.node.id] for user in users if not is_merge(user)]
        if not later or not all(chain.named for chain in branches):
            return ""
        roles = {merged_as(user, held) for user in merges}
        roles |= {SHORTCUT if chain.shortcut else "" for chain in branches}
        if SHORTCUT in roles and SKIP not in roles:
            return SHORTCUT
        near = later[-1] - index <= NEAR
        return "" if roles == {""} and near else SKIP


def _renamed(step: Step, before: str, after: str) -> Step:
    """The step with another name for a variable."""

    def rename(name: str) -> str:
        return after if name == before else name

    tensors = {port: tuple(map(rename, names)) for port, names in step.tensors.items()}
    aside = (rename(step.aside[0]), rename(step.aside[1])) if step.aside else None
    return replace(step, tensors=tensors, targets=tuple(map(rename, step.targets)), aside=aside)


def _pattern(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def _serial(names: Iterable[str]) -> set[str]:
    """Patterns of names that are merely numbered: block_1_add, block_2_add, block_3_add."""
    counts = Counter(_pattern(name) for name in names if re.search(r"\d", name))
    return {pattern for pattern, count in counts.items() if count >= SERIES}


def _common_words(names: list[str]) -> str:
    """The words with which all names begin: "left" of left_conv and left_pool."""
    words = [name.split("_") for name in names]
    shared = []
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return identifier("_".join(shared)) if names[1:] else ""
