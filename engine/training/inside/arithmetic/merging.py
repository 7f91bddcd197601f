"""Values of layers without weights and with several inputs, number by number or as products."""

from collections.abc import Iterator

import numpy as np

from engine.protocol.arithmetic import Kind, Place
from engine.training.inside.arithmetic.terms import Computed, Terms

KINDS: tuple[Kind, ...] = ("total", "product", "mean", "max", "min")
PAIR = 2


def merged(computed: Computed, place: Place) -> Iterator[Terms]:
    """What may become of the numbers that arrive at a place from each input."""
    try:
        broad = [np.broadcast_to(x, computed.output.shape) for x in computed.inputs]
    except ValueError:
        yield from _products(computed, place)
        return
    numbers = np.array([float(x[place]) for x in broad])
    kinds = (*KINDS, "difference") if len(numbers) == PAIR else KINDS
    for kind in kinds:
        yield Terms(kind, numbers)
    yield from _products(computed, place)


def _products(computed: Computed, place: Place) -> Iterator[Terms]:
    """The product of a row or a column of one input and one of the other."""
    if len(computed.inputs) != PAIR:
        return
    rows, columns = (_lines(x, at) for x, at in zip(computed.inputs, _ends(place), strict=True))
    for left in rows:
        for right in columns:
            if left.shape == right.shape:
                yield Terms("sum", left, right)


def _ends(place: Place) -> tuple[int, int]:
    return (place[0], place[-1]) if place else (0, 0)


def _lines(x: np.ndarray, at: int) -> list[np.ndarray]:
    """A vector itself; of rows and columns, those with a number, as far as there are any."""
    if x.ndim == 1:
        return [x]
    if x.ndim != PAIR:
        return []
    return [line for axis in (0, 1) if at < x.shape[axis] for line in [x.take(at, axis)]]
