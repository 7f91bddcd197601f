"""Finds the problems of a graph that do not depend on shapes: layers, edges, ports, cycles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from engine.catalogue import Entry, load
from engine.catalogue.params import validate
from engine.catalogue.refusals import Argument, Place, unknown_param
from engine.document import Node
from engine.graph.fixes import LooseEnds
from engine.graph.freezing import state_problems
from engine.graph.index import GraphIndex
from engine.graph.kinds import INPUT, MODEL, is_op
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
from engine.values import Json


@dataclass
class Structure:
    """A graph and its structural problems; `unsound` are the nodes with an error."""

    index: GraphIndex
    names: dict[str, str]
    loose: LooseEnds
    texts: dict[str, str]
    """The repr of each node's parameters, in which 1, 1.0 and true differ: keys of caches."""
    problems: list[Problem] = field(default_factory=list)
    unsound: set[str] = field(default_factory=set)

    def add(self, node: str | None, problems: Iterator[Problem] | Sequence[Problem]) -> None:
        """Add problems; a node with an error among them is not checked any further."""
        for item in problems:
            self.problems.append(item)
            if node and item.severity == "error" and not self._is_harmless(node, item):
                self.unsound.add(node)

    def _is_harmless(self, node: str, problem: Problem) -> bool:
        """Whether it is an edge to an Input, which still provides its data."""
        return problem.code == "unknown_port" and self.index.nodes[node].layer == INPUT


def structure(outline: Outline, graph: str) -> Structure:
    """Find the structural problems of one graph."""
    index = outline.index(graph)
    texts = {key: repr(node.params) for key, node in index.nodes.items()}
    result = Structure(index, outline.titles(graph), LooseEnds(outline, index), texts)
    for edge in index.dangling:
        ends = (result.names.get(edge.source), result.names.get(edge.target))
        result.add(None, [dangling_edge(graph, edge, ends)])
    for key in index.all_ids:
        node = index.nodes[key]
        if not _is_known_valid(result, node):
            result.add(key, _layer(outline, result, node))
        if arguments := call_arguments(node):
            result.add(key, _more_outputs(outline, result, node, arguments))
        if node.frozen or node.training is not None:
            result.add(key, _state(result, node))
    _check_edges(outline, result)
    for ids in index.cycles:
        result.problems.append(cycle(graph, ids, [result.names[key] for key in ids]))
        result.unsound.update(ids)
    result.add(None, _outputs(index))
    return result


def _layer(outline: Outline, result: Structure, node: Node) -> Iterator[Problem]:
    """The problems of the layer itself: its class, its layer owner, its parameters."""
    graph, name = result.index.graph.id, result.names[node.id]
    owner = result.index.owners[node.id]
    if owner is None:
        yield broken_share(graph, node, name)
    elif (owner.layer, owner.graph) != (node.layer, node.graph or owner.graph):
        yield unlike_share(graph, node, owner, (name, result.names[owner.id]))
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
            yield from _params(result, node, entry)


MAX_CACHED = 20_000
_valid: set[tuple[str, str]] = set()
"""A cache: layers with valid parameters, by class and repr of the parameters."""


def _is_known_valid(result: Structure, node: Node) -> bool:
    """Whether the node's layer is in the cache of valid ones."""
    return node.shares is None and (node.layer, result.texts[node.id]) in _valid


def _params(result: Structure, node: Node, entry: Entry) -> Iterator[Problem]:
    graph, name = result.index.graph.id, phrase("“{name}”", name=result.names[node.id])
    place = Place(name, ("graphs", graph, "nodes", node.id, "params"), graph, node.id)
    if node.shares is None:
        problems = validate(entry, node.params, place)
        yield from problems
        if not problems and len(_valid) < MAX_CACHED:
            _valid.add((entry.name, result.texts[node.id]))
    else:  # the owner's parameters are checked at the owner
        own = call_arguments(node)
        yield from validate(entry.only(at_call=True), own, place)
        for param, value in node.params.items():
            if param not in own:
                yield unknown_param(place, Argument(name, param, value), ())


