"""Which variable each tensor gets, line by line.

`x` runs along the main path. A variable is written over only when nothing needs it any more;
where a tensor on the path is needed again further down, it is set aside: `shortcut = x`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from engine.catalogue import snake_case, traits_of
from engine.code.flow import Flow, Value, Written
from engine.code.runs import END, Run, is_merge, runs, uses
from engine.code.words import Scope, identifier
from engine.graph.kinds import is_op

MAIN = "x"
SERIES = 3


@dataclass(frozen=True)
class Step:
    """One line: `targets = layer(tensors)`, after `aside[0] = aside[1]` where there is one.

    `tensors` maps each port to its variables. `layer` is the variable that holds a shared
    layer, made on this line's eve when `makes` is set.
    """

    node: str
    tensors: Mapping[str, tuple[str, ...]]
    targets: tuple[str, ...]
    aside: tuple[str, str] | None = None
    layer: str | None = None
    makes: bool = False


class Steps:
    """Walks a graph in order; owns which variable holds which tensor at the moment."""

    def __init__(self, flow: Flow, scope: Scope) -> None:
        self.flow = flow
        self.scope = scope
        self.used = uses(flow)
        self.runs = runs(flow, self.used)
        self.variables: dict[Value, str] = {}
        self.holds: dict[str, Value] = {}
        self.layers: dict[str, str] = {}
        self.serial = _serial(written.node.name for written in flow.written.values())
        self._made: set[str] = set()
        # Names that may be given again once they are free: all by first name, with those that
        # were let go; and of each its first name and its place among them.
        self._numbered: dict[str, tuple[list[str], list[int]]] = {}
        self._loose: dict[str, tuple[str, int]] = {}
        self._reserve()

    def walk(self) -> list[Step]:
        """Return the lines in order."""
        return [self._step(position, key) for position, key in enumerate(self.flow.order)]

    def outputs(self) -> list[str]:
        """The variables of what the model returns, once all lines have been walked."""
        return [self.variables[value] for value in self.flow.outputs]

    def _reserve(self) -> None:
        """Inputs and shared layers have names before anything else does."""
        several = len(self.flow.inputs) > 1
        for number, key in enumerate(self.flow.inputs, 1):
            given = identifier(self.flow.written[key].node.name)
            name = self.scope.unique(given or (f"input_{number}" if several else "inputs"))
            self.variables[self.flow.written[key].value] = name
        calls: dict[str, int] = {}
        for written in self.flow.written.values():
            if is_op(written.owner):
                continue  # a function needs no variable to be called again
            calls[written.owner.id] = calls.get(written.owner.id, 0) + 1
        for owner in (self.flow.wires.nodes[key] for key, count in calls.items() if count > 1):
            given = identifier(owner.name) or identifier(f"shared {snake_case(owner.layer)}")
            self.layers[owner.id] = self.scope.unique(given or "shared")

    def _step(self, position: int, key: str) -> Step:
        written = self.flow.written[key]
        tensors = {
            port: tuple(self.variables[value] for value in values)
            for port, values in written.sources.items()
        }
        self._release(position, written)
        target, aside = self._target(position, written)
        targets = (target, *self._others(written))
        self._hold(written.value, target)
        layer = self.layers.get(written.owner.id)
        makes = layer is not None and written.owner.id not in self._made
        self._made.add(written.owner.id)
        return Step(key, tensors, targets, aside, layer, makes)

    def _hold(self, value: Value, name: str) -> None:
        self.variables[value] = name
        self.holds[name] = value

    def _others(self, written: Written) -> list[str]:
        """Variables of the further outputs, up to the last that is used; `_` for the others."""
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
        if written.entry and written.entry.outputs[0].count:  # pieces are alike: count them
            return self.scope.unique(identifier(written.node.name) or "part")
        return self.scope.unique(own or identifier(port) or "output")

    def _target(self, position: int, written: Written) -> tuple[str, tuple[str, str] | None]:
        if written.is_input:
            return self.variables[written.value], None
        if written.value not in self.used:
            return "_", None
        run = self.runs[written.node.id]
        if self._has_own_name(run, written):
            return self._own_name(run, position), None
        if run.named or run.variable not in (None, MAIN):
            return self._branch(run, position, written), None
        aside = self._set_aside(position, written)
        if aside or self._free(MAIN, position):
            run.variable = MAIN
            return MAIN, aside
        return self._branch(run, position, written), None

    def _free(self, name: str, position: int) -> bool:
        """Whether nothing after `position` needs what the variable holds."""
        held = self.holds.get(name)
        return held is None or self.used.get(held, [0])[-1] <= position

    def _has_own_name(self, run: Run, written: Written) -> bool:
        """Outputs, and what a person named and is needed more than once, have their own name."""
        positions = self.used[written.value]
        name = written.node.name
        forks = len(positions) > 1 and bool(identifier(name)) and _pattern(name) not in self.serial
        return END in positions or (forks and written.node.id == run.last)

    def _own_name(self, run: Run, position: int) -> str:
        """The run's own name, which it may have had from its first line on."""
        if run.variable in (None, MAIN) or run.variable in self._loose:
            run.variable = self._new_name(run, position)
        assert run.variable is not None
        return run.variable

    def _new_name(self, run: Run, position: int) -> str:
        given = self._given(run)
        value = self.flow.written[run.last].value
        if not given and END in self.used.get(value, ()):
            several = len(self.flow.outputs) > 1
            given = f"output_{self.flow.outputs.index(value) + 1}" if several else "outputs"
        if given:
            return self.scope.unique(given)
        return self._loose_name("shortcut" if run.shortcut else "branch_1", position)

    def _loose_name(self, first: str, position: int) -> str:
        """`first`, or the same with the lowest number whose tensor nothing needs any more."""
        made, idle = self._numbered.setdefault(first, ([], []))
        while idle:
            name = made[heappop(idle)]
            if self._free(name, position):
                return name
        name = first if not made else f"{first.removesuffix('_1')}_{len(made) + 1}"
        while self.scope.holds(name):
            made.append(name)  # somebody's own name: this number is never given
            name = f"{first.removesuffix('_1')}_{len(made) + 1}"
        self._loose[self.scope.unique(name)] = (first, len(made))
        made.append(name)
        return name

    def _release(self, position: int, written: Written) -> None:
        """Let names go whose tensors are used here for the last time."""
        for value in written.tensors:
            name = self.variables[value]
            if name in self._loose and self._free(name, position):
                first, index = self._loose[name]
                heappush(self._numbered[first][1], index)

    def _given(self, run: Run) -> str:
        """What people called the run: what its names have in common, else its last one."""
        last = self.flow.written[run.last]
        if last.owner.id in self.layers:
            return self._after_source(run)
        names = [identifier(self.flow.written[key].node.name) for key in run.nodes]
        given = [name for name in names if name]
        if not given or END in self.used.get(last.value, ()):
            return names[-1]
        common = _common(given)
        return given[-1] if not common or self.scope.holds(common) else common

    def _after_source(self, run: Run) -> str:
        """The tensor of a shared layer's call is called after both: `encode_left`."""
        first, last = self.flow.written[run.nodes[0]], self.flow.written[run.last]
        layer = self.layers[last.owner.id]
        source = self.variables.get(first.tensors[0], MAIN) if first.tensors else MAIN
        plain = source == MAIN or source in self._loose
        return identifier(last.node.name if plain else f"{layer} {source}") or f"{layer}_output"

    def _branch(self, run: Run, position: int, written: Written) -> str:
        if run.variable in (None, MAIN):
            inherited = self._inherited(run, position, written)
            run.variable = inherited or self._new_name(run, position)
        assert run.variable is not None
        return run.variable

    def _inherited(self, run: Run, position: int, written: Written) -> str | None:
        """A shortcut that was set aside keeps its name when a layer is put on it."""
        if self._given(run) or not written.tensors:
            return None
        name = self.variables[written.tensors[0]]
        aside = name.startswith(("shortcut", "skip")) and name in self._loose
        return name if aside and self._free(name, position) else None

    def _set_aside(self, position: int, written: Written) -> tuple[str, str] | None:
        """Keep what `x` holds under another name, when it is needed after this line takes `x`."""
        held = self.holds.get(MAIN)
        if held is None or held not in written.tensors or self._free(MAIN, position):
            return None
        later = [self.flow.order[use] for use in self.used[held] if position < use < END]
        waiting = [self.flow.written[key] for key in later]
        if not all(is_merge(one) or self.runs[one.node.id].named for one in waiting):
            return None
        merges = [one.owner.layer for one in waiting if is_merge(one)]
        concatenated = any(traits_of(layer).merges != "sum" for layer in merges)
        name = self._loose_name("skip" if concatenated else "shortcut", position)
        self._hold(held, name)
        del self.holds[MAIN]
        return name, MAIN


def _pattern(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def _serial(names: Iterable[str]) -> set[str]:
    """Patterns of names that only count: block_1_add, block_2_add, block_3_add."""
    counts = Counter(_pattern(name) for name in names if re.search(r"\d", name))
    return {pattern for pattern, count in counts.items() if count >= SERIES}


def _common(names: list[str]) -> str:
    """The words with which all names begin: "left" of left_conv and left_pool."""
    words = [name.split("_") for name in names]
    shared = []
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return identifier("_".join(shared)) if names[1:] else ""
