"""Small documents for tests, written as short as they can be read."""

from itertools import pairwise
from typing import Any

from engine.document import Document, Graph

Edge = str
"""A wire as "a > b", "a > b.value", "a.state > b.initial_state"; order follows the list."""


def node(key: str, layer: str, /, **params: Any) -> dict[str, Any]:
    """A node with an id and parameters; `shares` and `graph` are fields of their own."""
    fields: dict[str, Any] = {
        name: params.pop(name) for name in ("shares", "graph", "name") if name in params
    }
    return {"id": key, "layer": layer, "params": params, **fields}


def graph(nodes: list[dict[str, Any]], edges: list[Edge], key: str = "main", **more: Any) -> Graph:
    """A graph whose nodes stand below one another in the order given."""
    placed = [
        {**one, "position": {"x": 0, "y": 80 * index}} if "position" not in one else one
        for index, one in enumerate(nodes)
    ]
    wires = [_edge(index, text) for index, text in enumerate(edges)]
    return Graph.model_validate({"id": key, "nodes": placed, "edges": wires, **more})


def _edge(index: int, text: Edge) -> dict[str, Any]:
    source, target = (end.strip() for end in text.split(">"))
    a, _, out = source.partition(".")
    b, _, into = target.partition(".")
    ports = {"source_port": out or "output", "target_port": into or "inputs"}
    return {"id": f"e{index}", "source": a, "target": b, "order": index, **ports}


def document(nodes: list[dict[str, Any]], edges: list[Edge], **more: Any) -> Document:
    """A document with one graph."""
    return Document(graphs=(graph(nodes, edges),), **more)


def chain(*nodes: dict[str, Any], **more: Any) -> Document:
    """A document whose nodes follow one another, each wire at the target's first port."""
    from engine.catalogue import load

    edges = []
    for before, after in pairwise(nodes):
        entry = load().layer(after["layer"])
        port = entry.inputs[0].name if entry and entry.inputs else "inputs"
        edges.append(f"{before['id']} > {after['id']}.{port}")
    return document(list(nodes), edges, **more)
