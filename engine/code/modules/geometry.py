"""Sizes along the axes of an image or a sequence, computed as Keras does."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.code.modules.tensors import UNKNOWN_SIZE, RefusedError, Shape
from engine.values import Json

Pads = tuple[tuple[int, int], ...]
"""How much is added before and after each axis."""


def per_axis(value: Json, rank: int) -> tuple[int, ...]:
    """One number for each of `rank` axes: 3 is (3, 3) for two."""
    values = value if isinstance(value, list) else [value] * rank
    return tuple(item for item in values if isinstance(item, int))


@dataclass(frozen=True)
class Window:
    """A window that moves over the axes of an image: a kernel, or that of a pooling layer."""

    size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: str

    @property
    def rank(self) -> int:
        """The number of axes that it moves along."""
        return len(self.size)

    @property
    def spans(self) -> tuple[int, ...]:
        """How many values it covers along each axis, gaps included."""
        sizes = zip(self.size, self.dilation, strict=True)
        return tuple((size - 1) * gap + 1 for size, gap in sizes)

    @property
    def in_steps(self) -> bool:
        """Whether it skips positions."""
        return any(stride > 1 for stride in self.strides)

    def pads(self, lengths: Shape) -> Pads:
        """What Keras adds before and after each axis.

        "same" adds half of what is missing before and the rest after the axis, and how much that
        is depends on the length of the axis when the window moves in steps.
        """
        axes = zip(lengths, self.spans, self.strides, strict=True)
        return tuple(self._pad(*axis) for axis in axes)

    def _pad(self, length: int | None, span: int, stride: int) -> tuple[int, int]:
        if self.padding == "causal":
            return span - 1, 0
        if self.padding != "same":
            return 0, 0
        if stride == 1:
            return (span - 1) // 2, span // 2
        if length is None:
            raise RefusedError(UNKNOWN_SIZE)
        missing = max((-(-length // stride) - 1) * stride + span - length, 0)
        return missing // 2, missing - missing // 2

    def lengths(self, lengths: Shape) -> Shape:
        """The lengths of the axes of the result."""
        padded = self.padding in {"same", "causal"}
        axes = zip(lengths, self.spans, self.strides, strict=True)
        return tuple(
            None
            if length is None
            else -(-length // stride)
            if padded
            else (length - span) // stride + 1
            for length, span, stride in axes
        )


def transposed_lengths(window: Window, lengths: Shape) -> Shape:
    """The lengths after a transposed convolution."""
    axes = zip(lengths, window.size, window.strides, strict=True)
    more = 0 if window.padding == "same" else 1
    return tuple(
        None if length is None else length * stride + more * max(size - stride, 0)
        for length, size, stride in axes
    )


def is_symmetric(pads: Pads) -> bool:
    """Whether as much is added before as after each axis."""
    return all(before == after for before, after in pads)


def product(values: Sequence[int | None]) -> int | None:
    """The product of lengths; None if one of them is unknown."""
    result = 1
    for value in values:
        if value is None:
            return None
        result *= value
    return result


def known(length: int | None) -> int:
    """Return a length. Raises RefusedError when it is unknown."""
    if length is None:
        raise RefusedError(UNKNOWN_SIZE)
    return length
