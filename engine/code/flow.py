"""What of a graph can be written, in which order, and why the rest can't."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.catalogue import Entry, load
from engine.code.arguments import Arguments, arguments
from engine.code.tree import Expression
from engine.code.words import listed, prose
from engine.document import Edge, Node
from engine.graph.index import GraphIndex, endpoints, inputs
from engine.graph.kinds import INPUT, MODEL
from engine.graph.names import names
from engine.graph.ports import Outline, Ports, call_arguments, constructor_params

COMMON = frozenset({"inputs", "sequences"})
"""Ports whose tensor is simply what a layer is called with."""

Value = tuple[str, str]
"""A tensor: the node that it leaves, and the output port."""


@dataclass(frozen=True)
class Written:
    """A node that can be written: what is called, with what, on which tensors.

    `sources` maps the input ports that have wires to their tensors, in order; `outputs` are the
    names of the output ports; `told` is what the call says beside its tensors. `entry` is None for
    a sub-model.
    """

    node: Node
    owner: Node
    entry: Entry | None
    arguments: Arguments
    ports: Ports
    sources: Mapping[str, tuple[Value, ...]]
    told: tuple[tuple[str, Expression], ...] = ()

    @cached_property
    def tensors(self) -> tuple[Value, ...]:
        """All tensors that this node takes, each once, in the order of its ports."""
        every = (value for values in self.sources.values() for value in values)
        return tuple(dict.fromkeys(every))

    @property
    def value(self) -> Value:
        """The node's first output."""
        return self.node.id, self.ports.outputs[0].name if self.ports.outputs else "output"

    @property
    def is_input(self) -> bool:
        """Whether this is an Input, which calls nothing."""
        return self.owner.layer == INPUT


@dataclass
class Flow:
    """One graph, ready to be written.

    `order` holds the ids that are written; `notes` what has to be said before a node, or (under
    the key None) at the end; `lost` counts the nodes that are missing.
    """

    wires: GraphIndex
    names: Mapping[str, str]
    written: dict[str, Written] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    notes: dict[str | None, list[str]] = field(default_factory=dict)
    lost: int = 0

    def called(self, node: str) -> str:
        """What a person calls a node: its name, or the one that it will have."""
        return prose(self.wires.nodes[node].name, 40) or self.names[node]


def flow(outline: Outline, graph: str, unwritten: frozenset[str] = frozenset()) -> Flow:
    """Find out what of a graph can be written.

    `unwritten` names the sub-models that themselves can't be, because they have no output or
    hold themselves.
    """
    wires = outline.index(graph)
    found = Flow(wires, names(wires))
    seeker = _Seeker(outline, found, unwritten)
    first = inputs(wires.graph)
    order = (*first, *(key for key in wires.order if wires.nodes[key].layer != INPUT))
    for key in order:
        seeker.visit(key)
    for end in endpoints(wires):
        source = seeker.sound.get(end.node)
        value = source and (source.value if end.port == "output" else _port(source, end.port))
        if value:
            found.outputs.append(value)
    _keep(found, order, seeker)
    _note_cycles(found)
    return found


def _port(source: Written, port: str) -> Value | None:
    """The tensor that leaves an output port, if there is such a port."""
    for one in source.ports.outputs:
        if one.name == port:
            return source.node.id, port
    return None


def _keep(found: Flow, order: Iterable[str], seeker: "_Seeker") -> None:
    """Keep what leads to an output; say of the rest why it is missing."""
    found.inputs = [key for key in inputs(found.wires.graph) if key in seeker.sound]
    leading = {*found.inputs, *(key for key, _ in found.outputs)}
    for key in reversed(found.wires.order):
        if key in leading:
            leading.update(source for source, _ in seeker.sound[key].tensors)
    pending: list[str] = []
    for key in order:
        pending += seeker.reasons[key]
        if key in leading:
            found.order.append(key)
            found.written[key] = seeker.sound[key]
            found.notes[key], pending = pending, []
        elif key not in seeker.sound:
            found.lost += 1
        elif all(edge.target in seeker.sound for edge in found.wires.outgoing[key]):
            pending.append(f"{found.called(key)} leads to no output and is left out.")
    found.notes[None] = pending


