"""What runs of a race have in common: the order of the rows. And what they have not: noise."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

RATES = ("dropout", "recurrent_dropout")
"""Recurrent cells own a generator even where these are 0."""


class Order(keras.callbacks.Callback):  # type: ignore[misc]
    """The order of the training rows in each epoch: from a seed alone, without the backend."""

    def __init__(self, seed: int, rows: int) -> None:
        super().__init__()
        self._seed, self._rows = seed, rows
        self.on_epoch_begin(0)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        """Draw the order of an epoch."""
        self._order = np.random.default_rng((self._seed, epoch)).permutation(self._rows)

    def __call__(self, positions: np.ndarray) -> np.ndarray:
        """Return the rows at some positions of the present epoch."""
        rows: np.ndarray = self._order[positions]
        return rows


def noisy(model: keras.Model) -> tuple[str, ...]:
    """Return the names of the layers that draw random numbers while the model trains."""
    return tuple(dict.fromkeys(_noisy(model)))


def _noisy(model: keras.Model) -> Iterator[str]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _noisy(layer)
        elif any(map(_draws, layer._flatten_layers())):
            yield layer.name


def _draws(layer: keras.layers.Layer) -> bool:
    rates = [getattr(layer, name) for name in RATES if hasattr(layer, name)]
    owns = any(isinstance(value, keras.random.SeedGenerator) for value in vars(layer).values())
    return owns and (not rates or any(rates))
