"""The weights of a model of Keras 3, as Keras 2.3.1 has them, and back.

Theano turns the kernels of convolutions around: they are `turned` on the way to it, and back.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

LayerPath = tuple[str, ...]
"""The names that lead to a layer: those of the sub-models around it, then its own."""


def layers_with_weights(
    model: keras.Model, path: LayerPath = ()
) -> Iterator[tuple[LayerPath, Any]]:
    """Yield the path of each layer that has weights and is no model, and the layer."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from layers_with_weights(layer, (*path, layer.name))
        elif layer.weights:
            yield (*path, layer.name), layer


def counted(model: keras.Model) -> list[tuple[LayerPath, int]]:
    """Return the paths of the layers with weights, and how many each has."""
    return [(path, len(layer.weights)) for path, layer in layers_with_weights(model)]


def write(model: keras.Model, file: Path, turned: bool) -> None:
    """Write the weights of all layers, in order."""
    arrays = [
        _turned(keras.ops.convert_to_numpy(variable.value), axes)
        for variable, axes in _variables(model, turned)
    ]
    np.savez(file, **{str(at): array for at, array in enumerate(arrays)})  # type: ignore[arg-type]


def read(model: keras.Model, file: Path, turned: bool) -> None:
    """Give the layers the weights of a file. Raises ValueError if they have other shapes."""
    pairs = list(_variables(model, turned))
    with np.load(file, allow_pickle=False) as archive:
        arrays = [_turned(archive[str(at)], axes) for at, (_, axes) in enumerate(pairs)]
    for (variable, _), array in zip(pairs, arrays, strict=True):
        if array.shape != tuple(variable.shape):
            raise ValueError(f"{variable.path}: {array.shape} instead of {tuple(variable.shape)}")
    for (variable, _), array in zip(pairs, arrays, strict=True):
        variable.assign(array)


def _variables(model: keras.Model, turned: bool) -> Iterator[tuple[Any, Sequence[int]]]:
    """The weights of each layer, trainable ones first, and the axes along which Theano turns them.

    They are the axes of a convolution's kernel that lie in space: the first ones. Kernels for each
    channel alone (depthwise) are turned by Keras 2.3.1 itself.
    """
    for _, layer in layers_with_weights(model):
        ranks = {
            id(variable): 0 if hasattr(part, "depth_multiplier") else getattr(part, "rank", 0)
            for part in layer._flatten_layers()
            for variable in part._trainable_variables
        }
        for variable in (*layer.trainable_weights, *layer.non_trainable_weights):
            rank = ranks.get(id(variable), 0)
            yield variable, range(rank if turned and len(variable.shape) == rank + 2 else 0)


def _turned(array: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    return np.ascontiguousarray(np.flip(array, tuple(axes))) if axes else array
