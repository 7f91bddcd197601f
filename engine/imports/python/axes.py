"""Lengths of axes that are not fixed, and the positions along them."""

from dataclasses import dataclass, field

from engine.imports.python.unknown import Opaque, Unknown
from engine.imports.python.values import Tensor
from engine.problems import phrase


@dataclass(frozen=True)
class Size(Opaque):
    """The length of an axis of a tensor that is not fixed, such as the batch size."""

    tensor: Tensor
    axis: int
    line: int = field(compare=False)

    @property
    def unknown(self) -> Unknown:
        """The unknown value that everything else computes from it."""
        return Unknown(self.line, phrase("the length of an axis that is not fixed"))


@dataclass(frozen=True)
class Positions(Opaque):
    """The numbers from 0 up to the length of an axis of a tensor."""

    size: Size

    @property
    def unknown(self) -> Unknown:
        """The unknown value that everything else computes from it."""
        return self.size.unknown
