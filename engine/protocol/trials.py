"""One layer alone: what somebody gives it, and what it returns."""

from typing import Annotated, Any

from pydantic import Field

from engine.machine.backends import BackendId
from engine.values import Frozen

MOST = 65_536
"""Numbers of the input, of the output and of each weight."""

Axis = Annotated[int, Field(ge=1, le=4_096)]


class Trial(Frozen):
    """A layer of the palette with its parameters, and an input without the batch axis.

    `values` are the numbers of the input in the order of its axes, the last fastest; `weights` are
    those of each weight in the same order. Without them the layer has its first weights.
    """

    backend: BackendId
    layer: Annotated[str, Field(max_length=100)]
    params: dict[str, Any] = {}
    shape: tuple[Axis, ...] = Field(max_length=6)
    values: tuple[float, ...] = Field(max_length=MOST)
    weights: tuple[tuple[float, ...], ...] | None = Field(default=None, max_length=100)


class Numbers(Frozen):
    """An array with its name: the numbers in the order of its axes, the last fastest."""

    name: str
    shape: tuple[int, ...]
    values: tuple[float, ...]


class Tried(Frozen):
    """What a layer returned, without the batch axis; its weights; and code that does the same."""

    output: Numbers
    weights: tuple[Numbers, ...] = ()
    code: str