def _note_cycles(found: Flow) -> None:
    for cycle in found.wires.cycles:
        said = listed([found.called(key) for key in cycle])
        found.notes[None].append(f"{said} form a cycle: no wire may lead back.")
    found.lost += len(found.wires.all_ids) - len(found.wires.order)


class _Seeker:
    """Visits nodes in topological order; owns which are sound, and why the others are not."""

    def __init__(self, outline: Outline, found: Flow, unwritten: frozenset[str]) -> None:
        self.sound: dict[str, Written] = {}
        self.reasons: dict[str, list[str]] = {}
        self._outline = outline
        self._found = found
        self._unwritten = unwritten

    def visit(self, key: str) -> None:
        """Judge a node; all that feeds it has been judged."""
        self.reasons[key] = []
        made = self._judged(key)
        if made is not None:
            self.sound[key] = made

    def _say(self, key: str, words: str) -> None:
        self.reasons[key].append(f"{self._found.called(key)}{words}.")

    def _judged(self, key: str) -> Written | None:
        node, owner = self._found.wires.nodes[key], self._found.wires.owners[key]
        if owner is None:
            self._say(key, " shares a layer that is not there")
            return None
        ports = self._outline.ports(self._found.wires.graph.id, key)
        if ports is None or (owner.layer == MODEL and owner.graph in self._unwritten):
            self._say(key, f": {self._why_unknown(owner)}")
            return None
        entry = load().layer(owner.layer)
        given = arguments(entry, constructor_params(owner)) if entry else Arguments()
        said = call_arguments(node)
        told = arguments(entry.only(at_call=True), said).keywords if entry and said else ()
        for strange in given.strange:
            self._say(key, f": {strange}")
        if given.missing:
            self._say(key, f": {owner.layer} needs {listed(given.missing)}")
        sources = self._sources(key, ports)
        if sources is None or given.missing:
            return None
        return Written(node, owner, entry, given, ports, sources, told)

    def _why_unknown(self, owner: Node) -> str:
        if owner.layer == MODEL:
            gone = owner.graph not in self._unwritten
            return "its sub-model is not there" if gone else "its sub-model has no output yet"
        entry = load().layer(owner.layer)
        if entry and entry.refused:
            return f"{entry.name} can't be placed. {entry.refused.rstrip('.')}"
        return f"there is no layer {prose(owner.layer, 40) or 'without a name'}"

    def _sources(self, key: str, ports: Ports) -> dict[str, tuple[Value, ...]] | None:
        """The tensors at each port; None when one is missing that has to be there."""
        incoming = self._found.wires.incoming[key]
        sources: dict[str, tuple[Value, ...]] = {}
        complete = True
        for port in ports.inputs:
            edges = incoming.get(port.name, ())
            values = self._values(key, edges)
            if len(edges) > 1 and not port.variadic:
                self._say(key, f": only one wire may end in {port.name}")
            elif not edges and port.name in self._operands(key):
                self._say(key, f" waits for its {port.name}, or a number for it")
            elif not edges and not port.optional:
                wanted = "an input" if port.name in COMMON else f"its {port.name}"
                self._say(key, f" waits for {wanted}")
            elif len(values) == len(edges):
                if values:
                    sources[port.name] = values
                continue
            complete = False
        for name in sorted(incoming.keys() - {port.name for port in ports.inputs}):
            self._say(key, f" has no input {prose(name, 40)}")
        return sources if complete else None

    def _operands(self, key: str) -> tuple[str, ...]:
        """The operands that need a wire, because no constant is in their place."""
        owner = self._found.wires.owners[key]
        entry = load().layer(owner.layer) if owner else None
        if owner is None or entry is None:
            return ()
        return tuple(port for port in entry.either if owner.params.get(port) is None)

    def _values(self, key: str, edges: Iterable[Edge]) -> tuple[Value, ...]:
        values: list[Value] = []
        for edge in edges:
            source = self.sound.get(edge.source)
            value = _port(source, edge.source_port) if source else None
            if value is not None:
                values.append(value)
                continue
            came = self._found.called(edge.source)
            if source is None:
                self._say(key, f" waits for {came}")
            else:
                self._say(key, f": {came} has no output {prose(edge.source_port, 40)}")
        return tuple(values)
