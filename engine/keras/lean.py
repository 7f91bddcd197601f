"""Keeps TensorFlow out of processes that compute with JAX."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import keras
from keras.src.utils.module_utils import tensorflow


@contextmanager
def without_tensorflow() -> Iterator[None]:
    """Make Keras treat TensorFlow as not installed within the block, unless it is already in use.

    Keras's seeding and saving import TensorFlow on every backend (to seed tf.data and to recognise
    tf.TensorShape), which needlessly costs 4 to 10 seconds and 300 MB.
    """
    if keras.backend.backend() == "tensorflow" or "tensorflow" in sys.modules:
        yield
        return
    available = tensorflow._available
    tensorflow._available = False
    try:
        yield
    finally:
        tensorflow._available = available
