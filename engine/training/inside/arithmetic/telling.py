"""Finds out how one value of a layer's output comes about, from its tensors and its weights.

No layer is named here: its window, the shapes of its weights and of its tensors say what it may
compute, and only what gives the value itself is told.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.protocol.arithmetic import MOST_TERMS, Arithmetic, Place, Untold
from engine.training.inside.arithmetic.merging import merged
from engine.training.inside.arithmetic.terms import Computed, Terms
from engine.training.inside.arithmetic.weighing import separable, transposed, weighed
from engine.training.inside.arithmetic.window import patch, window_of

CLOSE = 1e-3
"""How far a value may be from its arithmetic, as a share: backends add in another order."""
PAIR = 2
SHORT = 9
"""Terms that are told in their order: those of a unit with a few inputs, or of a small patch."""
OF_INPUTS = ("total", "difference", "product")
"""Kinds whose terms are told in the order of the inputs."""


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


def why_untold(layer: Any) -> Untold:
    """Return why no single piece of arithmetic gives a layer's values."""
    return "steps" if hasattr(layer, "return_sequences") else "other"


def _told(terms: Terms, place: Place, result: float, value: float) -> Arithmetic:
    """The arithmetic with its largest terms."""
    left = terms.left.ravel()
    rows = left[:, None] if terms.right is None else np.stack([left, terms.right.ravel()], axis=1)
    amounts = rows.prod(axis=1)
    is_short = len(rows) <= SHORT or terms.kind in OF_INPUTS
    order = np.arange(len(rows)) if is_short else np.argsort(-np.abs(amounts), kind="stable")
    kept = order[:MOST_TERMS]
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


def _possible(computed: Computed, place: Place) -> Iterator[Terms]:
    """What may give a value, the most telling first."""
    if computed.scores is not None:
        yield from _attention(computed, computed.scores, place)
        return
    if len(computed.inputs) != 1:
        if computed.inputs and not computed.held:
            yield from merged(computed, place)
        return
    x = computed.inputs[0]
    kernels = [array for array in computed.held.values() if array.ndim > 1]
    found = patch(computed.layer, x, computed.output, place)
    if len(kernels) == 1 and found is not None:
        yield from weighed(computed, found[0], kernels[0], place)
    if len(kernels) == 1 and window_of(computed.layer):
        yield from transposed(computed, kernels[0], place)
    elif len(kernels) == PAIR and found is not None:
        yield from separable(computed, found[0], place)
    elif not computed.held and found is not None and x.shape[-1] == computed.output.shape[-1]:
        numbers = found[0][found[1], place[-1]]
        if len(found[0]) > 1 and len(numbers):
            yield Terms("max", numbers)
            yield Terms("mean", numbers)


def _attention(computed: Computed, scores: np.ndarray, place: Place) -> Iterator[Terms]:
    """Scores × values: the values as they arrive, or as the layer's weights make them."""
    if len(computed.inputs) < PAIR or computed.output.ndim != PAIR:
        return
    query, unit = place
    values = computed.inputs[1]
    if scores.shape[-1] == 1 and values.shape[-1] == computed.output.shape[-1]:
        yield Terms("attention", scores[query, :, 0], values[:, unit])
    projected = _projected(computed, values, unit)
    if projected is not None and projected[0].shape == scores[query].shape:
        yield Terms("attention", scores[query], *projected)


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
