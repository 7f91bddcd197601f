"""Words for what is wrong with a graph: its layers, its wires, and how they hang together."""

from collections.abc import Sequence
from typing import Any

from engine.catalogue import Entry, Port
from engine.document import Edge, Graph, Node
from engine.problems import Fix, Problem
from engine.problems.params import listed, nearest, said

MAX_WAY = 6
"""How many nodes of a circle a message names."""


def at(path: Sequence[str], value: Any, label: str) -> Fix:
    """A fix that sets one property."""
    return Fix(label=label, operations=({"type": "set", "path": [*path], "value": value},))


def called(name: str) -> str:
    """A node as messages call it."""
    return f"“{name}”"


def empty_document() -> Problem:
    """Nothing has been placed yet."""
    return Problem(
        code="empty",
        severity="note",
        message="This model has no layers yet.",
        hint="Drag an Input onto the canvas, or start from a template.",
    )


def no_inputs(graph: str) -> Problem:
    """A graph into which no data can come."""
    return Problem(
        code="no_inputs",
        graph=graph,
        message="The model has no Input, so no data can come in.",
        hint="Place an Input, and wire it to the first layer.",
    )


def no_outputs(graph: str) -> Problem:
    """A graph that gives nothing back."""
    return Problem(
        code="no_outputs",
        graph=graph,
        message="The model has no output: no layer's result is left over.",
        hint="Place a layer behind the Input, and leave the last one's output unwired.",
    )


def unused_input(graph: str, node: str, name: str) -> Problem:
    """An Input that feeds nothing."""
    return Problem(
        code="unused_input",
        severity="warning",
        graph=graph,
        node=node,
        message=f"{called(name)} feeds no layer.",
        hint="Wire it to a layer, or remove it.",
    )


def unknown_layer(graph: str, node: Node, known: Sequence[str]) -> Problem:
    """A layer by a name that Keras does not have."""
    near = nearest(node.layer, known)
    path = ("graphs", graph, "nodes", node.id, "layer")
    return Problem(
        code="unknown_layer",
        graph=graph,
        node=node.id,
        message=f"Keras has no layer {said(node.layer)}.",
        hint=f"Did you mean {near}?" if near else "Choose one of the palette.",
        fix=at(path, near, f"Change to {near}") if near else None,
    )


def refused_layer(graph: str, node: Node, entry: Entry, instead: str | None) -> Problem:
    """A layer that Keras has, but that can't be placed."""
    path = ("graphs", graph, "nodes", node.id, "layer")
    return Problem(
        code="refused_layer",
        graph=graph,
        node=node.id,
        message=f"{entry.name} can't be used here.",
        hint=entry.refused,
        fix=at(path, instead, f"Change to {instead}") if instead else None,
    )


def missing_graph(graph: str, node: Node, name: str) -> Problem:
    """A call of a sub-model that is not in the document."""
    return Problem(
        code="missing_graph",
        graph=graph,
        node=node.id,
        message=f"The sub-model of {called(name)} is not in this document.",
        hint="Choose another sub-model, or remove the node.",
    )


def endless_graph(graph: str, node: str, name: str) -> Problem:
    """A sub-model that contains itself, at whatever depth."""
    return Problem(
        code="endless_graph",
        graph=graph,
        node=node,
        message=f"{called(name)} is a sub-model that contains itself.",
        hint="A model can't be inside itself: use another sub-model here.",
    )


def nested_too_deep(graph: str, node: str, name: str, limit: int) -> Problem:
    """Sub-models inside sub-models, beyond what anyone can follow."""
    return Problem(
        code="nested_too_deep",
        graph=graph,
        node=node,
        message=f"{called(name)} has sub-models nested more than {limit} deep.",
        hint="Put fewer sub-models into one another.",
    )


def too_large(graph: str, what: str, limit: int) -> Problem:
    """A document whose model would be larger than anyone could want."""
    return Problem(
        code="too_large",
        graph=graph,
        message=f"The model has more than {limit:,} {what}, sub-models counted each time they "
        "are used.",
        hint="Use fewer or smaller sub-models.",
    )


def broken_share(graph: str, node: Node, name: str) -> Problem:
    """A node that shares the layer of a node that is not there, or of itself."""
    return Problem(
        code="broken_share",
        graph=graph,
        node=node.id,
        message=f"{called(name)} shares the layer of a node that is no longer there.",
        hint="Remove it, or give it a layer of its own.",
        fix=at(("graphs", graph, "nodes", node.id, "shares"), None, "Give it its own layer"),
    )


