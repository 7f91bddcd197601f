"""Sums of numbers that arrive and weights: one kernel, two of them, or one that is transposed."""

from collections.abc import Callable, Iterator
from itertools import product
from math import prod
from typing import Any

import keras
import numpy as np

from engine.protocol.arithmetic import Place
from engine.training.inside.arithmetic.terms import Computed, Terms
from engine.training.inside.arithmetic.window import before, each, window_of

Factors = Callable[[int], tuple[np.ndarray, np.ndarray]]
"""The numbers and the weights behind a unit."""


def weighed(
    computed: Computed, patch: np.ndarray, kernel: np.ndarray, place: Place
) -> Iterator[Terms]:
    """Sums of numbers that arrive and weights, where the shapes allow them."""
    positions, channels = patch.shape
    units, unit = computed.output.shape[-1], place[-1]
    biases = [array for array in computed.held.values() if array.shape == (units,)]
    if len(biases) + 1 < len(computed.held) or prod(kernel.shape[:-2]) != positions:
        return
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
    yield summed(computed, factors, biases, unit)


def separable(computed: Computed, patch: np.ndarray, place: Place) -> Iterator[Terms]:
    """Sums of what filters of single channels give and of weights that mix them."""
    kernels = [array for array in computed.held.values() if array.ndim > 1]
    units, unit = computed.output.shape[-1], place[-1]
    biases = [array for array in computed.held.values() if array.shape == (units,)]
    positions, channels = patch.shape
    depthwise, mixing = kernels
    fits = (
        len(biases) + 2 == len(computed.held)
        and depthwise.shape[-2] == channels
        and prod(depthwise.shape[:-2]) == positions
        and mixing.size == channels * depthwise.shape[-1] * units
    )
    if not fits:
        return
    filters = depthwise.reshape(positions, channels, -1)
    filtered = np.einsum("pc,pcm->cm", patch, filters).reshape(-1)
    weights = mixing.reshape(-1, units)
    yield summed(computed, lambda unit: (filtered, weights[:, unit]), biases, unit)


def transposed(computed: Computed, kernel: np.ndarray, place: Place) -> Iterator[Terms]:
    """Sums over the places of the input whose window, laid on the output, covers a place."""
    x, layer = computed.inputs[0], computed.layer
    size = window_of(layer) or ()
    axes = len(size)
    units, unit = computed.output.shape[-1], place[-1]
    biases = [array for array in computed.held.values() if array.shape == (units,)]
    if len(biases) + 1 < len(computed.held) or kernel.shape != (*size, units, x.shape[-1]):
        return
    if x.ndim != axes + 1 or computed.output.ndim != axes + 1:
        return
    steps, spread = each(layer.strides, axes), each(getattr(layer, "dilation_rate", 1), axes)
    found: list[list[tuple[int, int]]] = []
    for axis in range(axes):
        reach = (size[axis] - 1) * spread[axis] + 1
        cut = before(layer.padding, reach, steps[axis], computed.output.shape[axis], x.shape[axis])
        found.append(
            [
                (at, offset)
                for at in range(x.shape[axis])
                for offset in range(size[axis])
                if at * steps[axis] + offset * spread[axis] - cut == place[axis]
            ]
        )
    pairs = [tuple(zip(*chosen, strict=True)) for chosen in product(*found)]
    numbers = np.array([x[at] for at, _ in pairs]).reshape(-1, x.shape[-1])

    def factors(unit: int) -> tuple[np.ndarray, np.ndarray]:
        weights = [kernel[(*offset, unit)] for _, offset in pairs]
        return numbers, np.array(weights).reshape(-1, x.shape[-1])

    yield summed(computed, factors, biases, unit)


def summed(computed: Computed, factors: Factors, biases: list[np.ndarray], unit: int) -> Terms:
    """The sum behind a unit, with its bias and the activation that follows."""
    units = computed.output.shape[-1]
    offsets = biases[0] if biases else np.zeros(units)
    activation: Any = getattr(computed.layer, "activation", None)

    def activated() -> float:
        sums = [float((left * right).sum()) for left, right in map(factors, range(units))]
        row = keras.ops.convert_to_tensor(np.asarray([sums + offsets], "float32"))
        return float(keras.ops.convert_to_numpy(activation(row))[0, unit])

    bias = float(offsets[unit]) if biases else None
    return Terms("sum", *factors(unit), bias, activated if activation else None)
