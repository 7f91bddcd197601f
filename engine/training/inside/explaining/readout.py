"""The score that is explained: one number of an output, before a softmax or sigmoid at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from engine.problems import Problem
from engine.protocol.explaining import MAX_CHOICES, Answerer
from engine.training.inside.subject import Subject

SQUASHING = (keras.activations.softmax, keras.activations.sigmoid)
"""Activations after which a sure answer has hardly any gradient; so the score is taken before."""


@dataclass(frozen=True)
class Readout:
    """The scores of one output: a tensor of the axes batch and units.

    `layer` is the one whose activation is left out, if any.
    """

    answerer: Answerer
    tensor: Any
    layer: Any

    @property
    def choices(self) -> int:
        """How many answers can be chosen: two classes may share one unit."""
        return len(self.answerer.classes) or self.answerer.units

    def weights(self, unit: int) -> np.ndarray:
        """Return what the units count for the score of an answer."""
        weights = np.zeros(self.answerer.units, "float32")
        if self.choices > len(weights):  # one unit stands for the second of two classes
            weights[0] = 1.0 if unit else -1.0
        else:
            weights[unit] = 1.0
        return weights

    def winner(self, values: np.ndarray) -> int:
        """Return the answer that the model decides for, of the values of the units."""
        if self.choices > len(values):
            middle = 0.0 if self.layer is not None else 0.5
            return int(values[0] > middle)
        return int(np.argmax(values))

    @contextmanager
    def bare(self) -> Iterator[None]:
        """Leave the activation out of what is compiled meanwhile."""
        if self.layer is None:
            yield
            return
        activation = self.layer.activation
        self.layer.activation = keras.activations.linear
        try:
            yield
        finally:
            self.layer.activation = activation


def readouts(subject: Subject) -> list[Readout]:
    """Return the scores of each output of numbers, in the order of the model."""
    model = subject.network.model
    found = []
    for node, tensor in zip(subject.outputs, model.outputs, strict=True):
        units = tensor.shape[-1] if len(tensor.shape) > 1 else 1
        if units is None or not keras.backend.is_float_dtype(tensor.dtype):
            continue
        answerer = Answerer(node=node, classes=_classes(subject, node, units), units=units)
        found.append(Readout(answerer, _by_unit(tensor), _squashing(subject, tensor)))
    return found


def _by_unit(tensor: Any) -> Any:
    """The tensor with the axes batch and units: of further axes, the mean."""
    rank = len(tensor.shape)
    if rank == 1:
        return keras.ops.reshape(tensor, (-1, 1))
    middle = tuple(range(1, rank - 1))
    return keras.ops.mean(tensor, axis=middle) if middle else tensor


def _classes(subject: Subject, node: str, units: int) -> tuple[str, ...]:
    if isinstance(subject.data, Problem):
        return ()
    column = dict(zip(subject.data.outputs, subject.data.columns, strict=True))[node]
    names = column.classes or column.labels
    is_shared = units == 1 and len(column.classes) == 2  # noqa: PLR2004
    return tuple(names) if (len(names) == units or is_shared) and len(names) <= MAX_CHOICES else ()


def _squashing(subject: Subject, tensor: Any) -> Any:
    """The layer that gives the tensor, if it ends with a softmax or sigmoid and is called once."""
    layer = tensor._keras_history.operation
    if getattr(layer, "activation", None) not in SQUASHING:
        return None
    calls = sum(
        next(iter(ports.values()))._keras_history.operation is layer
        for ports in subject.network.nodes.values()
    )
    return layer if calls == 1 else None
