"""Tensors as they are shown: small pictures of them, and their values."""

from typing import Annotated, Literal

from pydantic import Field

from engine.document import Id
from engine.values import Frozen

NodePath = Annotated[tuple[Id, ...], Field(min_length=1, max_length=16)]
"""The ids that lead to a node: those of the sub-model nodes around it, then its own."""

Form = Literal["bars", "strip", "maps", "colors", "attention"]
"""How a tensor is drawn: values side by side, steps by features, maps, or one colour picture.

Attention are maps of queries by keys, one for each head, in the place of the layer's output.
"""


class Score(Frozen):
    """The score that an output gives to a class."""

    label: str
    value: float


class Picture(Frozen):
    """The output of a node for one sample, reduced to bytes.

    `shape` is the tensor's without the batch axis. `pixels` holds, in base64, `channels` pictures
    of `rows` × `columns` bytes, the channel first; a byte stands for the value
    `low + byte / 255 * (high - low)`. `mean` and `zeros`, the share of values that are 0, are
    those of the whole tensor, as are `low` and `high`; `wrong` counts values that are not finite.
    `scores` are the highest scores of an output with classes, the winner first.
    """

    node: NodePath
    form: Form
    shape: tuple[int, ...]
    rows: int
    columns: int
    channels: int
    low: float
    high: float
    mean: float
    zeros: float
    wrong: int = 0
    pixels: str
    words: str = ""
    scores: tuple[Score, ...] = ()


class Values(Frozen):
    """Numbers of an array: float32 in base64, the lowest byte first, the last axis fastest.

    `shape` is that of the whole array, `kept` that of the numbers: an array that is too large is
    cut to the first values of its last axis, then of the one before it.
    """

    name: str
    shape: tuple[int, ...]
    kept: tuple[int, ...]
    numbers: str