def unlike_share(graph: str, node: Node, owner: Node, names: tuple[str, str]) -> Problem:
    """A node that shares a layer of another class, or a graph of another model."""
    return Problem(
        code="unlike_share",
        graph=graph,
        node=node.id,
        message=f"{called(names[0])} is a {node.layer}, but shares {called(names[1])}, "
        f"a {owner.layer}.",
        hint="A second call of a layer is of the same class.",
        fix=at(("graphs", graph, "nodes", node.id, "shares"), None, "Give it its own layer"),
    )


def more_outputs_than_first(
    graph: str, node: Node, first: Node, names: tuple[str, str], param: str
) -> Problem:
    """A later call of a shared layer that gives more tensors than the first (a limit of Keras)."""
    return Problem(
        code="more_outputs_than_first",
        graph=graph,
        node=node.id,
        param=param,
        message=f"{called(names[0])} asks its layer for more outputs than {called(names[1])}, "
        "which calls it first.",
        hint=f"Keras counts a shared layer's outputs at its first call: set {param} there too.",
        fix=at(
            ("graphs", graph, "nodes", first.id, "params", param),
            node.params[param],
            f"Set {param} at {called(names[1])}",
        ),
    )


def cycle(graph: str, ids: Sequence[str], names: Sequence[str]) -> Problem:
    """Wires that run in a circle."""
    some = [*names] if len(names) <= MAX_WAY else [*names[:MAX_WAY], "…"]
    way = " → ".join(called(name) for name in [*some, names[0]])
    return Problem(
        code="cycle",
        graph=graph,
        node=ids[0],
        message=f"These wires run in a circle: {way}."
        if len(names) > 1
        else f"{called(names[0])} feeds itself.",
        hint="A model runs in one direction. Remove one of the wires.",
    )


def dangling_edge(graph: str, edge: Edge, names: tuple[str | None, str | None]) -> Problem:
    """A wire of which one end, or both, is gone."""
    source, target = names
    if source:
        message = f"A wire from {called(source)} ends nowhere."
    elif target:
        message = f"A wire to {called(target)} comes from nowhere."
    else:
        message = "A wire has lost both ends."
    return Problem(
        code="dangling_edge",
        graph=graph,
        edge=edge.id,
        node=edge.source if source else edge.target if target else None,
        message=message,
        hint="Somebody removed the layer at its end. Remove the wire as well.",
        fix=_remove(graph, [edge], "Remove the wire"),
    )


def _remove(graph: str, edges: Sequence[Edge], label: str) -> Fix:
    return Fix(
        label=label,
        operations=tuple(
            {"type": "remove", "path": ["graphs", graph, "edges", edge.id]} for edge in edges
        ),
    )


def unknown_input_port(graph: str, edge: Edge, name: str, ports: Sequence[Port]) -> Problem:
    """A wire to an input that the layer does not have."""
    names = [port.name for port in ports]
    if not names:
        return Problem(
            code="unknown_port",
            graph=graph,
            node=edge.target,
            edge=edge.id,
            port=edge.target_port,
            message=f"{called(name)} takes no wires: data comes in there.",
            hint="Remove the wire.",
            fix=_remove(graph, [edge], "Remove the wire"),
        )
    near = nearest(edge.target_port, names) or names[0]
    return Problem(
        code="unknown_port",
        graph=graph,
        node=edge.target,
        edge=edge.id,
        port=edge.target_port,
        message=f"{called(name)} has no input “{edge.target_port}”; it has {listed(names, 'and')}.",
        hint=f"Wire it to “{near}”.",
        fix=at(("graphs", graph, "edges", edge.id, "target_port"), near, f"Wire it to {near}"),
    )


def unknown_output_port(graph: str, edge: Edge, name: str, ports: Sequence[str]) -> Problem:
    """A wire from an output that the layer does not have, or not with these parameters."""
    first = ports[0] if ports else None
    return Problem(
        code="unknown_port",
        graph=graph,
        node=edge.source,
        edge=edge.id,
        port=edge.source_port,
        message=f"{called(name)} has no output “{edge.source_port}”"
        + (f"; it has {listed(ports, 'and')}." if ports else "."),
        hint="States are given only with return_state."
        if "state" in edge.source_port
        else "Remove the wire, or start it at another output.",
        fix=at(("graphs", graph, "edges", edge.id, "source_port"), first, f"Start it at {first}")
        if first
        else None,
    )


