"""Chooses how the steps of a fit are taken: by Keras, or in loops where that is faster."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from engine.training.progress import Progress


@contextmanager
def in_loops(
    model: keras.Model, progress: Progress, steps: tuple[int, int], epochs: int
) -> Iterator[None]:
    """Take the steps of a fit in loops, if the backend has them and no callback wants each batch.

    `steps` are those of an epoch and of its validation.
    """
    if keras.backend.backend() != "jax" or progress.handles_batches:
        yield
        return
    from engine.training import chunks

    if not chunks.usable(model):
        yield
        return
    chunks.take_over(model, steps, epochs, (progress.after_step, progress.after_test_step))
    progress.in_loops = True
    try:
        yield
    finally:
        progress.in_loops = False
        chunks.hand_back(model)
