"""Occlusion: how far the score falls when a part of an input is hidden (Zeiler & Fergus, 2013).

https://arxiv.org/abs/1311.2901. A column is set to its mean over the training rows, a step of a
series and a patch of a picture to the mean of the sample; a token is set to 0, and a word is left
out. A positive value speaks for the answer, a negative one against it.
"""

from typing import NamedTuple

import keras
import numpy as np

from engine.problems import Problem
from engine.protocol.explaining import Attribution
from engine.training.inside.batches import Batches
from engine.training.inside.explaining import parts
from engine.training.inside.explaining.heats import (
    PARTS,
    by_part,
    is_picture,
    numbered,
    over_picture,
)
from engine.training.inside.explaining.readout import Readout
from engine.training.inside.explaining.saliency import as_map
from engine.training.inside.subject import Subject

Arrays = list[np.ndarray]

SIDE = 8
"""Patches along each side of a picture."""
ROWS = 2_000
"""Training rows from which means are taken."""


class Hidden(NamedTuple):
    """The samples in which one part of an input is hidden each, with the names of the parts.

    `patches` says to which part each value of a picture belongs; None for what is no picture.
    """

    samples: list[np.ndarray]
    names: list[str]
    patches: np.ndarray | None = None


class Occlusion:
    """Computes the scores of samples in batches; for one output, and inputs of one shape."""

    def __init__(self, subject: Subject, readout: Readout, arrays: Arrays) -> None:
        self._subject = subject
        model = subject.network.model
        with readout.bare():
            self._run = Batches(keras.Model(model.inputs, readout.tensor), model, arrays)

    def units(self, arrays: Arrays) -> np.ndarray:
        """Return the units of the output for one sample."""
        units: np.ndarray = self._units(arrays, 0, [arrays[0]])[0]
        return units

    def __call__(self, at: int, arrays: Arrays, weights: np.ndarray) -> Attribution:
        """Return how far the score falls without each part of input number `at`."""
        node, sample = self._subject.inputs[at], arrays[at]
        found = hidden(self._subject, at, sample)
        if not found.samples:
            return by_part(node, np.zeros(0), ())
        falls = (self.units(arrays) - self._units(arrays, at, found.samples)) @ weights
        if found.patches is None:
            return by_part(node, falls, found.names)
        return over_picture(node, as_map(falls[found.patches]), sample[0])

    def _units(self, arrays: Arrays, at: int, samples: list[np.ndarray]) -> np.ndarray:
        """The units for samples that differ in one input."""
        rows = [np.repeat(array, len(samples), axis=0) for array in arrays]
        return self._run([*rows[:at], np.concatenate(samples), *rows[at + 1 :]])


def hidden(subject: Subject, at: int, sample: np.ndarray) -> Hidden:
    """Return the samples in which one part of input number `at` is hidden each."""
    if sample.dtype == object:
        return _without_words(sample)
    values = sample[0]
    if is_picture(values):
        return _without_patches(sample)
    if values.ndim == 1 and values.dtype.kind == "f":
        names = parts.names_of(subject, at, len(values))
        return _without_columns(sample, _means(subject, at, sample), names)
    # Steps of a series, or tokens.
    filler = values.mean(axis=0) if values.dtype.kind == "f" else np.zeros(values.shape[1:])
    means = np.broadcast_to(filler, values.shape)
    return _without_columns(sample, means, numbered(len(values)) if values.ndim else [])


def _without_columns(sample: np.ndarray, means: np.ndarray, names: list[str]) -> Hidden:
    changed = []
    for place in range(min(len(names), PARTS)):
        without = sample.copy()
        without[0, place] = means[place]
        changed.append(without)
    return Hidden(changed, names[:PARTS])


def _without_words(sample: np.ndarray) -> Hidden:
    words = str(sample.reshape(-1)[0]).split()
    samples = []
    for place in range(min(len(words), PARTS)):
        text = " ".join([*words[:place], *words[place + 1 :]])
        samples.append(np.full(sample.shape, text, object))
    return Hidden(samples, words[:PARTS])


def _without_patches(sample: np.ndarray) -> Hidden:
    values = sample[0]
    # The axes of rows and columns: of more axes than an image has, the last ones before channels.
    rows, columns = (values.ndim - 3, values.ndim - 2) if values.ndim > 2 else (0, 1)  # noqa: PLR2004
    places = np.indices(values.shape)
    down = places[rows] * min(SIDE, values.shape[rows]) // values.shape[rows]
    across = places[columns] * min(SIDE, values.shape[columns]) // values.shape[columns]
    patches = down * min(SIDE, values.shape[columns]) + across
    axes = tuple(range(values.ndim - 1)) if values.ndim > 2 else (0,)  # noqa: PLR2004
    means = np.broadcast_to(values.mean(axis=axes, keepdims=True), values.shape)
    samples = [
        np.where(patches == patch, means, values)[None] for patch in range(patches.max() + 1)
    ]
    return Hidden([each.astype(sample.dtype) for each in samples], [], patches)


def _means(subject: Subject, at: int, sample: np.ndarray) -> np.ndarray:
    """The means of the columns of an input over the training rows; 0 without data."""
    if isinstance(subject.data, Problem):
        return np.zeros(sample.shape[1:])
    training = subject.data.training
    rows = training.read(np.arange(min(ROWS, len(training))))[0][at]
    means: np.ndarray = rows.reshape(len(rows), *sample.shape[1:]).astype("float64").mean(axis=0)
    return means
