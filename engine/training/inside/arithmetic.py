"""Finds out how one value of a layer's output comes about, from its tensors and its weights.

No layer is named here: its window, the shapes of its weights and of its tensors say what it may
compute, and only what gives the value itself is told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import keras
import numpy as np

from engine.protocol.arithmetic import MOST_TERMS, Arithmetic, Place

CLOSE = 1e-3
"""How far a value may be from its arithmetic, as a share: backends add in another order."""

Kind = Literal["sum", "attention", "max", "mean"]
Held = Mapping[int, np.ndarray]
"""The values of a layer's variables, by the id of the variable."""


@dataclass(frozen=True)
class Computed:
    """A layer, its inputs and its output for one sample, without the batch axis."""

    layer: Any
    inputs: Sequence[np.ndarray]
    output: np.ndarray
    held: Held
    scores: np.ndarray | None = None
    """Of an attention: queries, keys, heads."""


@dataclass(frozen=True)
class _Terms:
    """The factors of a sum, or the numbers of a maximum or a mean in `left` alone."""

    kind: Kind
    left: np.ndarray
    right: np.ndarray | None = None
    bias: float | None = None
    activated: Callable[[], float] | None = None
    """The output, if an activation follows."""

    @property
    def result(self) -> float:
        if self.kind == "max":
            return float(self.left.max())
        if self.kind == "mean":
            return float(self.left.mean())
        assert self.right is not None
        return float((self.left * self.right).sum() + (self.bias or 0))


def arithmetic(computed: Computed, place: Place) -> Arithmetic | None:
    """Return how a value of an output comes about; None where no kind of arithmetic gives it."""
    output = computed.output
    inside = len(place) == output.ndim and all(
        at < size for at, size in zip(place, output.shape, strict=True)
    )
    if not inside or output.dtype.kind != "f":
        return None
    value = float(output[place])
    for terms in _possible(computed, place):
        result = terms.result
        after = terms.activated() if terms.activated else result
        if abs(after - value) <= CLOSE * max(1.0, abs(value)):
            return _told(terms, place, result, value)
    return None


def _told(terms: _Terms, place: Place, result: float, value: float) -> Arithmetic:
    """The arithmetic with its largest terms."""
    left = terms.left.ravel()
    rows = left[:, None] if terms.right is None else np.stack([left, terms.right.ravel()], axis=1)
    amounts = rows.prod(axis=1)
    kept = np.argsort(-np.abs(amounts), kind="stable")[:MOST_TERMS]
    left_out = 0.0 if terms.right is None else float(amounts.sum() - amounts[kept].sum())
    return Arithmetic(
        kind=terms.kind,
        place=place,
        terms=tuple(tuple(float(number) for number in rows[at]) for at in kept),
        more=len(rows) - len(kept),
        left_out=left_out,
        bias=terms.bias,
        result=result,
        value=value,
    )


def _possible(computed: Computed, place: Place) -> Iterator[_Terms]:
    """What may give a value, the most telling first."""
    if computed.scores is not None:
        yield from _attention(computed, computed.scores, place)
        return
    if len(computed.inputs) != 1:
        return
    x = computed.inputs[0]
    kernels = [array for array in computed.held.values() if array.ndim > 1]
    patch = _patch(computed.layer, x, computed.output, place)
    if len(kernels) == 1 and patch is not None:
        yield from _weighed(computed, patch[0], kernels[0], place)
    elif not computed.held and patch is not None and x.shape[-1] == computed.output.shape[-1]:
        numbers = patch[0][patch[1], place[-1]]
        if len(patch[0]) > 1 and len(numbers):
            yield _Terms("max", numbers)
            yield _Terms("mean", numbers)


