"""What follows from a problem for the other nodes: missing outputs, and nodes that wait."""

from collections.abc import Collection, Iterator, Mapping

from engine.document import Endpoint
from engine.graph.index import GraphIndex, endpoints
from engine.graph.ports import Outline
from engine.graph.refusals import unknown_output, unknown_output_port
from engine.problems import At, Problem, problem

Available = Mapping[str, Collection[str]]
"""The names of the output ports of each node that gives tensors, by node id."""


def has_output(available: Available, end: Endpoint) -> bool:
    """Whether the tensor of a model output exists; "output" means the first port of its node."""
    ports = available.get(end.node)
    return bool(ports) and (end.port == "output" or end.port in (ports or ()))


def unknown_outputs(
    index: GraphIndex, names: Mapping[str, str], known: Available, available: Available
) -> Iterator[Problem]:
    """Find edges and model outputs that start at an output port which does not exist.

    `known` are the ports that each node has; nodes of an unknown layer are left out. A model
    output is only compared with the ports of a node in `available`: the others have a problem of
    their own.
    """
    graph = index.graph
    for key in index.all_ids:
        if key not in known:
            continue
        for edge in index.outgoing[key]:
            if edge.source_port not in known[key]:
                yield unknown_output_port(graph.id, edge, names[key], [*known[key]])
    for end in graph.outputs:
        if end.node in available and not has_output(available, end):
            yield unknown_output(graph, end.node, end.port)


def waiting(
    index: GraphIndex, names: Mapping[str, str], failed: Collection[str], available: Available
) -> Iterator[Problem]:
    """Return one note for each node that only lacks a tensor or a layer because another failed.

    `failed` are the nodes with an error; `available` the ports of those that give tensors.
    """
    cause = {key: key for key in index.all_ids if key in failed}
    without_port = {
        edge.source: edge.source
        for key in index.nodes
        for edge in index.outgoing[key]
        if edge.source in available and edge.source_port not in available[edge.source]
    }
    pending = [*cause, *without_port]
    cause |= without_port
    for key, owner in index.owners.items():
        if owner and owner.id in cause and key not in cause and key not in available:
            cause[key] = owner.id
            pending.append(key)
            yield _waits(index, names, key, owner.id)
    for key in pending:
        for edge in index.outgoing[key]:
            if edge.target not in cause and edge.target not in available:
                cause[edge.target] = cause[key]
                pending.append(edge.target)
                yield _waits(index, names, edge.target, cause[key])


def _waits(index: GraphIndex, names: Mapping[str, str], key: str, cause: str) -> Problem:
    at = At(graph=index.graph.id, node=key)
    return problem("waits", at, name=names[key], other=names[cause])


def no_tensors_inside(outline: Outline, graph: str, at: At, name: str) -> Problem:
    """Why a call of the sub-model `graph` gives no tensors: it has no output, or a problem."""
    has_outputs = endpoints(outline.index(graph))
    return problem("waits.inside" if has_outputs else "no_outputs.inside", at, name=name)
