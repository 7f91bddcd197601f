"""Saliency: how fast the score changes with each value of an input (Simonyan et al., 2013).

https://arxiv.org/abs/1312.6034. For a picture, the largest absolute gradient over its channels; for
a row, the gradient with its sign. Texts and token numbers have no gradient: there, it is the length
of the gradient at the first layer of decimal numbers, for each step.
"""

from collections.abc import Callable

import keras
import numpy as np

from engine.protocol.explaining import Attribution
from engine.training.inside.explaining import cutting, parts
from engine.training.inside.explaining.gradients import Differentiated, differentiated
from engine.training.inside.explaining.heats import by_part, is_picture, over_picture
from engine.training.inside.explaining.readout import Readout
from engine.training.inside.probe import compiled
from engine.training.inside.subject import Subject

Arrays = list[np.ndarray]
Salient = Callable[[Arrays, np.ndarray], Attribution]
"""Takes a sample, and what each unit counts for the score."""


def saliency(subject: Subject, readout: Readout, at: int, arrays: Arrays) -> Salient | None:
    """Return the saliency of input number `at`; None if it has none.

    An input has none if the score does not depend on it, or if no gradient reaches it. Compiles at
    the first call.
    """
    model, node = subject.network.model, subject.inputs[at]
    before = cutting.ancestors([readout.tensor])
    if id(model.inputs[at]) not in before:
        return None
    if keras.backend.is_float_dtype(model.inputs[at].dtype):
        slope = differentiated(keras.Model(model.inputs, readout.tensor), at)
        return _of_values(subject, at, node, slope) if slope else None
    return _of_steps(subject, readout, at, before, arrays)


def _of_values(subject: Subject, at: int, node: str, slope: Differentiated) -> Salient:
    def run(arrays: Arrays, weights: np.ndarray) -> Attribution:
        gradient, sample = slope(arrays, weights).gradient[0], arrays[at][0]
        if is_picture(sample):
            return over_picture(node, as_map(np.abs(gradient)), sample)
        flat = gradient.reshape(-1)
        return by_part(node, flat, parts.names_of(subject, at, len(flat)))

    return run


def as_map(values: np.ndarray) -> np.ndarray:
    """Return rows × columns, as the picture of a tensor has them: the largest over the channels.

    Of more axes the middle is shown; a series is a strip with its steps to the right.
    """
    while values.ndim > 3:  # noqa: PLR2004
        values = values[len(values) // 2]
    return values.max(axis=-1) if values.ndim == 3 else values.T  # noqa: PLR2004


def _of_steps(
    subject: Subject, readout: Readout, at: int, before: set[int], arrays: Arrays
) -> Salient | None:
    found = parts.first_numbers(subject, at, before)
    if found is None:
        return None
    node, tensor = found
    model = subject.network.model
    values = compiled(keras.Model(model.inputs, tensor), model, arrays)
    slope = differentiated(cutting.after(subject.network, (node,), [readout.tensor]), len(arrays))
    words = parts.tokens(subject, at, tensor)
    if slope is None:
        return None

    def run(arrays: Arrays, weights: np.ndarray) -> Attribution:
        (tensor,) = values(arrays, None)
        given = np.asarray(keras.ops.convert_to_numpy(tensor))
        gradient = slope([*arrays, given], weights).gradient[0]
        flat = gradient.reshape(len(gradient), -1)
        names = parts.steps(words(arrays[at]) if words else [], len(flat))
        return by_part(subject.inputs[at], np.linalg.norm(flat, axis=1)[: len(names)], names)

    return run
