"""Mixed precision: the dtype policy of layers that set none themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from engine.document import Document


@contextmanager
def with_precision(document: Document) -> Iterator[None]:
    """Create layers with the precision of a document's training, within the block."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(document.training.precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def present_policy() -> str:
    """The name of the policy with which layers are created now."""
    return str(keras.config.dtype_policy().name)
