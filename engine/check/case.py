"""A refusal of Keras's, with all that is known of it."""

from dataclasses import dataclass

from engine.check.judge import Failure
from engine.document import Json, Node
from engine.graph import Wiring
from engine.problems_of_shapes import Spot, Wire


@dataclass(frozen=True)
class Case:
    """A refusal: the node that calls, the node whose layer it is, and what Keras said."""

    wires: Wiring
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
