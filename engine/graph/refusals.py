"""What is wrong with a node or an edge, as a problem with a fix where one is mechanical."""

from collections.abc import Sequence

from engine.catalogue import Entry, Port, load
from engine.catalogue.refusals import refusal
from engine.document import Edge, Graph, Node
from engine.graph.fixes import remove_edges, set_at
from engine.problems import At, Fix, Problem, make_fix, phrase, problem, shown
from engine.values import nearest

MAX_CYCLE = 6
"""How many nodes of a cycle a message names."""

MAIN_INPUTS = ("inputs", "sequences", "data", "x")
"""Ports that a message need not name: nothing else could be meant."""


def unknown_layer(graph: str, node: Node) -> Problem:
    """A layer by a name that Keras does not have."""
    near = nearest(node.layer, _placeable())
    return problem(
        "unknown_layer.near" if near else "unknown_layer",
        At(graph=graph, node=node.id),
        layer=shown(node.layer),
        near=near,
        fix=_change_to(graph, node, near),
    )


def refused_layer(graph: str, node: Node, entry: Entry) -> Problem:
    """A layer that Keras has, but that can't be placed."""
    return problem(
        "refused_layer",
        At(graph=graph, node=node.id),
        layer=entry.name,
        why=refusal(entry.refused or ""),
        fix=_change_to(graph, node, _instead(entry)),
    )


def _change_to(graph: str, node: Node, layer: str | None) -> Fix | None:
    if layer is None:
        return None
    label = phrase("Change to {layer}", layer=layer)
    return set_at(("graphs", graph, "nodes", node.id, "layer"), layer, label)


def _placeable() -> list[str]:
    return [entry.name for entry in load().layers if not entry.refused]


def _instead(entry: Entry) -> str | None:
    """The layer of which a refused one is only another name."""
    words = (entry.refused or "").removeprefix("It is another name of ").split(":")
    return words[0] if words[0] in _placeable() else None


def broken_share(graph: str, node: Node, name: str) -> Problem:
    """A node that shares the layer of a node that is not there, or of itself."""
    at = At(graph=graph, node=node.id)
    return problem("broken_share", at, name=name, fix=_own_layer(graph, node))


def unlike_share(graph: str, node: Node, owner: Node, names: tuple[str, str]) -> Problem:
    """A node that shares a layer of another class, or a graph of another model."""
    return problem(
        "unlike_share",
        At(graph=graph, node=node.id),
        name=names[0],
        layer=node.layer,
        owner=names[1],
        other=owner.layer,
        fix=_own_layer(graph, node),
    )


def _own_layer(graph: str, node: Node) -> Fix:
    path = ("graphs", graph, "nodes", node.id, "shares")
    return set_at(path, None, phrase("Give it its own layer"))


def more_outputs_than_first(
    graph: str, node: Node, first: Node, names: tuple[str, str], param: str
) -> Problem:
    """A later call of a shared layer that gives more tensors than the first (a limit of Keras)."""
    path = ("graphs", graph, "nodes", first.id, "params", param)
    label = phrase("Set {param} at “{name}”", param=param, name=names[1])
    return problem(
        "more_outputs_than_first",
        At(graph=graph, node=node.id, param=param),
        name=names[0],
        first=names[1],
        param=param,
        fix=set_at(path, node.params[param], label),
    )


def cycle(graph: str, ids: Sequence[str], names: Sequence[str]) -> Problem:
    """Edges that form a cycle."""
    some = [*names] if len(names) <= MAX_CYCLE else [*names[:MAX_CYCLE], "…"]
    return problem(
        "cycle" if len(names) > 1 else "cycle.self",
        At(graph=graph, node=ids[0]),
        name=names[0],
        way=[*some, names[0]],
    )


def dangling_edge(graph: str, edge: Edge, names: tuple[str | None, str | None]) -> Problem:
    """An edge of which one end, or both, is gone."""
    source, target = names
    node = edge.source if source else edge.target if target else None
    return problem(
        "dangling_edge.source" if source else "dangling_edge.target" if target else "dangling_edge",
        At(graph=graph, edge=edge.id, node=node),
        name=source or target,
        fix=remove_edges(graph, [edge], phrase("Remove the wire")),
    )


def unknown_input_port(graph: str, edge: Edge, name: str, ports: Sequence[Port]) -> Problem:
    """An edge to an input that the layer does not have."""
    at = At(graph=graph, node=edge.target, edge=edge.id, port=edge.target_port)
    known = [port.name for port in ports]
    if not known:
        fix = remove_edges(graph, [edge], phrase("Remove the wire"))
        return problem("unknown_port.none", at, name=name, fix=fix)
    near = nearest(edge.target_port, known) or known[0]
    path = ("graphs", graph, "edges", edge.id, "target_port")
    return problem(
        "unknown_port.input",
        at,
        name=name,
        port=edge.target_port,
        known=known,
        near=near,
        fix=set_at(path, near, phrase("Wire it to {port}", port=near)),
    )


def unknown_output_port(graph: str, edge: Edge, name: str, ports: Sequence[str]) -> Problem:
    """An edge from an output that the layer does not have, or not with these parameters."""
    at = At(graph=graph, node=edge.source, edge=edge.id, port=edge.source_port)
    port = edge.source_port
    if not ports:
        return problem("unknown_port.output", at, name=name, port=port)
    path = ("graphs", graph, "edges", edge.id, "source_port")
    return problem(
        "unknown_port.state" if "state" in port else "unknown_port.other",
        at,
        name=name,
        port=port,
        known=[*ports],
        fix=set_at(path, ports[0], phrase("Start it at {port}", port=ports[0])),
    )


def too_many_wires(graph: str, edges: Sequence[Edge], name: str) -> Problem:
    """Several edges into an input that takes one."""
    port = edges[0].target_port
    return problem(
        "too_many_wires",
        At(graph=graph, node=edges[0].target, edge=edges[-1].id, port=port),
        name=name,
        port=port,
        count=len(edges),
        fix=remove_edges(graph, edges[1:], phrase("Keep only the first")),
    )


def missing_input(graph: str, node: str, name: str, port: str, fix: Fix | None) -> Problem:
    """An input port without an edge."""
    return problem(
        "missing_input" if port in MAIN_INPUTS else "missing_input.at",
        At(graph=graph, node=node, port=port),
        name=name,
        port=port,
        fix=fix,
    )


def wired_and_constant(graph: str, node: str, name: str, port: str) -> Problem:
    """An operand of an op that has both an edge and a constant."""
    path = ["graphs", graph, "nodes", node, "params", port]
    return problem(
        "wired_and_constant",
        At(graph=graph, node=node, port=port, param=port),
        port=port,
        name=name,
        fix=make_fix(phrase("Clear the constant"), {"type": "unset", "path": path}),
    )


def unknown_output(graph: Graph, node: str, port: str) -> Problem:
    """`Graph.outputs` names a tensor that does not exist."""
    label = phrase("Return what is left unwired")
    return problem(
        "unknown_output",
        At(graph=graph.id),
        port=port,
        node=node,
        fix=set_at(("graphs", graph.id, "outputs"), [], label),
    )
