"""Calls for which Keras infers a shape and may still be unable to compute it.

States and masks of other sizes, axes that are not there, a shared layer that was built for
another shape: Keras's inference does not look at them, and training would fail at the first batch.
JAX's trace of the call does look (engine.check.costs makes it anyhow, to count).
"""

from collections.abc import Sequence
from typing import Any

import jax

from engine.catalogue import traits_of


def is_doubtful(layer: Any, *, shared: bool) -> bool:
    """Whether a call has to be traced to be sure; a `shared` layer was built for another one."""
    return shared or traits_of(type(layer).__name__).traced


def refuse_other_shapes(computed: Sequence[Any], inferred: Sequence[Any]) -> None:
    """Raise ValueError where what is computed has other shapes than Keras inferred."""
    for one, other in zip(computed, inferred, strict=True):
        sizes = zip(one.shape, other.shape, strict=False)
        alike = all(wanted in (None, size) for size, wanted in sizes)
        if len(one.shape) != len(other.shape) or not alike:
            raise ValueError(f"The shape should be {other.shape}, and comes out as {one.shape}.")


def is_of_shapes(error: Exception) -> bool:
    """Whether what comes in is at fault, and not JAX's tracer, which has no values at hand."""
    traced = isinstance(error, jax.errors.JAXTypeError | jax.errors.JAXIndexError)
    known = isinstance(error, ValueError | TypeError | IndexError)
    return known and not traced and "Tracer" not in str(error)
