"""A refusal of Keras's, with all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.check.judge import Failure
from engine.document import Edge, Node
from engine.graph.index import GraphIndex
from engine.problems import At
from engine.values import Json

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class Wire:
    """A tensor that comes in: from where, over which edge, and its shape."""

    source: str
    edge: Edge
    shape: Shape

    @property
    def tensor(self) -> tuple[str, Shape]:
        """It as an argument of a message: “join” gives (batch, 8, 8, 32)."""
        return self.source, self.shape


@dataclass(frozen=True)
class Spot:
    """Where a problem with shapes is: the node, what messages call it, and what comes in.

    `detail` is Keras's own text.
    """

    graph: str
    node: str
    name: str
    layer: str
    wires: tuple[Wire, ...]
    detail: str

    @property
    def tensors(self) -> list[tuple[str, Shape]]:
        """What comes in, as an argument of a message."""
        return [wire.tensor for wire in self.wires]

    def at(
        self, *, param: str | None = None, port: str | None = None, edge: str | None = None
    ) -> At:
        """The place of a problem; the edge is named when only one can be meant."""
        only = self.wires[0].edge.id if len(self.wires) == 1 else None
        return At(graph=self.graph, node=self.node, edge=edge or only, port=port, param=param)

    def at_wire(self, wire: Wire) -> At:
        """The place of a problem with one of the tensors."""
        return self.at(edge=wire.edge.id, port=wire.edge.target_port)


@dataclass(frozen=True)
class Case:
    """A refusal: the node that calls, the node whose layer it is, and what Keras said."""

    wires: GraphIndex
    node: Node
    owner: Node
    spot: Spot
    failure: Failure

    @property
    def wire(self) -> Wire:
        """The first wire that comes in."""
        return self.spot.wires[0]

    def param(self, name: str, default: Json = None) -> Json:
        """A parameter of the layer."""
        return self.owner.params.get(name, default)


def product(axes: Sequence[int | None]) -> int | str:
    """The number of values of a shape, or “?” when an axis is open."""
    size = 1
    for axis in axes:
        if axis is None:
            return "?"
        size *= axis
    return size
