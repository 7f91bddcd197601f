"""A layer call that Keras refused, with its context."""

from dataclasses import dataclass

from engine.check.inference import Failure
from engine.check.tensor_shapes import Shape
from engine.document import Edge, Node
from engine.graph.index import GraphIndex
from engine.problems import At
from engine.values import Json


@dataclass(frozen=True)
class Wire:
    """An input tensor: the name of its source node, its edge, and its shape."""

    source: str
    edge: Edge
    shape: Shape

    @property
    def tensor(self) -> tuple[str, Shape]:
        """The tensor as an argument of a message: “join” gives (batch, 8, 8, 32)."""
        return self.source, self.shape


@dataclass(frozen=True)
class CallSite:
    """The call at which a problem occurs: the node, its name in messages, and its input tensors.

    `detail` is the message of Keras.
    """

    graph: str
    node: str
    name: str
    layer: str
    wires: tuple[Wire, ...]
    detail: str

    @property
    def tensors(self) -> list[tuple[str, Shape]]:
        """The input tensors as an argument of a message."""
        return [wire.tensor for wire in self.wires]

    def at(
        self, *, param: str | None = None, port: str | None = None, edge: str | None = None
    ) -> At:
        """Return the location of a problem; the edge is included if there is only one."""
        only_edge = self.wires[0].edge.id if len(self.wires) == 1 else None
        return At(graph=self.graph, node=self.node, edge=edge or only_edge, port=port, param=param)

    def at_wire(self, wire: Wire) -> At:
        """Return the location of a problem with one of the input tensors."""
        return self.at(edge=wire.edge.id, port=wire.edge.target_port)


@dataclass(frozen=True)
class Refusal:
    """A refused call: the calling node, the layer owner, and the error of Keras."""

    index: GraphIndex
    node: Node
    owner: Node
    site: CallSite
    failure: Failure

    @property
    def wire(self) -> Wire:
        """The first input tensor."""
        return self.site.wires[0]

    def param(self, name: str, default: Json = None) -> Json:
        """Return a parameter of the layer."""
        return self.owner.params.get(name, default)
