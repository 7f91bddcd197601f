"""How one value of a layer's output comes about, with its numbers."""

from typing import Annotated, Literal

from pydantic import Field

from engine.values import Frozen

MOST_TERMS = 64
"""Terms that are told one by one."""

Place = Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(max_length=8)]
"""The place of a value in a tensor without the batch axis."""


class Arithmetic(Frozen):
    """The terms of a value, those of the largest amount first, and what becomes of them.

    Of a sum, a term is the product of a number that arrives and a weight, or of a value and the
    score of an attention. Of a maximum or a mean, it is a number that arrives. `left_out` is what
    further terms, `more` of them, add to a sum. `result` is the sum with the `bias`, the maximum or
    the mean; `value` is the output, after the activation.
    """

    kind: Literal["sum", "attention", "max", "mean"]
    place: Place
    terms: tuple[tuple[float, ...], ...]
    more: int = 0
    left_out: float = 0.0
    bias: float | None = None
    result: float
    value: float
