"""Short notation for small documents in tests."""

from itertools import pairwise
from typing import Any

from engine.document import Document, Graph

FIELDS = ("shares", "graph", "name", "frozen", "training")

Edge = str
"""An edge as "a > b", "a > b.value" or "a.state > b.initial_state"; lists give the order."""


def node(key: str, layer: str, /, **params: Any) -> dict[str, Any]:
    """A node with id and parameters; those of the names in `FIELDS` are fields of the node."""
    fields: dict[str, Any] = {name: params.pop(name) for name in FIELDS if name in params}
    return {"id": key, "layer": layer, "params": params, **fields}


def graph(
    nodes: list[dict[str, Any]], edges: list[Edge], key: str = "main", **fields: Any
) -> Graph:
    """A graph with its nodes below one another, and its inputs, in the order of the list."""
    placed = [
        {"position": {"x": 0, "y": 80 * index}, **fields_of_node}
        for index, fields_of_node in enumerate(nodes)
    ]
    parsed = [_edge(index, text) for index, text in enumerate(edges)]
    inputs = [
        fields_of_node["id"] for fields_of_node in nodes if fields_of_node["layer"] == "Input"
    ]
    values = {"id": key, "nodes": placed, "edges": parsed, "inputs": inputs, **fields}
    return Graph.model_validate(values)


def _edge(index: int, text: Edge) -> dict[str, Any]:
    source, target = (end.strip() for end in text.split(">"))
    a, _, output = source.partition(".")
    b, _, input = target.partition(".")
    ports = {"source_port": output or "output", "target_port": input or "inputs"}
    return {"id": f"e{index}", "source": a, "target": b, "order": index, **ports}


def document(nodes: list[dict[str, Any]], edges: list[Edge], **fields: Any) -> Document:
    """A document with one graph."""
    return Document(graphs=(graph(nodes, edges),), **fields)


def chain(*nodes: dict[str, Any], **fields: Any) -> Document:
    """A document whose nodes form a chain, connected to the first input port of each."""
    from engine.catalogue import load

    edges = []
    for before, after in pairwise(nodes):
        entry = load().layer(after["layer"])
        port = entry.inputs[0].name if entry and entry.inputs else "inputs"
        edges.append(f"{before['id']} > {after['id']}.{port}")
    return document(list(nodes), edges, **fields)
