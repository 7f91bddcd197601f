"""What is wrong with a graph before any shape is asked for: layers, wires, ports, cycles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from engine.catalogue import Entry, load
from engine.catalogue.params import validate
from engine.catalogue.refusals import Given, Place, unknown_param
from engine.document import Node
from engine.graph.fixes import Loose
from engine.graph.index import GraphIndex
from engine.graph.kinds import INPUT, MODEL, is_op
from engine.graph.names import names
from engine.graph.ports import Outline, Ports, call_arguments
from engine.graph.refusals import (
    broken_share,
    cycle,
    dangling_edge,
    missing_input,
    more_outputs_than_first,
    refused_layer,
    too_many_wires,
    unknown_input_port,
    unknown_layer,
    unknown_output,
    unlike_share,
    wired_and_constant,
)
from engine.graph.topology import Topology
from engine.problems import At, Problem, phrase, problem


@dataclass
class Structure:
    """A graph as far as it can be judged without shapes; `unsound` nodes have an error."""

    wires: GraphIndex
    names: dict[str, str]
    loose: Loose
    texts: dict[str, str]
    """The parameters of each node as text, which tells 1 from true and 1.0: keys of caches."""
    problems: list[Problem] = field(default_factory=list)
    unsound: set[str] = field(default_factory=set)

    def add(self, node: str | None, problems: Iterator[Problem] | Sequence[Problem]) -> None:
        """Keep problems; a node with an error among them is not checked any further."""
        for one in problems:
            self.problems.append(one)
            if node and one.severity == "error" and not self._stays(node, one):
                self.unsound.add(node)

    def _stays(self, node: str, wrong: Problem) -> bool:
        """A wire to an Input is wrong, but keeps no data from coming in."""
        return wrong.code == "unknown_port" and self.wires.nodes[node].layer == INPUT


def structure(outline: Outline, graph: str) -> Structure:
    """Find what is wrong with the layers and wires of one graph."""
    wires = outline.index(graph)
    texts = {key: repr(node.params) for key, node in wires.nodes.items()}
    found = Structure(wires, display_names(wires), Loose(outline, wires), texts)
    for edge in wires.dangling:
        ends = (found.names.get(edge.source), found.names.get(edge.target))
        found.add(None, [dangling_edge(graph, edge, ends)])
    for key in wires.all_ids:
        if not _known(found, wires.nodes[key]):
            found.add(key, _layer(outline, found, wires.nodes[key]))
        found.add(key, _as_first(outline, found, wires.nodes[key]))
    _judge_wires(outline, found)
    for way in wires.cycles:
        found.problems.append(cycle(graph, way, [found.names[key] for key in way]))
        found.unsound.update(way)
    found.add(None, _outputs(wires))
    return found


def display_names(wires: GraphIndex) -> dict[str, str]:
    """What messages call each node: its own name, else that of its layer."""
    layers = names(wires)
    return {key: wires.nodes[key].name.strip() or layers[key] for key in wires.all_ids}


def _layer(outline: Outline, found: Structure, node: Node) -> Iterator[Problem]:
    """What is wrong with the layer itself: its class, what it shares, its parameters."""
    graph, name = found.wires.graph.id, found.names[node.id]
    owner = found.wires.owners[node.id]
    if owner is None:
        yield broken_share(graph, node, name)
    elif (owner.layer, owner.graph) != (node.layer, node.graph or owner.graph):
        yield unlike_share(graph, node, owner, (name, found.names[owner.id]))
    elif node.layer == MODEL:
        if node.graph not in outline.graphs and owner is node:
            yield problem("missing_graph", At(graph=graph, node=node.id), name=name)
    else:
        entry = load().layer(node.layer)
        if entry is None:
            yield unknown_layer(graph, node)
        elif entry.refused:
            yield refused_layer(graph, node, entry)
        else:
            yield from _params(found, node, entry)


REMEMBERED = 20_000
_sound: set[tuple[str, str]] = set()
"""Parameters that were found valid before, by class and text; a cache and nothing else."""


def _known(found: Structure, node: Node) -> bool:
    """Whether a node holds a layer that was found sound before."""
    return node.shares is None and (node.layer, found.texts[node.id]) in _sound


def _params(found: Structure, node: Node, entry: Entry) -> Iterator[Problem]:
    graph, name = found.wires.graph.id, phrase("“{name}”", name=found.names[node.id])
    place = Place(name, ("graphs", graph, "nodes", node.id, "params"), graph, node.id)
    if node.shares is None:
        problems = validate(entry, node.params, place)
        yield from problems
        if not problems and len(_sound) < REMEMBERED:
            _sound.add((entry.name, found.texts[node.id]))
    else:  # the owner's parameters are checked where they stand
        own = call_arguments(node)
        yield from validate(entry.only(at_call=True), own, place)
        for param, value in node.params.items():
            if param not in own:
                yield unknown_param(place, Given(name, param, value), ())


def _as_first(outline: Outline, found: Structure, node: Node) -> Iterator[Problem]:
    """Keras holds each call of a layer to as many outputs as its first call has."""
    wires, owner = found.wires, found.wires.owners[node.id]
    more = [key for key, value in call_arguments(node).items() if value]
    ports = outline.ports(wires.graph.id, node.id) if more else None
    if ports is None or owner is None:
        return
    first = next((key for key in wires.order if wires.owners[key] is owner), node.id)
    at_first = outline.ports(wires.graph.id, first)
    if at_first and len(at_first.outputs) < len(ports.outputs):
        names = (found.names[node.id], found.names[first])
        asked = {port.when.param for port in ports.outputs if port.when}
        param = next(key for key in more if key in asked)
        yield more_outputs_than_first(wires.graph.id, node, wires.nodes[first], names, param)


_sound_wires: WeakKeyDictionary[Topology, dict[str, Ports]] = WeakKeyDictionary()
"""Nodes whose wires were found sound before, for these ports; a cache and nothing else."""


def _judge_wires(outline: Outline, found: Structure) -> None:
    """Find what is wrong with wires, without those that were looked at before."""
    wires = found.wires
    sound = _sound_wires.setdefault(wires.topology, {})
    for key in wires.all_ids:
        ports = outline.ports(wires.graph.id, key)
        if ports is None or sound.get(key) is ports:
            continue
        problems = [*_wires(found, key, ports)]
        found.add(key, problems)
        if not problems and not is_op(wires.nodes[key]):
            sound[key] = ports


def _wires(found: Structure, key: str, ports: Ports) -> Iterator[Problem]:
    wires, graph, name = found.wires, found.wires.graph.id, found.names[key]
    known, incoming = ports.by_name, wires.incoming[key]
    for port_name, edges in incoming.items():
        if port_name not in known:
            for edge in edges:
                yield unknown_input_port(graph, edge, name, ports.inputs)
        elif len(edges) > 1 and not known[port_name].variadic:
            yield too_many_wires(graph, edges, name)
    missing = [port for port in ports.required if port.name not in incoming]
    if missing and incoming.keys() <= known.keys():  # else a wire is only misplaced
        for port in missing:
            fix = found.loose.wire_to(key, port.name, found.names)
            yield missing_input(graph, key, name, port.name, fix)
    if is_op(wires.nodes[key]):
        yield from _operands(found, key)
    if wires.nodes[key].layer == INPUT and not wires.outgoing[key] and len(wires.nodes) > 1:
        yield problem("unused_input", At(graph=graph, node=key), name=name)


def _operands(found: Structure, key: str) -> Iterator[Problem]:
    """Each operand that may be a constant is wired or has one; and not all are constants."""
    wires, graph, name = found.wires, found.wires.graph.id, found.names[key]
    owner = wires.owners[key] or wires.nodes[key]
    entry = load().layer(owner.layer)
    names = entry.either if entry else ()
    for port in names:
        constant = owner.params.get(port) is not None
        if port in wires.incoming[key] and constant:
            yield wired_and_constant(graph, key, name, port)
        elif port not in wires.incoming[key] and not constant:
            fix = found.loose.wire_to(key, port, found.names)
            at = At(graph=graph, node=key, port=port, param=port)
            yield problem("missing_input.operand", at, name=name, port=port, fix=fix)
    constants = [one for one in names if owner.params.get(one) is not None]
    if constants == [*names] != [] and not wires.incoming[key]:
        yield problem("missing_input.constants", At(graph=graph, node=key), name=name)


def _outputs(wires: GraphIndex) -> Iterator[Problem]:
    for end in wires.graph.outputs:
        if end.node not in wires.nodes:
            yield unknown_output(wires.graph, end.node, end.port)
