"""Load the weights of an HDF5 file, Keras's format until version 3, into a model.

The file has a group for each layer, by name, with the list of its arrays; the weights of a
sub-model are all in one group. The order is Keras's: trainable weights before others.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import h5py
import keras

from engine.imports.hdf5_arrays import BROKEN, HarmfulError, child, fits
from engine.problems import phrase

SIGNATURE = b"\x89HDF"
MAX_NAMES = 100_000
_GROUP, _NAMES = "model_weights", "weight_names"
_OTHER_ORDER = ("0.", "1.")
_BACKENDS = ("theano", "cntk")

Pair = tuple[Any, h5py.Dataset]
"""A variable of the model, and its array in the file."""


def read_hdf5_weights(model: keras.Model, data: bytes) -> list[str]:
    """Load the weights into `model`; return the layers without matching ones.

    Layers are matched by name. Raises HarmfulError for a damaged or malicious file, and for one
    whose arrays are in another order; these change nothing.
    """
    missing: list[str] = []
    try:
        with h5py.File(io.BytesIO(data), "r") as source:
            root = child(source, _GROUP) or source
            _check_order(root)
            pairs = list(_pairs(model, root, missing))
            values = [(variable, array[...]) for variable, array in pairs]
    except BROKEN as error:
        why = phrase("{file} is damaged ({error})", file=_GROUP, error=str(error))
        raise HarmfulError(why) from error
    for variable, value in values:
        variable.assign(value)
    return missing


def _check_order(root: Any) -> None:
    """Refuse arrays that Keras 1 or another backend wrote in another order of axes or gates."""
    version, backend = (_text(root.attrs.get(key)) for key in ("keras_version", "backend"))
    if version.startswith(_OTHER_ORDER) or backend in _BACKENDS:
        raise HarmfulError(
            phrase(
                "Keras {version} on {backend} saved them in another order",
                version=version[:20],
                backend=backend[:20],
            )
        )


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")


def _pairs(model: keras.Model, root: Any, missing: list[str]) -> Iterator[Pair]:
    """The array of each variable; layers without matching arrays are added to `missing`."""
    for layer in model.layers:
        group = child(root, layer.name)
        names = _names(group) if group is not None else []
        for leaf, inside in _leaves(layer):
            own = [name for name in names if not inside or leaf.name in name.split("/")]
            variables = [*leaf.trainable_weights, *leaf.non_trainable_weights]
            arrays = [_find(group, name) for name in own]
            if _match(variables, arrays):
                yield from zip(variables, arrays, strict=True)
            else:
                missing.append(f"{layer.name} › {leaf.name}" if inside else layer.name)


def _leaves(layer: Any, inside: bool = False) -> Iterator[tuple[Any, bool]]:
    """The layers in a layer that are no models, and whether they are in a sub-model."""
    if not isinstance(layer, keras.Model):
        yield layer, inside
        return
    for inner in layer.layers:
        yield from _leaves(inner, inside=True)


def _names(group: Any) -> list[str]:
    """The names of a layer's arrays; Keras splits a list of more than 64 kB."""
    attributes = group.attrs
    keys = [_NAMES] if _NAMES in attributes else []
    while (key := f"{_NAMES}{len(keys)}") in attributes:
        keys.append(key)
    names = [_text(name) for key in keys for name in attributes[key]]
    return names[:MAX_NAMES]


def _find(group: Any, name: str) -> Any:
    for step in name.split("/"):
        group = child(group, step)
    return group


def _match(variables: Sequence[Any], arrays: Sequence[Any]) -> bool:
    return len(variables) == len(arrays) and all(
        isinstance(array, h5py.Dataset) and fits(array, tuple(variable.shape), variable.dtype)
        for variable, array in zip(variables, arrays, strict=True)
    )
