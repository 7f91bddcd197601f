"""How one value of a layer's output comes about, with its numbers."""

from typing import Annotated, Literal

from pydantic import Field

from engine.values import Frozen

MOST_TERMS = 64
"""Terms that are told one by one."""

Place = Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(max_length=8)]
"""The place of a value in a tensor without the batch axis."""


Kind = Literal["sum", "attention", "max", "min", "mean", "total", "difference", "product"]


Untold = Literal["steps", "other"]
"""Why there is no arithmetic: a value follows from a state that goes through steps, or else from
more than a sum, a maximum or a mean."""


class Arithmetic(Frozen):
    """The terms of a value, of many those of the largest amount first, and what becomes of them.

    Of a sum, a term is the product of a number that arrives and a weight, or of a value and the
    score of an attention. Of any other kind it is a number that arrives, in the order of the inputs
    where there are several. `left_out` is what further terms, `more` of them, add to a sum.
    `result` is what they give, with the `bias`; `value` is the output, after the activation.
    """

    kind: Kind
    place: Place
    terms: tuple[tuple[float, ...], ...]
    more: int = 0
    left_out: float = 0.0
    bias: float | None = None
    result: float
    value: float
