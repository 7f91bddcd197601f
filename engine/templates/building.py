"""A document as it is built: nodes in columns of cards, edges, and bindings to columns of data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from math import sqrt

from engine.catalogue import load
from engine.data.catalogue import TEXT, Column
from engine.document import Binding, Edge, Node, Position
from engine.values import Json

GAP, CARD = 96.0, 260.0
"""From a card to the one below it, and to the one beside it."""


@dataclass
class Builder:
    """The parts of a document as it grows."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)

    def start(self, column: Column, place: int = 0) -> Node:
        """Add an input for one column, on top of a column of cards of its own."""
        params: dict[str, Json] = {"shape": list(column.shape or (1,))}
        if column.dtype == TEXT:
            params = {"shape": list(column.shape), "dtype": "string"}
        elif column.classes:
            params["dtype"] = "int32"
        start = self.add("Input", params, layer_name(column.name), place=place)
        self.bindings.append(Binding(node=start.id, column=column.name))
        return start

    def embedded(self, start: Node, column: Column) -> Node:
        """Add an embedding of the classes that an input receives."""
        width = min(64, round(sqrt(len(column.classes))) + 1)
        params: dict[str, Json] = {"input_dim": len(column.classes), "output_dim": width}
        return self.add("Embedding", params, f"{start.name}_embedded", start)

    def end(self, node: Node, target: Column) -> None:
        """Compare what a node returns with a target."""
        self.bindings.append(Binding(node=node.id, column=target.name))

    def add(
        self, layer: str, params: dict[str, Json], name: str, *sources: Node, place: int = 0
    ) -> Node:
        """Add a layer below its sources, with edges from them."""
        id = f"n{len(self.nodes) + 1}"
        used = {node.name for node in self.nodes} - {""}
        free = next(text for text in _numbered(name) if text not in used)
        x, y = place * CARD, 0.0
        if sources:
            x = sources[0].position.x
            y = max(source.position.y for source in sources) + GAP
        node = Node(id=id, layer=layer, name=free, params=params, position=Position(x=x, y=y))
        self.nodes.append(node)
        for order, source in enumerate(sources):
            edge = Edge(
                id=f"{source.id}-{id}",
                source=source.id,
                target=id,
                target_port=_first_port(layer),
                order=order,
            )
            self.edges.append(edge)
        return node


def _first_port(layer: str) -> str:
    """The name of the input of a layer that takes what the layer is for."""
    entry = load().layer(layer)
    assert entry, f"{layer} is not in the catalogue"
    return entry.inputs[0].name


def layer_name(name: str) -> str:
    """Return a column's name as that of a layer: letters, digits and underscores."""
    return re.sub(r"\W+", "_", name).strip("_")[:40] or "column"


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{name}_{number}"
