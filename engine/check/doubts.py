"""Calls for which Keras infers a shape and may still be unable to compute it.

States and masks of other sizes, axes that are not there, a shared layer that was built for
another shape: Keras's inference does not look at them, and training would fail at the first batch.
JAX's trace of the call does look (engine.check.costs makes it anyhow, to count).
"""

from collections.abc import Sequence
from typing import Any

import jax
import keras
from keras.src.layers.pooling.base_adaptive_pooling import BaseAdaptivePooling
from keras.src.layers.preprocessing.image_preprocessing.base_image_preprocessing_layer import (
    BaseImagePreprocessingLayer,
)

LAX = (
    BaseAdaptivePooling,
    BaseImagePreprocessingLayer,
    keras.layers.Attention,
    keras.layers.Bidirectional,
    keras.layers.Dot,
    keras.layers.EinsumDense,
    keras.layers.GroupQueryAttention,
    keras.layers.MultiHeadAttention,
    keras.layers.RMSNormalization,
    keras.layers.RNN,
    keras.layers.Softmax,
    keras.layers.UnitNormalization,
)
"""Layers for which Keras infers a shape without looking at all that comes in."""

SLOW = (keras.layers.AugMix, keras.layers.RandAugment)
"""Of these, layers that apply many others: tracing takes seconds."""


def is_doubtful(layer: Any, *, shared: bool) -> bool:
    """Whether a call has to be traced to be sure; a `shared` layer was built for another one."""
    return shared or (isinstance(layer, LAX) and not isinstance(layer, SLOW))


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
