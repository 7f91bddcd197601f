"""Keeps TensorFlow out of processes that compute with JAX."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import keras
from keras.src.utils.module_utils import tensorflow


@contextmanager
def without_tensorflow() -> Iterator[None]:
    """Let Keras believe for a moment that TensorFlow is not installed, unless it is in use.

    Seeding and saving import it on every backend just in case (to seed tf.data, to recognise
    tf.TensorShape): 4 to 10 seconds and 300 MB for nothing.
    """
    if keras.backend.backend() == "tensorflow" or "tensorflow" in sys.modules:
        yield
        return
    known = tensorflow._available
    tensorflow._available = False
    try:
        yield
    finally:
        tensorflow._available = known
