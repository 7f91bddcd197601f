"""The names of the parts of an input: columns of a row, words of a text, steps of a series."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from engine.training.inside.explaining.cutting import ancestors
from engine.training.inside.explaining.heats import numbered
from engine.training.inside.subject import Subject


def names_of(subject: Subject, at: int, count: int) -> list[str]:
    """Return the names of the values of a row of input number `at`, or their numbers."""
    names = subject.features.get(subject.inputs[at], ())
    return list(names) if len(names) == count else numbered(count)


class Tokens:
    """The tokens that a layer with a vocabulary makes of one input of text."""

    def __init__(self, model: keras.Model, layer: Any) -> None:
        self._model, self._words = model, list(layer.get_vocabulary())

    def __call__(self, array: np.ndarray) -> list[str]:
        """Return the words of a sample, without the padding at the end."""
        numbers = np.asarray(keras.ops.convert_to_numpy(self._model(_given(array)))).reshape(-1)
        used = np.flatnonzero(numbers)
        numbers = numbers[: used[-1] + 1] if len(used) else numbers[:0]
        return [self._words[number] for number in numbers]


def tokens(subject: Subject, at: int, tensor: Any) -> Tokens | None:
    """Return what names the steps of a tensor after input number `at`, if a vocabulary does."""
    model = subject.network.model
    known, source = ancestors([tensor]), model.inputs[at]
    for ports in subject.network.nodes.values():
        found = next(iter(ports.values()))
        layer = found._keras_history.operation
        if not hasattr(layer, "get_vocabulary") or id(found) not in known:
            continue
        if id(source) in ancestors([found]) and len(found.shape) == 2:  # noqa: PLR2004
            return Tokens(keras.Model(source, found), layer)
    return None


def first_numbers(subject: Subject, at: int, before: set[int]) -> tuple[str, Any] | None:
    """Return the first node of decimal numbers that is computed from input number `at`.

    For texts and token numbers, it is where a gradient can arrive: the embeddings, as a rule.
    `before` are the ids of the tensors that count.
    """
    source = id(subject.network.model.inputs[at])
    for node, ports in subject.network.nodes.items():
        tensor = next(iter(ports.values()))
        if id(tensor) not in before or not keras.backend.is_float_dtype(tensor.dtype):
            continue
        if len(tensor.shape) >= 2 and source in ancestors([tensor]):  # noqa: PLR2004
            return node, tensor
    return None


def _given(array: np.ndarray) -> Any:
    return keras.ops.convert_to_tensor(array.tolist() if array.dtype == object else array)


def steps(names: Sequence[str], count: int) -> list[str]:
    """Return the names of so many steps, if there are names, without the steps that have none."""
    return list(names[:count]) or numbered(count)
