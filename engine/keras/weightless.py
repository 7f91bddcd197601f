"""Build models without allocating weights."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
from keras.src.backend.common import global_state


@contextmanager
def without_weights() -> Iterator[None]:
    """Let layers that are built within the block have variables without values."""
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])
