"""Compares classes of another library with what Keras computed; runs without Keras.

The arguments are the library and a folder with <name>.npz (see references.py) and, in a folder of
the library's name, <name>.py.
Writes {name: the largest difference, or an error} as the last line of standard output.
"""

import contextlib
import json
import sys
import traceback
from pathlib import Path

import numpy as np


class Stored:
    """A layer or model of Keras, as far as `load_keras_weights` asks."""

    def __init__(self, arrays, path):
        self.arrays = arrays
        self.path = path
        if any("/" in name[len(path) + 1 :] for name in self.names()):
            self.get_layer = lambda name: Stored(arrays, f"{path}/{name}")

    def names(self):
        return [name for name in self.arrays if name.startswith(f"{self.path}/")]

    def get_weights(self):
        return [self.arrays[f"{self.path}/{number}"] for number in range(len(self.names()))]


class Model(Stored):
    """The model itself."""

    def __init__(self, arrays):
        super().__init__(arrays, "weight")
        self.get_layer = lambda name: Stored(arrays, f"weight/{name}")


def torch_outputs(model, inputs):
    import torch

    model.eval()
    with torch.no_grad():
        return model(*(torch.from_numpy(array) for array in inputs))


def flax_outputs(model, inputs):
    model.eval()
    return model(*inputs)


RUN = {"torch": torch_outputs, "flax": flax_outputs}


def numbered(arrays, kind):
    names = [name for name in arrays if name.startswith(f"{kind}/")]
    return [arrays[f"{kind}/{number}"] for number in range(len(names))]


def difference(library, file):
    """The largest difference of any output, relative to values above 1."""
    arrays = dict(np.load(file.parents[1] / f"{file.stem}.npz"))
    scope = {"__name__": "model"}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), scope)
    model = scope["model"]
    scope["load_keras_weights"](model, Model(arrays))
    outputs = RUN[library](model, numbered(arrays, "input"))
    outputs = list(outputs.values()) if isinstance(outputs, dict) else outputs
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    expected = numbered(arrays, "output")
    assert len(outputs) == len(expected), f"{len(outputs)} outputs instead of {len(expected)}"
    largest = 0.0
    for output, right in zip(outputs, expected, strict=True):
        actual = np.asarray(output)
        assert actual.shape == right.shape, f"{actual.shape} instead of {right.shape}"
        gap = np.abs(actual.astype("float64") - right) / np.maximum(1, np.abs(right))
        largest = max(largest, float(gap.max()))
    return largest


def main():
    library, folder = sys.argv[1], Path(sys.argv[2])
    results = {}
    with contextlib.redirect_stdout(sys.stderr):
        for file in sorted((folder / library).glob("*.py")):
            try:
                results[file.stem] = difference(library, file)
            except Exception:
                results[file.stem] = traceback.format_exc(limit=-3)
    print(json.dumps(results))


main()
