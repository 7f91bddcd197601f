"""Computes the first output of a model for many samples, some at a time."""

from collections.abc import Sequence

import keras
import numpy as np

from engine.training.inside.probe import compiled

BATCH = 32
"""Samples that are computed at once."""


class Batches:
    """A model compiled for batches of the shape of a sample, which has a batch axis of 1."""

    def __init__(
        self, model: keras.Model, whole: keras.Model, sample: Sequence[np.ndarray]
    ) -> None:
        self._run = compiled(model, whole, [np.repeat(array, BATCH, axis=0) for array in sample])

    def __call__(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        """Return the output for all rows of the arrays, of which there is at least one."""
        found = []
        for start in range(0, len(arrays[0]), BATCH):
            some = [array[start : start + BATCH] for array in arrays]
            count = len(some[0])
            filled = [np.concatenate([each, each[-1:].repeat(BATCH - count, 0)]) for each in some]
            output = self._run(filled, None)[0]
            found.append(np.asarray(keras.ops.convert_to_numpy(output))[:count])
        return np.concatenate(found)
