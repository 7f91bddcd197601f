"""Writes the checkpoints of a run: after its epochs, and in long ones every few minutes.

What writing one costs is measured: an epoch is left out where all of them would take more than
SHARE of the time. The last state of a run is always kept.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from engine.keras.network import Network
from engine.training.checkpoints import callbacks, state
from engine.training.checkpoints.file import Checkpoint, Position, write

FILE = "checkpoint.npz"
SHARE = 0.01
"""The part of the time of training that writing checkpoints is planned to take."""
MINUTES = 5.0
"""How long an epoch goes on without a checkpoint."""


class Keeping:
    """The checkpoints of one fit; owns when the next one is due."""

    def __init__(
        self,
        folder: Path,
        network: Network,
        callbacks: Sequence[keras.callbacks.Callback],
    ) -> None:
        self._path, self._model, self._callbacks = folder / FILE, network.model, callbacks
        self._weights = list(state.weights_of_nodes(network))
        self._last, self._cost = time.perf_counter(), 0.0
        self._random: tuple[list[object], dict[str, np.ndarray]] = state.random_state()

    def epoch_begins(self) -> None:
        """Remember the random state with which the order of the epoch's rows is drawn."""
        self._random = state.random_state()

    @property
    def due_in_epoch(self) -> bool:
        """Whether the epoch has gone on for so long that its state is worth keeping."""
        return time.perf_counter() - self._last > MINUTES * 60

    @property
    def due_after_epoch(self) -> bool:
        """Whether it is time for a checkpoint, after an epoch."""
        return (time.perf_counter() - self._last) * SHARE >= self._cost

    def write(self, position: Position) -> None:
        """Write the state at a position, in place of the last one. Raises OSError."""
        began = time.perf_counter()
        plain, kept = callbacks.taken(self._callbacks)
        random, drawn = self._random
        arrays = {**state.taken(self._model), **kept, **drawn, **state.step_state()}
        write(self._path, Checkpoint(position, arrays, plain, random, self._weights))
        self._last = time.perf_counter()
        self._cost = self._last - began
