"""Writes what Keras computes for documents: weights, inputs and outputs, as one .npz for each.

Reads {name: document} from standard input; the argument is the folder. Weights are named by the
path of their layer; those that begin as zeros or ones are drawn at random, too.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ |= {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}

import keras
import numpy as np

from engine.document import Document
from engine.document.reading import validate_document
from engine.keras.build import build_model
from tests.versions import masked_cases

ROWS = 3
FREE = 7
"""The length of an axis of unknown length."""
WORDS = 9
"""Whole numbers in inputs are below this."""


def write(name: str, values: Any, folder: Path) -> None:
    """Compute one document."""
    document = validate_document(values)
    assert isinstance(document, Document), document
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)
    model = build_model(document)
    random = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(drawn(weight, random))
    for layer in layers(model):
        if hasattr(layer, "finalize_state"):  # which copies the weights that are used
            layer.finalize_state()
    inputs = [sample(random, tensor) for tensor in model.inputs]
    if masked_cases.has_masks(document):
        inputs = [masked_cases.padded(array, document) for array in inputs]
    outputs = keras.tree.flatten(model(inputs if len(inputs) > 1 else inputs[0], training=False))
    arrays = {f"input/{number}": array for number, array in enumerate(inputs)}
    arrays |= {f"output/{number}": np.asarray(array) for number, array in enumerate(outputs)}
    np.savez(folder / f"{name}.npz", **arrays, **dict(weights(model, "")))


def drawn(weight: Any, random: Any) -> Any:
    """New values of a weight: a variance is positive, a kernel keeps its first values.

    Scales below 1 keep deep residual networks from saturating their softmax, whose largest output
    would then depend on rounding.
    """
    values = np.asarray(weight)
    if weight.name.endswith("gamma"):
        return random.uniform(0.3, 0.7, values.shape)
    if weight.name.endswith("variance"):
        return random.uniform(0.5, 1.5, values.shape)
    return values + 0.1 * random.normal(size=values.shape) * (np.std(values) < 1e-6)


def layers(model: Any) -> Iterator[Any]:
    """All layers, those of sub-models as well."""
    for layer in model.layers:
        yield from layers(layer) if isinstance(layer, keras.Model) else [layer]


def sample(random: Any, tensor: Any) -> Any:
    """Rows for one input."""
    shape = (ROWS, *(axis or FREE for axis in tensor.shape[1:]))
    if "int" in tensor.dtype:
        return random.integers(0, WORDS, shape).astype(tensor.dtype)
    return random.normal(size=shape).astype("float32")


def weights(model: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The weights of each layer, under "weight/<path of the layer>/<number>"."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from weights(layer, f"{path}{layer.name}/")
            continue
        for number, weight in enumerate(layer.get_weights()):
            yield f"weight/{path}{layer.name}/{number}", weight


if __name__ == "__main__":
    for name, values in json.load(sys.stdin).items():
        write(name, values, Path(sys.argv[1]))
