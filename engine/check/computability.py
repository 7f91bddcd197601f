"""Calls that may fail at run time although Keras infers a shape for them.

States and masks of the wrong size, axes out of range, a shared layer that was built for another
shape: Keras's shape inference ignores them, and training would fail at the first batch. Tracing
the call with JAX detects them (engine.check.costs traces anyway, to count multiply-adds).
"""

from collections.abc import Sequence
from typing import Any

import jax

from engine.catalogue import traits_of


def needs_trace(layer: Any, *, shared: bool) -> bool:
    """Whether only a trace shows if a call works; a `shared` layer was built for another call."""
    return shared or traits_of(type(layer).__name__).traced


def require_equal_shapes(computed: Sequence[Any], inferred: Sequence[Any]) -> None:
    """Raise ValueError if the computed shapes differ from those that Keras inferred."""
    for actual, expected in zip(computed, inferred, strict=True):
        sizes = zip(actual.shape, expected.shape, strict=False)
        equal = all(wanted in (None, size) for size, wanted in sizes)
        if len(actual.shape) != len(expected.shape) or not equal:
            raise ValueError(f"The shape should be {expected.shape}, but is {actual.shape}.")


def is_input_error(error: Exception) -> bool:
    """Whether the inputs caused the error, not the tracer, which has no concrete values."""
    traced = isinstance(error, jax.errors.JAXTypeError | jax.errors.JAXIndexError)
    known = isinstance(error, ValueError | TypeError | IndexError)
    return known and not traced and "Tracer" not in str(error)