def _patch(
    layer: Any, x: np.ndarray, output: np.ndarray, place: Place
) -> tuple[np.ndarray, np.ndarray] | None:
    """The numbers that arrive at a place, positions by channels, and which are no padding.

    None if the layer has no window that it moves over its input, and does not reduce the input to
    one place either.
    """
    size = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if getattr(layer, "data_format", None) == "channels_first":
        return None
    if size is None:
        if output.ndim == 1 < x.ndim:  # all places become one
            numbers = x.reshape(-1, x.shape[-1])
        elif output.shape[:-1] == x.shape[:-1]:  # each place on its own
            numbers = x[place[:-1]][None]
        else:
            return None
        return numbers, np.ones(len(numbers), bool)
    axes = len(size)
    if x.ndim != axes + 1 or output.ndim != axes + 1:
        return None
    steps = _each(getattr(layer, "strides", None) or size, axes)
    spread = _each(getattr(layer, "dilation_rate", 1), axes)
    rows = []
    for axis in range(axes):
        reach = (size[axis] - 1) * spread[axis] + 1
        before = _before(layer.padding, reach, steps[axis], x.shape[axis], output.shape[axis])
        rows.append(place[axis] * steps[axis] - before + np.arange(size[axis]) * spread[axis])
    grid = np.stack(np.meshgrid(*rows, indexing="ij"), axis=-1).reshape(-1, axes)
    present = np.all((grid >= 0) & (grid < np.asarray(x.shape[:-1])), axis=1)
    numbers = np.zeros((len(grid), x.shape[-1]), x.dtype)
    numbers[present] = x[tuple(grid[present].T)]
    return numbers, present


def _before(padding: str, reach: int, step: int, size: int, count: int) -> int:
    """How many places of padding lie before the first one of an axis."""
    if padding == "causal":
        return reach - 1
    return max((count - 1) * step + reach - size, 0) // 2 if padding == "same" else 0


def _each(value: Any, axes: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, Sequence) else (value,) * axes


def _weighed(
    computed: Computed, patch: np.ndarray, kernel: np.ndarray, place: Place
) -> Iterator[_Terms]:
    """Sums of numbers that arrive and weights, where the shapes allow them."""
    positions, channels = patch.shape
    units, unit = computed.output.shape[-1], place[-1]
    biases = [array for array in computed.held.values() if array.shape == (units,)]
    if len(biases) + 1 < len(computed.held) or prod(kernel.shape[:-2]) != positions:
        return
    offsets = biases[0] if biases else np.zeros(units)
    kernel = kernel.reshape(positions, *kernel.shape[-2:])
    _, inputs, last = kernel.shape
    groups = channels // inputs

    def factors(unit: int) -> tuple[np.ndarray, np.ndarray]:
        if last == units:  # each group has channels of its own
            first = unit // (units // groups) * inputs
            return patch[:, first : first + inputs], kernel[:, :, unit]
        return patch[:, unit // last], kernel[:, unit // last, unit % last]

    if last == units:
        fits = channels % inputs == 0 and units % groups == 0
    else:
        fits = inputs == channels and last * channels == units  # each channel on its own
    if not fits:
        return
    activation: Any = getattr(computed.layer, "activation", None)

    def activated() -> float:
        sums = [float((left * right).sum()) for left, right in map(factors, range(units))]
        row = keras.ops.convert_to_tensor(np.asarray([sums + offsets], "float32"))
        return float(keras.ops.convert_to_numpy(activation(row))[0, unit])

    bias = float(offsets[unit]) if biases else None
    yield _Terms("sum", *factors(unit), bias, activated if activation else None)


def _attention(computed: Computed, scores: np.ndarray, place: Place) -> Iterator[_Terms]:
    """Scores × values: the values as they arrive, or as the layer's weights make them."""
    if len(computed.inputs) < 2 or computed.output.ndim != 2:  # noqa: PLR2004
        return
    query, unit = place
    values = computed.inputs[1]
    if scores.shape[-1] == 1 and values.shape[-1] == computed.output.shape[-1]:
        yield _Terms("attention", scores[query, :, 0], values[:, unit])
    projected = _projected(computed, values, unit)
    if projected is not None and projected[0].shape == scores[query].shape:
        yield _Terms("attention", scores[query], *projected)


def _projected(
    computed: Computed, values: np.ndarray, unit: int
) -> tuple[np.ndarray, float | None] | None:
    """What each step of the values would add to a unit with the score 1, for each head."""
    into, out = (getattr(computed.layer, name, None) for name in ("_value_dense", "_output_dense"))
    if into is None or out is None:
        return None
    kernel, bias = (computed.held.get(id(part)) for part in (into.kernel, into.bias))
    last, offset = (computed.held.get(id(part)) for part in (out.kernel, out.bias))
    if kernel is None or last is None or kernel.ndim != 3 or last.ndim != 3:  # noqa: PLR2004
        return None
    heads = np.einsum("kd,dhj->khj", values, kernel) + (0 if bias is None else bias)
    added = np.einsum("khj,hj->kh", heads, last[:, :, unit])
    return added, None if offset is None else float(offset[unit])
