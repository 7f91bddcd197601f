"""One layer alone: what somebody gives it, and what it returns."""

from typing import Annotated, Any

from pydantic import Field

from engine.machine.backends import BackendId
from engine.protocol.arithmetic import Arithmetic, Untold
from engine.values import Frozen

FORMULAS = 16
"""Values of the output whose arithmetic is told."""

MOST = 65_536
"""Numbers of the input, of the output and of each weight."""

Axis = Annotated[int, Field(ge=1, le=4_096)]


class Given(Frozen):
    """A tensor without the batch axis for an input port: its numbers, the last axis fastest."""

    port: Annotated[str, Field(max_length=100)] = "inputs"
    shape: tuple[Axis, ...] = Field(max_length=6)
    values: tuple[float, ...] = Field(max_length=MOST)


class Trial(Frozen):
    """A layer of the palette with its parameters, and its inputs.

    Several inputs of one port are in order. `weights` are the numbers of each weight, the last axis
    fastest; without them the layer has its first weights.
    """

    backend: BackendId
    layer: Annotated[str, Field(max_length=100)]
    params: dict[str, Any] = {}
    inputs: tuple[Given, ...] = Field(min_length=1, max_length=8)
    weights: tuple[tuple[float, ...], ...] | None = Field(default=None, max_length=100)


class Numbers(Frozen):
    """An array with its name: the numbers in the order of its axes, the last fastest."""

    name: str
    shape: tuple[int, ...]
    values: tuple[float, ...]


class Tried(Frozen):
    """What a layer returned, without the batch axis; its weights; and code that does the same.

    `formulas` are those of the first values of the output, as far as they can be told; else
    `untold` says why not.
    """

    output: Numbers
    formulas: tuple[Arithmetic, ...] = ()
    untold: Untold | None = None
    weights: tuple[Numbers, ...] = ()
    code: str
