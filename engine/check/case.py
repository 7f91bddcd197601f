"""A refusal of Keras's, with all that is known of it."""

from dataclasses import dataclass

from engine.check.judge import Failure
from engine.document import Node
from engine.graph.index import GraphIndex
from engine.problems.shapes import Spot, Wire
from engine.values import Json


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