def too_many_wires(graph: str, edges: Sequence[Edge], name: str, merge: str | None) -> Problem:
    """Several wires into an input that takes one."""
    return Problem(
        code="too_many_wires",
        graph=graph,
        node=edges[0].target,
        edge=edges[-1].id,
        port=edges[0].target_port,
        message=f"{called(name)} takes one wire at “{edges[0].target_port}”; it has {len(edges)}.",
        hint=merge or "Join them first, with Add or Concatenate.",
        fix=_remove(graph, edges[1:], "Keep only the first"),
    )


def missing_input(graph: str, node: str, name: str, port: Port, fix: Fix | None) -> Problem:
    """An input port without a wire."""
    where = "" if port.name in ("inputs", "sequences", "data", "x") else f" at “{port.name}”"
    return Problem(
        code="missing_input",
        graph=graph,
        node=node,
        port=port.name,
        message=f"{called(name)} needs an input{where}.",
        hint="Drag a wire to it from the layer before.",
        fix=fix,
    )


def missing_operand(graph: str, node: str, name: str, port: str, fix: Fix | None) -> Problem:
    """An operand of an operation that has neither a wire nor a constant."""
    return Problem(
        code="missing_input",
        graph=graph,
        node=node,
        port=port,
        param=port,
        message=f"{called(name)} needs a wire at “{port}”, or a constant in its place.",
        hint=f"Drag a wire to it, or type a number for {port}.",
        fix=fix,
    )


def wired_and_constant(graph: str, node: str, name: str, port: str) -> Problem:
    """An operand of an operation that has a wire and a constant as well."""
    unset = {"type": "unset", "path": ["graphs", graph, "nodes", node, "params", port]}
    return Problem(
        code="wired_and_constant",
        graph=graph,
        node=node,
        port=port,
        param=port,
        message=f"“{port}” of {called(name)} has a wire and a constant; only one can count.",
        hint="Clear the constant, or remove the wire.",
        fix=Fix(label="Clear the constant", operations=(unset,)),
    )


def only_constants(graph: str, node: str, name: str) -> Problem:
    """An operation without any tensor."""
    return Problem(
        code="missing_input",
        graph=graph,
        node=node,
        message=f"{called(name)} has only constants; one of them has to be a wire.",
        hint="Drag a wire to it, and clear the constant in its place.",
    )


def unknown_output(graph: Graph, node: str, port: str) -> Problem:
    """`Graph.outputs` names a tensor that does not exist."""
    return Problem(
        code="unknown_output",
        graph=graph.id,
        message=f"The model should return “{port}” of the node “{node}”, which is not there.",
        hint="Choose the model's outputs again.",
        fix=at(("graphs", graph.id, "outputs"), [], "Return what is left unwired"),
    )


def waits(graph: str, node: str, name: str, other: str) -> Problem:
    """A node that can't be checked because of a problem before it."""
    return Problem(
        code="waits",
        severity="note",
        graph=graph,
        node=node,
        message=f"{called(name)} waits for {called(other)}.",
    )


def waits_inside(graph: str, node: str, name: str) -> Problem:
    """A call of a sub-model in which there is a problem."""
    return Problem(
        code="waits",
        severity="note",
        graph=graph,
        node=node,
        message=f"{called(name)} waits: there is a problem inside its sub-model.",
    )


def returns_nothing(graph: str, node: str, name: str) -> Problem:
    """A call of a sub-model that has no output."""
    return Problem(
        code="no_outputs",
        graph=graph,
        node=node,
        message=f"The sub-model of {called(name)} has no output.",
        hint="Open it, and add a layer behind its Input.",
    )


def not_a_request(kind: str) -> Problem:
    """A process was asked for something that it does not know."""
    return Problem(code="not_a_request", message=f"There is no request {said(kind)}.")


def checker_stumbled() -> Problem:
    """A bug: the checker met something that nobody thought of."""
    return Problem(
        code="checker_stumbled",
        message="The check of this document failed for a reason that is not its fault.",
        hint="Undo the last change, and please report it with the document.",
    )
