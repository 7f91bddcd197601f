"""Grad-CAM: where a layer with places saw what speaks for the score (Selvaraju et al., 2017).

https://arxiv.org/abs/1610.02391. The channels of the node, weighted by the mean of their gradient
over all places, summed, and cut off at 0. The rank of the node's tensor and of the inputs that it
depends on say where it can look; the layer does not matter.
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from engine.keras.network import Network
from engine.protocol.explaining import Attribution
from engine.protocol.tensors import NodePath
from engine.training.inside.explaining import cutting, parts
from engine.training.inside.explaining.gradients import differentiated
from engine.training.inside.explaining.heats import (
    PIXELS,
    by_part,
    is_picture,
    numbered,
    over_picture,
)
from engine.training.inside.explaining.readout import Readout
from engine.training.inside.probe import compiled
from engine.training.inside.subject import Subject

Arrays = list[np.ndarray]
Cam = Callable[[Arrays, np.ndarray], Attribution]
"""Takes a sample, and what each unit counts for the score."""


def places(subject: Subject, readout: Readout) -> list[NodePath]:
    """Return the nodes at which Grad-CAM can look, in the order of the graph."""
    found = cutting.nodes_before(subject.network, [readout.tensor])
    ends = {id(tensor) for tensor in subject.network.model.outputs}
    return [
        path
        for path, tensor in found
        if id(tensor) not in ends and _has_places(tensor) and _seen(subject, path) is not None
    ]


def grad_cam(subject: Subject, readout: Readout, path: NodePath, arrays: Arrays) -> Cam | None:
    """Return the Grad-CAM of a node; None if the backend has no gradients.

    Compiles at the first call.
    """
    network = subject.network
    at = _seen(subject, path)
    tensors = network.tensors([path])
    slope = differentiated(cutting.after(network, path, [readout.tensor]), len(arrays))
    if slope is None or at is None:
        return None
    values = compiled(keras.Model(network.model.inputs, tensors[path]), network.model, arrays)
    words = None if len(path) > 1 else parts.tokens(subject, at, tensors[path])

    def run(arrays: Arrays, weights: np.ndarray) -> Attribution:
        (tensor,) = values(arrays, None)
        activations = np.asarray(keras.ops.convert_to_numpy(tensor))
        gradient = slope([*arrays, activations], weights).gradient[0]
        heat = cam(activations[0], gradient)
        sample, node = arrays[at][0], subject.inputs[at]
        if heat.ndim == 1:
            names = parts.steps(words(arrays[at]) if words else [], len(heat))
            return by_part(node, heat[: len(names)], names)
        heat = resized(heat, _fitting(sample.shape[:2]))
        if is_picture(sample):
            return over_picture(node, heat, sample)
        return by_part(node, heat.reshape(-1), numbered(heat.size))

    return run


def cam(activations: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Return the heat at each place; both arrays have the channels last, and no batch axis."""
    axes = tuple(range(activations.ndim - 1))
    weights = gradient.astype("float64").mean(axis=axes)
    heat: np.ndarray = np.maximum((activations * weights).sum(axis=-1), 0.0)
    while heat.ndim > 2:  # noqa: PLR2004
        heat = heat[len(heat) // 2]
    return heat


def resized(heat: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Return a heat of another size, by linear interpolation between the middles of its cells."""
    for axis, length in enumerate(size):
        had = heat.shape[axis]
        wanted = np.clip((np.arange(length) + 0.5) * had / length - 0.5, 0, had - 1)
        below = np.floor(wanted).astype(int)
        above = np.minimum(below + 1, had - 1)
        share = (wanted - below).reshape([-1 if each == axis else 1 for each in range(heat.ndim)])
        heat = heat.take(below, axis) * (1 - share) + heat.take(above, axis) * share
    return heat


def _fitting(size: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(min(length, PIXELS) for length in size)


def _has_places(tensor: Any) -> bool:
    """Whether a tensor has channels at more than one place."""
    *axes, channels = tensor.shape[1:]
    return bool(
        keras.backend.is_float_dtype(tensor.dtype)
        and axes
        and channels
        and any(axis is None or axis > 1 for axis in axes)
    )


def _seen(subject: Subject, path: NodePath) -> int | None:
    """The number of the first input that has the same places as a node, and which it sees."""
    network = subject.network
    outer, rank = next(iter(network.nodes[path[0]].values())), len(_tensor(network, path).shape)
    known = cutting.ancestors([outer])
    for at, source in enumerate(network.model.inputs):
        if id(source) in known and _fits(source, rank):
            return at
    return None


def _fits(source: Any, rank: int) -> bool:
    """Whether an input has the places of a tensor: an image, a series, tokens or a text."""
    given = len(source.shape)
    if source.dtype == "string":
        return rank == 3  # noqa: PLR2004
    return given == rank if keras.backend.is_float_dtype(source.dtype) else given == rank - 1


def _tensor(network: Network, path: NodePath) -> Any:
    """The tensor of a node inside its own sub-model."""
    if len(path) > 1:
        return _tensor(network.parts[path[0]], path[1:])
    return next(iter(network.nodes[path[0]].values()))