def _state(result: Structure, node: Node) -> Iterator[Problem]:
    owner = result.index.owners[node.id]
    if owner is not None:
        names = result.names[node.id], result.names[owner.id]
        yield from state_problems(result.index.graph.id, node, owner, names)


def _more_outputs(
    outline: Outline, result: Structure, node: Node, arguments: Mapping[str, Json]
) -> Iterator[Problem]:
    """Compare the outputs of a call with those of the layer's first call, which Keras requires."""
    index, owner = result.index, result.index.owners[node.id]
    more = [key for key, value in arguments.items() if value]
    ports = outline.ports(index.graph.id, node.id) if more else None
    if ports is None or owner is None:
        return
    first = next((key for key in index.order if index.owners[key] is owner), node.id)
    at_first = outline.ports(index.graph.id, first)
    if at_first and len(at_first.outputs) < len(ports.outputs):
        names = (result.names[node.id], result.names[first])
        conditions = {port.when.param for port in ports.outputs if port.when}
        param = next(key for key in more if key in conditions)
        yield more_outputs_than_first(index.graph.id, node, index.nodes[first], names, param)


_valid_edges: WeakKeyDictionary[Topology, dict[str, Ports]] = WeakKeyDictionary()
"""A cache: the ports of the nodes whose edges are valid."""


def _check_edges(outline: Outline, result: Structure) -> None:
    """Find the problems of edges, except at nodes that are in the cache."""
    index = result.index
    valid = _valid_edges.setdefault(index.topology, {})
    for key in index.all_ids:
        ports = outline.ports(index.graph.id, key)
        if ports is None or valid.get(key) is ports:
            continue
        problems = [*_index(result, key, ports)]
        result.add(key, problems)
        if not problems and not is_op(index.nodes[key]):
            valid[key] = ports


def _index(result: Structure, key: str, ports: Ports) -> Iterator[Problem]:
    index, graph, name = result.index, result.index.graph.id, result.names[key]
    known, incoming = ports.by_name, index.incoming[key]
    for port_name, edges in incoming.items():
        if port_name not in known:
            for edge in edges:
                yield unknown_input_port(graph, edge, name, ports.inputs)
        elif len(edges) > 1 and not known[port_name].variadic:
            yield too_many_wires(graph, edges, name)
    missing = [port for port in ports.required if port.name not in incoming]
    if missing and incoming.keys() <= known.keys():  # else an edge only ends at the wrong port
        for port in missing:
            fix = result.loose.wire_to(key, port.name, result.names)
            yield missing_input(graph, key, name, port.name, fix)
    if is_op(index.nodes[key]):
        yield from _operands(result, key)
    if index.nodes[key].layer == INPUT and not index.outgoing[key] and len(index.nodes) > 1:
        yield problem("unused_input", At(graph=graph, node=key), name=name)


def _operands(result: Structure, key: str) -> Iterator[Problem]:
    """Check that each operand has an edge or a constant, and that not all are constants."""
    index, graph, name = result.index, result.index.graph.id, result.names[key]
    owner = index.owners[key] or index.nodes[key]
    entry = load().layer(owner.layer)
    operands = entry.either if entry else ()
    for port in operands:
        constant = owner.params.get(port) is not None
        if port in index.incoming[key] and constant:
            yield wired_and_constant(graph, key, name, port)
        elif port not in index.incoming[key] and not constant:
            fix = result.loose.wire_to(key, port, result.names)
            at = At(graph=graph, node=key, port=port, param=port)
            yield problem("missing_input.operand", at, name=name, port=port, fix=fix)
    constants = [name for name in operands if owner.params.get(name) is not None]
    if constants == [*operands] != [] and not index.incoming[key]:
        yield problem("missing_input.constants", At(graph=graph, node=key), name=name)


def _outputs(index: GraphIndex) -> Iterator[Problem]:
    for end in index.graph.outputs:
        if end.node not in index.nodes:
            yield unknown_output(index.graph, end.node, end.port)
